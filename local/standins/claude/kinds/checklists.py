"""What communication agents hold a text against, by what the text is, and what readers of a pitch look for."""

from typing import Any

from local.standins.claude.kinds.kind import signals

Json = Any

TEXTS: dict[str, dict[str, Json]] = {
    "agreement": {
        "name": "Agreement Check",
        "signals": signals(
            "contract:4.5 agreement:4.5 client:3 pay:2 freelanc:3 lawyer:2.5 legal:2.5 invoice:3 lease:3 terms:3 clause:3"
        ),
        "checklist": {
            "price and payment": ("price", "pay", "fee", "invoice", "deposit", "$"),
            "dates": ("deadline", "by ", "day", "week", "deliver", "start"),
            "what is included": ("scope", "includ", "service", "deliverable", "consist"),
            "changes": ("change", "revision", "extra", "additional"),
            "who owns the result": ("own", "rights", "licen", "copyright", "property"),
            "how it ends": ("terminat", "cancel", "notice", "end"),
            "what if it goes wrong": ("liab", "refund", "warrant", "damage", "dispute", "late"),
        },
        "questions": {
            "price and payment": "What is paid, when, and what happens when it is late?",
            "dates": "When does the work start, and by when is what delivered?",
            "what is included": "What exactly is part of the work, and what is not?",
            "changes": "How many changes are included, and what do more cost?",
            "who owns the result": "Who owns the result, and from when on?",
            "how it ends": "How can each side end it, with how much notice?",
            "what if it goes wrong": "What happens if something is late or does not work?",
        },
        "samples": (
            "The designer delivers a logo and a style sheet by 14 March. The fee is $900: a deposit of $300 and the rest within 10 days of the invoice. Two "
            "revisions are included; each further change costs $60. After payment the client owns all rights. Either side may cancel with 7 days notice. "
            "If delivery is late, the client gets a refund of 10% a week.",
            "We will build the website as discussed, with high quality and soon. Payment as agreed. Some changes are fine if necessary.",
            "The work starts on 1 April and includes 5 pages. The price is $2,400. Other things will be settled from time to time, in reasonable ways.",
        ),
    },
    "partnership": {
        "name": "Partnership Check",
        "signals": signals("partner:3 cofounder:4 equity:4 founder:1.5 share!:2 invest:2 friend:1 vest:2"),
        "checklist": {
            "who gets what share": ("equity", "share", "percent", "%", "split"),
            "vesting": ("vest", "cliff", "earn"),
            "who decides": ("decid", "vote", "control", "ceo", "majority"),
            "who works how much": ("hour", "full time", "full-time", "part time", "role", "responsib"),
            "money put in": ("invest", "capital", "pay", "$", "loan"),
            "leaving": ("leave", "exit", "buy out", "buyout", "quit", "terminat"),
            "ownership of ideas": ("intellectual", "ip", "code", "own", "rights"),
        },
        "questions": {
            "who gets what share": "What share does each of us hold, and for what?",
            "vesting": "Over which time are shares earned, and what happens before that?",
            "who decides": "Who decides what alone, and what needs both?",
            "who works how much": "Who works on what, and how many hours a week?",
            "money put in": "Who puts in how much money, and is it a loan?",
            "leaving": "What happens to the shares of a partner who leaves?",
            "ownership of ideas": "Who owns what was made before and what is made now?",
        },
        "samples": (
            "Ana holds 60% and Ben 40% of the shares, vesting over 4 years with a cliff of 12 months. Ana is CEO and decides alone up to $5,000. Both work full time. "
            "Ben invests $20,000. A partner who leaves sells unvested shares for $1. All code and other intellectual property belongs to the company.",
            "We are friends and will split everything fairly. We decide together as needed and put in some money.",
            "Each founder gets 50% of the equity. Work is shared. If somebody wants to leave we will find a reasonable solution soon.",
        ),
    },
    "job post": {
        "name": "Job Post Check",
        "signals": signals("hire:3 hiring:3 employee:3 recruit:3 staff:2 job!:1.5 salary:2 internship:2"),
        "checklist": {
            "pay": ("salary", "pay", "$", "hour", "rate", "wage"),
            "tasks": ("you will", "responsib", "task", "daily", "duties"),
            "what is needed": ("require", "must", "experience", "skill", "need"),
            "hours and place": ("hours", "full time", "part time", "remote", "office", "location", "shift"),
            "start": ("start", "from ", "available", "immediately"),
            "how to apply": ("apply", "send", "contact", "resume", "cv"),
        },
        "questions": {
            "pay": "What does the job pay?",
            "tasks": "What does the person do on a normal day?",
            "what is needed": "What must applicants be able to do?",
            "hours and place": "How many hours, when and where?",
            "start": "When does it start?",
            "how to apply": "How do people apply, and by when?",
        },
        "samples": (
            "Baker for the morning shift, 30 hours a week in our shop in Leeds. You will prepare dough and run the oven. Two years of experience required. Pay is $19 an "
            "hour. Start on 1 May. Send a short resume and apply by 10 April.",
            "We look for a rock star who can do various things. Competitive pay. Join soon.",
            "Part time assistant wanted for the office. You need good spelling and some experience. Contact us.",
        ),
    },
    "business plan": {
        "name": "Plan Check",
        "signals": signals(
            "plan!:2.5 investor:2.5 loan:2.5 fund:2 market:1 idea!:1.5 lease:1 franchise:2 store!:1 restaurant:1.5 "
        ),
        "checklist": {
            "customer": ("customer", "client", "buyer", "for people", "audience"),
            "problem": ("problem", "need", "because", "struggle", "waste"),
            "price": ("price", "charge", "$", "fee", "subscription"),
            "costs": ("cost", "rent", "spend", "expens", "salary"),
            "how customers come": ("market", "advert", "referral", "search", "channel", "sell"),
            "competition": ("compet", "alternative", "others", "instead"),
            "numbers and dates": ("month", "year", "break even", "profit", "revenue", "goal"),
        },
        "questions": {
            "customer": "Who exactly buys this?",
            "problem": "What does it spare them, and how do they manage today?",
            "price": "What does it cost them?",
            "costs": "What does it cost you a month?",
            "how customers come": "How do the first 20 customers hear of it?",
            "competition": "What else could they use, and why would they not?",
            "numbers and dates": "What has to be reached by when?",
        },
        "samples": (
            "Customers are cafes with up to 10 tables. They waste 4 hours a week on supplier orders. We charge $29 a month. Our costs are $600 a month for hosting and support. "
            "We sell through two wholesalers and their newsletters. Competitors are spreadsheets and big suites. We break even at 21 cafes within 9 months.",
            "A great app that everybody needs. We will go viral and earn from various sources.",
            "A food truck with lunch for office workers, $9 a meal. Rent and staff are the largest costs. The goal is to open in spring.",
        ),
    },
}

WORRIES: dict[str, tuple[str, str]] = {
    "price": ("pric", "Say what it costs or what it saves."),
    "customer": ("customer", "Name a customer or a result that can be checked."),
    "time": ("time", "Say how long it takes until it works."),
    "support": ("support", "Say who helps when something goes wrong."),
    "team": ("team", "Say who stands behind it."),
    "refund": ("money", "Say what happens if it does not work out."),
    "ship": ("ship", "Say when it arrives."),
    "local": ("local", "Say where you are."),
}
"""What readers look for → (the word in the opportunity that shows it matters, what to add)."""
