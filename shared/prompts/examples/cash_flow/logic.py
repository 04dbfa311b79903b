"""Reads a list of payments: what came in and went out per month and category, how long the money lasts, what looks wrong."""

from collections import defaultdict
from statistics import mean, pstdev

SUBJECT = "the business"
CATEGORIES = {
    "sales": ("sale", "invoice", "payment from", "deposit", "stripe", "paypal"),
    "rent and utilities": ("rent", "electric", "power", "water", "internet", "phone"),
    "staff": ("salary", "payroll", "wage", "contractor", "freelance"),
    "marketing": ("ads", "adwords", "facebook", "marketing", "promotion", "print"),
    "software": ("software", "subscription", "hosting", "domain", "saas"),
    "stock and supplies": ("supplier", "stock", "inventory", "material", "packaging", "shipping"),
    "tax and fees": ("tax", "vat", "fee", "bank", "insurance", "licence", "license"),
}
WATCHED = ("fee", "subscription")
"""Payments that people with this problem overlook."""

DATE_COLUMNS = ("date", "day", "booked", "posted", "transaction_date")
TEXT_COLUMNS = ("description", "text", "memo", "name", "payee", "details", "what")
AMOUNT_COLUMNS = ("amount", "value", "total", "sum", "price")
OUT_COLUMNS = ("debit", "withdrawal", "paid_out", "money_out", "out")
IN_COLUMNS = ("credit", "deposit", "paid_in", "money_in", "in")
"""Banks that write what goes out and what comes in into columns of their own."""


async def run(input, tools):
    table = tools.table(input["transactions"])
    columns = {
        "date": chosen(table["columns"], DATE_COLUMNS),
        "text": chosen(table["columns"], TEXT_COLUMNS),
        "amount": chosen(table["columns"], AMOUNT_COLUMNS),
    }
    paid, received = named(table["columns"], OUT_COLUMNS), named(table["columns"], IN_COLUMNS)
    apart = not columns["amount"] and bool(paid and received)
    missing = sorted(name for name, column in columns.items() if not column and not (apart and name == "amount"))
    problems = list(table["problems"])
    if missing:
        problems.append(
            {"line": 1, "problem": f"no column for {' and '.join(missing)}; name them date, description, amount"}
        )
        payments = []
    else:
        payments, unread = tools.each(
            table["rows"],
            lambda row: {
                "line": row["line"],
                "day": tools.day(row[columns["date"]]).isoformat(),
                "text": row[columns["text"]],
                "amount": in_less_out(row, received, paid, tools) if apart else tools.number(row[columns["amount"]]),
            },
        )
        problems += unread
    payments.sort(key=lambda payment: (payment["day"], payment["line"]))
    months = by_month(payments, input.get("opening_balance", 0))
    income = sum(p["amount"] for p in payments if p["amount"] > 0)
    spending = -sum(p["amount"] for p in payments if p["amount"] < 0)
    return {
        "payments_read": len(payments),
        "income": money(income),
        "spending": money(spending),
        "net": money(income - spending),
        "months": months,
        "spending_by_category": by_category(payments, spending),
        "runway_months": runway(months),
        "unusual": unusual(payments),
        "problems": problems[:20],
        "summary": summary(payments, months, income - spending, input.get("currency", "USD")),
    }


def chosen(columns, names):
    exact = [column for column in columns if column in names]
    alike = [column for column in columns if any(name in column for name in names)]
    return (exact or alike or [""])[0]


def named(columns, names):
    """A column of that name, or of a longer name that has it as a word."""
    return next((column for column in columns if column in names or set(column.split("_")) & set(names)), "")


def in_less_out(row, received, paid, tools):
    if not row[received].strip() and not row[paid].strip():
        raise ValueError("has no amount")
    gained = abs(tools.number(row[received])) if row[received].strip() else 0
    return gained - (abs(tools.number(row[paid])) if row[paid].strip() else 0)


def category(text):
    lowered = text.lower()
    for name, words in CATEGORIES.items():
        if any(word in lowered for word in words):
            return name
    return "other"


def by_month(payments, balance):
    grouped = defaultdict(list)
    for payment in payments:
        grouped[payment["day"][:7]].append(payment["amount"])
    months = []
    for month in sorted(grouped):
        net = sum(grouped[month])
        balance += net
        months.append(
            {
                "month": month,
                "income": money(sum(a for a in grouped[month] if a > 0)),
                "spending": money(-sum(a for a in grouped[month] if a < 0)),
                "net": money(net),
                "balance": money(balance),
            }
        )
    return months


def by_category(payments, spending):
    totals = defaultdict(float)
    for payment in payments:
        if payment["amount"] < 0:
            totals[category(payment["text"])] -= payment["amount"]
    ranked = sorted(totals.items(), key=lambda item: (-item[1], item[0]))
    return [{"category": n, "total": money(t), "share_percent": round(100 * t / spending, 1)} for n, t in ranked]


def runway(months):
    """Months that the last balance lasts at the average loss; 0 when it is used up, 999 when the months make no loss."""
    if not months:
        return 0
    loss = -mean(month["net"] for month in months)
    balance = months[-1]["balance"]
    if loss <= 0:
        return 999
    return min(999, round(max(0, balance) / loss, 1))


def unusual(payments):
    found = []
    seen = {}
    sizes = [abs(payment["amount"]) for payment in payments]
    limit = mean(sizes) + 2 * pstdev(sizes) if len(sizes) >= 4 else None
    for payment in payments:
        key = (payment["day"], payment["text"].lower(), payment["amount"])
        if key in seen:
            found.append(noted(payment, f"the same as line {seen[key]}: paid twice?"))
        elif limit is not None and abs(payment["amount"]) > limit:
            found.append(noted(payment, "much larger than the others"))
        elif payment["amount"] < 0 and any(word in payment["text"].lower() for word in WATCHED):
            found.append(noted(payment, "a kind of cost that is easily overlooked"))
        seen.setdefault(key, payment["line"])
    return found[:20]


def noted(payment, why):
    return {
        "line": payment["line"],
        "description": payment["text"][:200],
        "amount": money(payment["amount"]),
        "why": why,
    }


def money(amount):
    return round(amount, 2) + 0.0


def summary(payments, months, net, currency):
    if not payments:
        return "No payment could be read; see the problems."
    word = "more" if net >= 0 else "less"
    text = f"{len(payments)} payments over {len(months)} months: {SUBJECT} took in {abs(net):,.2f} {currency} {word} than it spent."
    losses = [month["month"] for month in months if month["net"] < 0]
    return text + (f" Months with a loss: {', '.join(losses[-6:])}." if losses else " No month made a loss.")
