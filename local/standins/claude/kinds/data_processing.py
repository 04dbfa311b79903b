"""Data processing agents: cash flow, list ranking, feedback themes, price plan."""

from typing import Any

from local.standins.claude.kinds.brief import Brief
from local.standins.claude.kinds.drafting import Shape, check, example, field, leaf
from local.standins.claude.kinds.kind import Kind, stems
from local.standins.claude.kinds.shelves import shelf

Json = Any

PROBLEMS = field(
    "problems",
    "record_list",
    "Rows that could not be used, and why",
    parts=(leaf("line", "integer", "The row", minimum=0), leaf("problem", "string", "What is wrong with it")),
)

CASH_ROWS = (
    "date,description,amount\n2026-01-03,Invoice 1042 payment from Harbour Cafe,1850.00\n2026-01-05,Rent January,-900\n"
    "2026-01-09,Adwords campaign,-240.50\n2026-01-20,Payroll,-1400\n2026-02-02,Payment from Delgado Design,2100\n2026-02-05,Rent February,-900\n"
    "2026-02-11,Bank fee,-18\n2026-02-20,Payroll,-1400",
    "Day;Text;Value\n2026-03-01;Stripe deposit;3200,00\n2026-03-02;Supplier flour;-410,20\n2026-03-02;Supplier flour;-410,20\n2026-03-28;Insurance;-95",
    "date,memo,amount\n1/15/2026,Consulting sale,$4500.00\n1/16/2026,Laptop,-$2300.00\n1/17/2026,Coffee,-$4.50\n1/18/2026,Parking,-$6\n1/19/2026,"
    "Lunch,-$11\n1/20/2026,Domain,-$12",
    "date,description,amount\n2026-04-01,Opening order,not known\n2026-04-02,Packaging,-120\n2026-04-03,Online sale,75",
    "date\tpayee\tamount\n2025-12-01\tPayroll\t-5200\n2025-12-15\tSoftware subscription\t-99\n2026-01-02\tPayroll\t-5200\n2026-01-10\tDeposit\t3900",
)


def cash_shape(brief: Brief) -> Shape:
    return Shape(
        name="Cash Flow Reader",
        tagline="Shows where the money goes each month, how long it lasts, and which payments look wrong",
        does="Takes the payments you paste from your bank or books, adds them up by month and category, works out how many months the balance "
        "lasts, and points at double payments, outliers and small costs that pile up. Rows that cannot be read are listed, not dropped.",
        category=shelf(brief, "finance"),
        tags=("cash-flow", *brief.keywords[:3]),
        input_fields=(
            field(
                "transactions",
                "text",
                "Payments as a table with date, description and amount (CSV, tabs or semicolons)",
                minimum=10,
            ),
            field("opening_balance", "number", "Money in the account before the first payment", required=False),
            field(
                "currency",
                "string",
                "Currency of the amounts",
                required=False,
                choices=("USD", "EUR", "GBP", "CAD", "AUD"),
            ),
        ),
        output_fields=(
            field("summary", "string", "The result in a few words", maximum=500),
            field("payments_read", "integer", "Payments that could be read", minimum=0),
            field("income", "number", "Everything that came in"),
            field("spending", "number", "Everything that went out"),
            field("net", "number", "Income less spending"),
            field(
                "months",
                "record_list",
                "Month by month",
                parts=(
                    leaf("month", "string", "Year and month"),
                    leaf("income", "number", "Money in"),
                    leaf("spending", "number", "Money out"),
                    leaf("net", "number", "Difference"),
                    leaf("balance", "number", "Balance at its end"),
                ),
            ),
            field(
                "spending_by_category",
                "record_list",
                "Where the money went, largest first",
                parts=(
                    leaf("category", "string", "The category"),
                    leaf("total", "number", "Money out"),
                    leaf("share_percent", "number", "Share of all spending"),
                ),
            ),
            field(
                "runway_months",
                "number",
                "Months the balance lasts at this pace; 999 when there is no loss",
                minimum=0,
                maximum=999,
            ),
            field(
                "unusual",
                "record_list",
                "Payments to look at",
                parts=(
                    leaf("line", "integer", "Row of the table", minimum=1),
                    leaf("description", "string", "What it says"),
                    leaf("amount", "number", "Amount"),
                    leaf("why", "string", "What is odd about it"),
                ),
            ),
            PROBLEMS,
        ),
        effects=(),
        examples=(
            example("two months of a studio", transactions=CASH_ROWS[0], opening_balance=2500, currency="USD"),
            example("a bakery's March, semicolons", transactions=CASH_ROWS[1], currency="EUR"),
            example("one large payment", transactions=CASH_ROWS[2], opening_balance=100),
            example("an amount that is no number", transactions=CASH_ROWS[3], opening_balance=0, currency="GBP"),
            example("a loss over the new year", transactions=CASH_ROWS[4], opening_balance=20000),
        ),
        acceptance=(
            check("/summary", "not_empty", "the reader learns the result"),
            check("/payments_read", "min", "readable payments are read", 1),
            check("/spending", "min", "spending is counted as a positive sum", 0),
            check("/months", "not_empty", "payments are grouped by month"),
        ),
    )


def cash_parameters(brief: Brief) -> dict[str, Json]:
    watched = [
        word
        for word in brief.keywords
        if word in {"fees", "taxes", "shipping", "hosting", "insurance", "software", "advertising", "rent"}
    ]
    return {
        "SUBJECT": brief.subject,
        "WATCHED": tuple(dict.fromkeys([*stems(*watched), "fee", "subscription"])),
    }


LISTS: dict[str, dict[str, Json]] = {
    "supplier": {
        "signals": {
            "supplier": 3,
            "manufactur": 3,
            "wholesal": 3,
            "vendor": 2,
            "alibaba": 3,
            "import": 2,
            "factory": 2,
            "inventory": 2,
            "source": 1,
        },
        "name": "Supplier Ranking",
        "criteria": {
            "price": ("price", "cost", "$", "unit"),
            "minimum order": ("minimum", "moq", "pieces"),
            "delivery time": ("lead", "deliver", "days", "weeks", "shipping"),
            "quality proof": ("certif", "sample", "iso", "audit", "tested"),
        },
        "columns": "supplier,country,unit_price,moq,lead_time,notes",
        "rows": (
            "Hangzhou Textil,China,$2.10,500 pieces,35 days,sample available",
            "Porto Fabrics,Portugal,$3.40,100 pieces,14 days,ISO certified",
            "Quick Cloth,,$1.20,,,no samples",
            "Lima Cotton,Peru,$2.80,200 pieces,21 days,audited 2025",
        ),
        "wishes": (["sample"], ["iso", "days"], ["no samples"]),
    },
    "candidate": {
        "signals": {
            "hire": 3,
            "hiring": 3,
            "employee": 3,
            "candidate": 3,
            "recruit": 3,
            "develop": 1.5,
            "cofounder": 2.5,
            "partner": 2,
            "programmer": 2,
            "freelanc": 2,
            "designer": 2,
            "outsourc": 2,
        },
        "name": "Candidate Ranking",
        "criteria": {
            "experience": ("year", "senior", "led", "built", "worked"),
            "references": ("reference", "portfolio", "recommend", "github"),
            "availability": ("available", "full time", "part time", "start", "hours"),
            "pay": ("rate", "salary", "$", "hour"),
        },
        "columns": "name,email,role,experience,rate,notes",
        "rows": (
            "Ana Ruiz,ana@people.example,developer,6 years Python,$60 per hour,portfolio and two references",
            "Ben Cole,ben@people.example,developer,1 year,$25 per hour,available full time",
            "Ana Ruiz,ana@people.example,developer,6 years Python,$60 per hour,applied twice",
            "Chi Wong,chi@people.example,designer,4 years,,",
        ),
        "wishes": (["python"], ["portfolio", "reference"], ["applied twice"]),
    },
    "lead": {
        "signals": {
            "lead!": 2.5,
            "client": 2.5,
            "customer": 2,
            "sales": 2,
            "prospect": 3,
            "sell": 1.5,
            "buyer": 2,
            "cold!": 2,
            "investor": 2,
        },
        "name": "Lead Ranking",
        "criteria": {
            "need": ("need", "looking", "asked", "problem", "urgent"),
            "budget": ("budget", "$", "pay", "funded"),
            "contact": ("email", "phone", "owner", "founder", "met"),
            "timing": ("now", "week", "month", "soon", "quarter"),
        },
        "columns": "company,contact,email,budget,notes",
        "rows": (
            "Harbour Cafe,Mia Holt,mia@harbour.example,$2000,asked for a quote this week",
            "North Gym,,,,found in a directory",
            "Delgado Design,Luis Delgado,luis@delgado.example,$800,needs it next month",
            "Harbour Cafe,Mia Holt,mia@harbour.example,$2000,second entry",
        ),
        "wishes": (["email"], ["quote", "month"], ["directory"]),
    },
    "option": {
        "signals": {
            "idea!": 2,
            "choose": 2,
            "compar": 2,
            "option": 2,
            "tool": 1.5,
            "software": 1.5,
            "which": 1,
            "platform": 1.5,
            "list!": 1,
            "domain": 1,
            "name": 0.5,
        },
        "name": "Option Ranking",
        "criteria": {
            "cost": ("price", "cost", "free", "$", "month"),
            "effort": ("easy", "setup", "hours", "simple", "learn"),
            "fit": ("small", "business", "shop", "team", "online"),
            "risk": ("refund", "trial", "cancel", "support", "contract"),
        },
        "columns": "name,price,setup,notes",
        "rows": (
            "Ledger Lite,$12 a month,2 hours,free trial and phone support",
            "BooksPro,$60 a month,2 days,contract for a year",
            "Paper and folder,free,simple,no support",
            "Ledger Lite,$12 a month,2 hours,listed twice",
        ),
        "wishes": (["month"], ["trial", "support"], ["contract"]),
    },
}


def list_flavour(brief: Brief) -> str:
    return max(LISTS, key=lambda name: (brief.weight(LISTS[name]["signals"]), name))


def list_shape(brief: Brief) -> Shape:
    flavour = list_flavour(brief)
    words = LISTS[flavour]
    must, prefer, avoid = words["wishes"]
    head, rows = words["columns"], list(words["rows"])
    tables = [
        "\n".join([head, *rows]),
        "\n".join([head, *rows[:2]]),
        "\n".join([head, *reversed(rows)]),
        "\n".join([head, rows[0], rows[0], rows[1]]),
        "\n".join([head.replace(",", "\t"), *[row.replace(",", "\t") for row in rows[1:]]]),
    ]
    return Shape(
        name=words["name"],
        tagline=f"Cleans your {flavour} list, removes duplicates and ranks it with reasons",
        does=f"Takes a pasted table of {flavour}s, removes double entries, rates each by what you must have, prefer and want to avoid and by "
        f"{', '.join(words['criteria'])}, and gives a ranking in which every point is explained.",
        category=shelf(brief, "operations"),
        tags=("list-ranking", flavour, *brief.keywords[:2]),
        input_fields=(
            field("records", "text", f"The {flavour}s as a table; the first line names the columns", minimum=10),
            field("must_have", "string_list", "Words that an entry must contain", required=False, maximum=15),
            field("prefer", "string_list", "Words that speak for an entry", required=False, maximum=15),
            field("avoid", "string_list", "Words that speak against an entry", required=False, maximum=15),
            field("top", "integer", "How many to show", required=False, minimum=1, maximum=100),
        ),
        output_fields=(
            field("summary", "string", "The result in a few words", maximum=500),
            field(
                "ranking",
                "record_list",
                "Best first",
                parts=(
                    leaf("rank", "integer", "Place", minimum=1),
                    leaf("name", "string", "The entry"),
                    leaf("score", "integer", "0 to 100, the best entry being 100", minimum=0, maximum=100),
                    leaf("reasons", "string_list", "What speaks for it"),
                    leaf("warnings", "string_list", "What speaks against it"),
                ),
            ),
            field("entries_read", "integer", "Rows read", minimum=0),
            field(
                "duplicates",
                "record_list",
                "Rows left out as double",
                parts=(
                    leaf("line", "integer", "The row", minimum=1),
                    leaf("same_as_line", "integer", "The row it repeats", minimum=1),
                ),
            ),
            field("criteria_used", "string_list", "What entries were rated by"),
            PROBLEMS,
        ),
        effects=(),
        examples=(
            example("the whole list", records=tables[0], must_have=must, prefer=prefer, avoid=avoid),
            example("two entries, no wishes", records=tables[1]),
            example("another order, best two only", records=tables[2], prefer=prefer, top=2),
            example("a repeated row", records=tables[3], must_have=must),
            example("pasted from a spreadsheet", records=tables[4], avoid=avoid, top=50),
        ),
        acceptance=(
            check("/ranking", "not_empty", "entries are ranked"),
            check("/ranking/0/score", "min", "scores start at 0", 0),
            check("/ranking/0/score", "max", "scores end at 100", 100),
            check("/entries_read", "min", "rows are read", 1),
            check("/summary", "not_empty", "the reader learns the result"),
        ),
    )


def feedback_shape(brief: Brief) -> Shape:
    topic = brief.subject
    own = brief.keywords[0] if brief.keywords else "product"
    return Shape(
        name="Feedback Sorter",
        tagline=f"Sorts comments about {topic} into themes, finds the urgent ones and says where to start"[:140],
        does="Reads survey answers, reviews or messages, sorts them into themes with counts and a typical quote each, tells glad from sorry "
        "customers, lists what needs an answer today and proposes one next step that the counts support.",
        category=shelf(brief, "product"),
        tags=("feedback", *brief.keywords[:3]),
        input_fields=(field("comments", "string_list", "The comments, one an entry", minimum=1, maximum=300),),
        output_fields=(
            field("headline", "string", "What matters most", maximum=300),
            field("next_step", "string", "What to do this week", maximum=400),
            field(
                "themes",
                "record_list",
                "Themes, those with most complaints first",
                parts=(
                    leaf("theme", "string", "The theme"),
                    leaf("mentions", "integer", "Comments that touch it", minimum=1),
                    leaf("share_percent", "number", "Share of all comments"),
                    leaf("complaints", "integer", "Of those, unhappy ones", minimum=0),
                    leaf("quote", "string", "A typical comment"),
                ),
            ),
            field("glad", "integer", "Happy comments", minimum=0),
            field("mixed", "integer", "Neutral or mixed comments", minimum=0),
            field("sorry", "integer", "Unhappy comments", minimum=0),
            field("urgent", "string_list", "Comments that need an answer today"),
            field("unsorted_count", "integer", "Comments without a theme", minimum=0),
        ),
        effects=("llm",),
        llm_calls=1,
        llm_tokens=600,
        examples=(
            example(
                "a mixed week",
                comments=[
                    "Great service but the price is too high",
                    "Waited two weeks, very slow, I want a refund",
                    "Love it, easy to use",
                    "The app keeps crashing",
                    f"I hoped for more {own}",
                ],
            ),
            example(
                "only praise",
                comments=["Excellent, thank you!", "Friendly staff and fast delivery", "Best purchase this year"],
            ),
            example(
                "only trouble",
                comments=[
                    "Rude support, never again",
                    "Terrible quality, it broke after a day",
                    "Too expensive for what it is",
                    "I will cancel",
                ],
            ),
            example("one comment", comments=[f"Nobody answered my question about {own}"]),
            example("nothing to sort", comments=["ok", "no opinion", "see above"]),
        ),
        acceptance=(
            check("/headline", "not_empty", "there is a result to read"),
            check("/next_step", "not_empty", "there is something to do"),
            check("/glad", "min", "a count is never negative", 0),
            check("/themes", "present", "themes are listed"),
        ),
    )


def feedback_parameters(brief: Brief) -> dict[str, Json]:
    themes: dict[str, Json] = {
        "price": ("price", "expensive", "cheap", "cost", "fee", "overpriced"),
        "service": ("staff", "service", "support", "rude", "friendly", "reply", "answer"),
        "quality": ("broke", "quality", "works", "bug", "crash", "defect", "error"),
        "speed": ("slow", "wait", "late", "delay", "fast", "quick"),
    }
    known = {word for words in themes.values() for word in words}
    for word, stem in zip(brief.keywords[:4], stems(*brief.keywords[:4]), strict=False):
        if not any(stem.startswith(other) or other.startswith(stem) for other in known):
            themes[word] = (stem,)
    return {"SUBJECT": brief.subject, "THEMES": themes}


def price_shape(brief: Brief) -> Shape:
    service = brief.weight(
        {"service": 2, "client": 2, "hour": 2, "freelanc": 3, "consult": 3, "design": 2}
    ) > brief.weight({"product": 2, "store!": 2, "ship": 2, "inventory": 2, "shop": 2})
    noun = "service" if service else "product"
    first, second = ("Website, small", "Monthly care") if service else ("Cotton bag", "Candle, large")
    rows = [
        {
            "name": first,
            "cost": 120 if service else 3.2,
            "hours": 14 if service else 0.2,
            "units_per_month": 2 if service else 60,
            "market_price": 900 if service else 12,
        },
        {
            "name": second,
            "cost": 5 if service else 4.75,
            "hours": 1.5 if service else 0.25,
            "units_per_month": 10 if service else 35,
            "market_price": 80 if service else 18,
        },
    ]
    return Shape(
        name="Price Planner",
        tagline=f"Works out what each {noun} really costs, what to charge and when the month pays for itself",
        does=f"Takes your {noun}s with their costs and hours, adds your own time and payment fees, proposes prices for the margin you want, compares "
        "them with the market, and tells how many sales a month cover the fixed costs. It also lists costs that are often forgotten.",
        category=shelf(brief, "sales"),
        tags=("pricing", noun, *brief.keywords[:2]),
        input_fields=(
            field(
                "items",
                "record_list",
                f"The {noun}s to price",
                minimum=1,
                maximum=100,
                parts=(
                    leaf("name", "string", "What it is", minimum=1, maximum=120),
                    leaf("cost", "number", "Material and bought-in cost of one", minimum=0, maximum=10_000_000),
                    leaf("hours", "number", "Your own hours for one", required=False, minimum=0, maximum=10_000),
                    leaf(
                        "units_per_month",
                        "integer",
                        "How many you expect to sell a month",
                        required=False,
                        minimum=0,
                        maximum=1_000_000,
                    ),
                    leaf("market_price", "number", "What others charge", required=False, minimum=0, maximum=10_000_000),
                ),
            ),
            field("target_margin_percent", "number", "Margin you want, in percent of the price", minimum=0, maximum=95),
            field("hourly_rate", "number", "What an hour of yours is worth", required=False, minimum=0, maximum=10_000),
            field(
                "fixed_costs_per_month",
                "number",
                "Rent, tools and other costs of a month",
                required=False,
                minimum=0,
                maximum=100_000_000,
            ),
        ),
        output_fields=(
            field("summary", "string", "The result in a few words", maximum=500),
            field(
                "prices",
                "record_list",
                "The proposed prices",
                parts=(
                    leaf("name", "string", "What it is"),
                    leaf("unit_cost", "number", "Full cost of one", minimum=0),
                    leaf("price", "number", "What to charge", minimum=0),
                    leaf("margin_percent", "number", "What remains of the price"),
                    leaf("gap_to_market", "number", "Difference from the market price"),
                    leaf("advice", "string", "What to do about it"),
                ),
            ),
            field("monthly_profit", "number", "Expected profit of a month"),
            field("break_even_units", "integer", "Sales a month that cover the fixed costs; 0 if unknown", minimum=0),
            field("warnings", "string_list", "What does not add up"),
            field("forgotten_costs", "string_list", "Costs to check that no entry names"),
            PROBLEMS,
        ),
        effects=(),
        examples=(
            example(
                "two at a healthy margin",
                items=rows,
                target_margin_percent=40,
                hourly_rate=30,
                fixed_costs_per_month=600,
            ),
            example("without own hours", items=[rows[0]], target_margin_percent=25),
            example(
                "costs above the market",
                items=[{**rows[1], "market_price": 1}],
                target_margin_percent=10,
                hourly_rate=45,
                fixed_costs_per_month=1500,
            ),
            example("nothing but material", items=[{"name": "Sample", "cost": 0.4}], target_margin_percent=60),
            example(
                "high margin, many sales",
                items=[{**row, "units_per_month": 400} for row in rows],
                target_margin_percent=80,
                fixed_costs_per_month=9000,
            ),
        ),
        acceptance=(
            check("/prices", "same_length_as_input", "every entry gets a price", "/items"),
            check("/prices/0/price", "min", "a price is not negative", 0),
            check("/break_even_units", "min", "a count is never negative", 0),
            check("/summary", "not_empty", "the reader learns the result"),
        ),
    )


def price_parameters(brief: Brief) -> dict[str, Json]:
    service = "service" in price_shape(brief).tags
    usual = (
        ("payment fees", "travel", "revisions", "unpaid calls")
        if service
        else ("payment fees", "packaging", "returns", "shipping")
    )
    return {"SUBJECT": "service" if service else "product", "OVERLOOKED": (*usual, "taxes"), "FEE_PERCENT": 3.0}


KINDS = (
    Kind(
        name="cash_flow",
        template="data_processing",
        marker="runway_months",
        signals={
            "cash": 3,
            "accounting": 3,
            "bookkeep": 3,
            "expens": 3,
            "finance": 2.5,
            "financ": 2.5,
            "money": 1.2,
            "profit": 2,
            "revenue": 1.5,
            "loan": 2,
            "debt": 2,
            "saving": 2,
            "budget": 2.5,
            "bank": 2,
            "credit": 1.5,
            "quickbooks": 3,
            "spend": 1.5,
            "broke": 1.5,
            "fund": 1.5,
            "salary": 1.5,
            "afford": 2,
        },
        shape=cash_shape,
        parameters=cash_parameters,
    ),
    Kind(
        name="list_ranking",
        template="data_processing",
        marker="ranking",
        signals={
            "wholesal": 2.5,
            "import": 1.5,
            "scam": 1.5,
            "hire": 2,
            "hiring": 2,
            "employee": 2,
            "candidate": 3,
            "supplier": 3,
            "manufactur": 3,
            "vendor": 2,
            "lead!": 2,
            "cofounder": 2.5,
            "partner": 1.5,
            "investor": 2,
            "choose": 2,
            "compar": 2,
            "developer": 2,
            "programmer": 2,
            "designer": 1.5,
            "outsourc": 2,
            "idea!": 1.2,
            "tool": 1.5,
            "software": 1.5,
            "platform": 1,
        },
        shape=list_shape,
        parameters=lambda brief: {"SUBJECT": list_flavour(brief), "CRITERIA": LISTS[list_flavour(brief)]["criteria"]},
    ),
    Kind(
        name="feedback_themes",
        template="data_processing",
        marker="themes",
        signals={
            "feedback": 3,
            "review": 2.5,
            "survey": 3,
            "customer": 1.2,
            "user": 1.5,
            "complain": 3,
            "yelp": 3,
            "valid": 2.5,
            "opinion": 2,
            "comment": 2,
            "test!": 1,
            "interview": 2,
            "satisf": 3,
            "think": 0.5,
        },
        shape=feedback_shape,
        parameters=feedback_parameters,
    ),
    Kind(
        name="price_plan",
        template="data_processing",
        marker="break_even_units",
        signals={
            "price": 3,
            "pricing": 4,
            "charge": 3,
            "cost": 2,
            "margin": 3,
            "quote": 2,
            "rate!": 1.5,
            "afford": 1,
            "discount": 2.5,
            "wholesal": 2,
            "retail": 2,
            "sell": 1,
            "profit": 1.5,
            "etsy": 2,
            "shipping": 1.5,
            "subscription": 1.5,
            "hourly": 3,
        },
        shape=price_shape,
        parameters=price_parameters,
    ),
)
