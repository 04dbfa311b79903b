"""Works out what things cost, what to charge for them, and how much has to be sold before the business earns."""

import math

SUBJECT = "service"
OVERLOOKED = ("travel", "revisions", "unpaid calls", "taxes")
"""Costs that people with this problem forget; each is asked about unless an entry names it."""

FEE_PERCENT = 3.0
"""What a payment service keeps of each price."""


async def run(input, tools):
    rate = input.get("hourly_rate", 0)
    margin = max(0, input["target_margin_percent"]) / 100
    priced, problems = tools.each(input["items"], lambda item: price(item, rate, margin))
    volume = sum(item["units"] for item in priced)
    earned = sum(item["units"] * (kept(item["price"]) - item["unit_cost"]) for item in priced)
    fixed = input.get("fixed_costs_per_month", 0)
    profit = earned - fixed
    even = break_even(fixed, earned, volume)
    return {
        "prices": [{name: value for name, value in item.items() if name != "units"} for item in priced],
        "monthly_profit": money(profit),
        "break_even_units": even,
        "warnings": warnings(priced, profit, fixed, rate)[:20],
        "forgotten_costs": [cost for cost in OVERLOOKED if not mentioned(cost, input["items"])],
        "problems": problems,
        "summary": summary(priced, profit, even),
    }


def price(item, rate, margin):
    cost = item["cost"] + item.get("hours", 0) * rate
    if cost < 0:
        raise ValueError(f"{item['name'][:60]} costs less than nothing")
    left = 1 - margin - FEE_PERCENT / 100
    if left <= 0:
        raise ValueError(f"a margin of {margin:.0%} and fees of {FEE_PERCENT:g}% leave nothing of a price for the cost")
    suggested = rounded(cost / left)
    market = item.get("market_price", 0)
    return {
        "name": item["name"],
        "unit_cost": money(cost),
        "price": suggested,
        "margin_percent": round(100 * (kept(suggested) - cost) / suggested, 1) if suggested else 0,
        "gap_to_market": money(suggested - market) if market else 0,
        "advice": advice(suggested, market, cost),
        "units": item.get("units_per_month", 0),
    }


def kept(amount):
    """What is left of a price after the payment fee."""
    return amount * (1 - FEE_PERCENT / 100)


def rounded(amount):
    """Up to a price that people are used to: whole tens above 100, .90 or .50 below."""
    if amount <= 0:
        return 0
    if amount >= 100:
        return float(math.ceil(amount / 5) * 5)
    whole = math.floor(amount)
    return next(float(step) for step in (whole + 0.5, whole + 0.9, whole + 1.5) if step >= amount)


def advice(suggested, market, cost):
    if not market:
        return "Compare it with two competitors before you publish it."
    if kept(market) < cost:
        return "The market pays less than it costs you: lower the cost or leave it."
    if suggested > market * 1.1:
        return "Above the market: show what is better about yours, or lower the cost."
    if suggested < market * 0.85:
        return "Below the market: there is room to charge more."
    return "In line with the market."


def break_even(fixed, earned, volume):
    """Units a month at today's mix; 0 where the entries do not say how many are sold or earn nothing."""
    if volume <= 0 or earned <= 0:
        return 0
    return math.ceil(fixed / (earned / volume))


def warnings(priced, profit, fixed, rate):
    found = [f"{item['name']}: {item['advice']}" for item in priced if "less than it costs" in item["advice"]]
    if fixed and profit < 0:
        found.append(f"At these volumes the month ends {abs(profit):,.2f} short.")
    if not rate:
        found.append("Your own hours count as free; set an hourly rate to see the real cost.")
    return found


def mentioned(cost, items):
    words = [word[:5] for word in cost.lower().split() if len(word) > 3]
    text = " ".join(item["name"].lower() for item in items)
    return any(word in text for word in words)


def money(amount):
    return round(amount, 2) + 0.0


def summary(priced, profit, even):
    if not priced:
        return f"No {SUBJECT} could be priced; see the problems."
    low, high = min(item["price"] for item in priced), max(item["price"] for item in priced)
    span = f"at {low:,.2f}" if low == high else f"between {low:,.2f} and {high:,.2f}"
    text = f"{len(priced)} {SUBJECT}{'s' if len(priced) > 1 else ''} priced {span}, {FEE_PERCENT:g}% payment fees included."
    if even:
        text += f" The month pays for itself from {even} units on."
    return text + (f" Expected profit a month: {profit:,.2f}." if profit else "")
