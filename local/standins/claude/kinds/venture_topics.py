"""What a brief asks about where somebody registers a company, opens a shop or looks for money."""

from typing import Any

from local.standins.claude.kinds.kind import signals

Json = Any

PLACES = tuple(
    name.replace("_", " ")
    for name in """
    alabama alaska arizona arkansas california colorado connecticut delaware florida georgia hawaii idaho illinois indiana iowa
    kansas kentucky louisiana maine maryland massachusetts michigan minnesota mississippi missouri montana nebraska nevada
    new_hampshire new_jersey new_mexico new_york north_carolina north_dakota ohio oklahoma oregon pennsylvania rhode_island
    south_carolina south_dakota tennessee texas utah vermont virginia washington west_virginia wisconsin wyoming
    canada ontario england scotland ireland australia germany france india
    """.split()  # noqa: SIM905 - a page of words reads better than a page of quotes
)

VENTURES: dict[str, dict[str, Json]] = {
    "company form": {
        "name": "Company Form Brief",
        "subject": "choosing and registering a company form",
        "signals": signals("llc:4 incorporat:4 corp!:3 s-corp:4 dba:3 forming:2 form!:1 register:1.5 liabil:2"),
        "topics": {
            "trade": (
                "sell",
                "service",
                "product",
                "repair",
                "design",
                "consult",
                "online",
                "i run",
                "we run",
                "software",
            ),
            "owners": ("alone", "partner", "owner", "sole", "cofounder", "wife", "husband", "friend", "two of us"),
            "place": ("~place", "my state", "our state", "county", "city", "country", "live in", "based in", *PLACES),
            "income": ("$", "revenue", "income", "earn", "profit", "sales", "month"),
            "risk": ("liab", "sue", "insurance", "damage", "risk", "injur", "contract"),
            "money kept apart": ("bank", "account", "checking", "card", "books", "bookkeep", "accounting"),
            "tax": ("tax", "irs", "deduct", "accountant", "cpa", "ein"),
        },
        "questions": {
            "trade": "What do you sell, and to whom?",
            "owners": "Who owns the business, and who decides?",
            "place": "In which state or country do you live, and where are the customers?",
            "income": "What does the business earn in a year, and what do you expect?",
            "risk": "What could a customer sue you for, and what does your insurance cover?",
            "money kept apart": "Do business and private money run through separate accounts?",
            "tax": "How is the income taxed now, and who prepares the return?",
        },
        "first_steps": {
            "risk": "List what could go wrong for a customer: that decides how much a company form is worth to you.",
            "place": "Look up the fees and yearly filings of your own state.",
        },
        "samples": (
            "I repair computers on the side in Ohio, alone, for about $700 a month. I use my private bank account and have no insurance.",
            "Everybody tells me that I need an LLC, but I do not understand why. I sell T-shirts.",
            "My partner and I design websites in Texas and earn $60,000 a year. We signed a contract with a client who may sue over delays. We have a business checking account, and a CPA does our tax return.",
        ),
    },
    "shop opening": {
        "name": "Shop Opening Brief",
        "subject": "opening a shop or restaurant",
        "signals": signals(
            "opening:2.5 store!:2.5 shop!:2.5 restaurant:3 truck:3 cafe:3 coffee:2 retail:2.5 boutique:3 location:2 "
            "franchise:2.5 bakery:3 bar!:2 delivery:1.5 website:-1 online:-1.5"
        ),
        "topics": {
            "offer": ("sell", "menu", "candy", "clothes", "coffee", "food", "baker", "product", "goods", "offer"),
            "customers": ("customer", "student", "families", "tourist", "neighbo", "office workers", "people who"),
            "place": (
                "location",
                "street",
                "building",
                "rent",
                "lease",
                "space",
                "square",
                "sqft",
                "downtown",
                "truck",
            ),
            "competition": ("compet", "other shop", "nearest", "no other", "chain", "already"),
            "money": ("$", "budget", "saving", "loan", "invest", "cost"),
            "rules": ("permit", "licen", "health", "inspect", "zoning", "insurance"),
            "suppliers": ("supplier", "wholesale", "order", "stock", "inventory", "deliver"),
            "people and hours": ("staff", "employee", "hours", "open from", "weekend", "alone", "family helps"),
        },
        "questions": {
            "offer": "What do you sell, and what does a typical purchase cost?",
            "customers": "Who walks in, and how many of them pass each day?",
            "place": "Which place is it, what is the rent, and how long does the lease run?",
            "competition": "Where do these customers buy today?",
            "money": "How much do you have, and how many months does it last without profit?",
            "rules": "Which permits and inspections does the place need?",
            "suppliers": "Who delivers, from which quantity, and within how many days?",
            "people and hours": "Who stands in the shop, and when is it open?",
        },
        "first_steps": {
            "customers": "Count the people who pass the place on a weekday and on a Saturday.",
            "money": "Write down rent, wages and stock of six months before you sign a lease.",
        },
        "samples": (
            "I want to open a candy store downtown. A building near the college is free, the rent is $1,400 a month, and there is no other candy store.",
            "I dream of a coffee shop but I have no idea where to start.",
            "We plan a food truck with lunch for office workers at $9 a meal. We have savings of $22,000, the health permit is applied for, two suppliers deliver daily, and my brother helps on weekends. The nearest competitor is a chain.",
        ),
    },
    "raising money": {
        "name": "Funding Brief",
        "subject": "raising money",
        "signals": signals("money:2 fund:3 investor:3 loan:3.5 capital:3 grant:3.5 angel:3.5 raising:2.5 invest:2"),
        "topics": {
            "purpose": ("need", "buy", "hire", "equipment", "inventory", "build", "for the"),
            "amount": ("$", "amount", "thousand", "million"),
            "what exists": ("customer", "revenue", "sales", "prototype", "users", "launched", "profit"),
            "own money": ("saving", "own money", "put in", "invested", "family", "friends"),
            "what you give": ("equity", "percent", "%", "interest", "repay", "collateral", "shares"),
            "papers": ("plan", "forecast", "tax return", "statement", "credit score", "pitch", "deck"),
            "date": ("month", "week", "by ", "spring", "summer", "autumn", "winter", "deadline"),
        },
        "questions": {
            "purpose": "What exactly would the money pay for?",
            "amount": "How much do you need, and what would half of it change?",
            "what exists": "What works already: customers, sales, a prototype?",
            "own money": "How much of your own money is in it?",
            "what you give": "What do you offer for it: a share, interest, a security?",
            "papers": "Which figures and papers can you show today?",
            "date": "By when do you need it, and what happens if it comes later?",
        },
        "first_steps": {
            "purpose": "Split the amount into what it buys, line by line.",
            "papers": "Put last year's figures and a forecast for twelve months on one page.",
        },
        "samples": (
            "I need a loan of $40,000 to buy an oven for my bakery. We have revenue of $9,000 a month and I put in $15,000 of my savings.",
            "I am starting to look for money for my idea and do not know how much they will want to see.",
            "Our app has 300 paying users. We want $150,000 from angels for 10% equity to hire a developer by spring. The pitch deck and a forecast are ready; friends and family have invested $20,000.",
        ),
    },
}
