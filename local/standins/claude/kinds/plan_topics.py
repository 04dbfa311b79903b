"""What a brief asks about, by what somebody is planning."""

from typing import Any

from local.standins.claude.kinds.kind import signals

Json = Any

PLANS: dict[str, dict[str, Json]] = {
    "first steps": {
        "name": "First Steps Brief",
        "subject": "starting a business",
        "signals": signals(
            "idea!:1.5 begin:2 first:1 step:1.5 where:1 learn:1 clue:2 starting:1.2 invention:3 concept:2"
        ),
        "topics": {
            "idea": ("idea", "sell", "offer", "product", "service", "make"),
            "customers": ("customer", "client", "people who", "buyer", "audience", "users"),
            "money": ("money", "budget", "saving", "$", "afford", "cost", "fund", "loan"),
            "time": ("time", "hours", "month", "week", "job", "school", "evening"),
            "skills": ("skill", "experience", "know how", "can do", "learned", "years", "degree"),
            "rules": ("license", "licence", "permit", "tax", "llc", "legal", "insurance"),
        },
        "questions": {
            "idea": "What exactly would somebody pay you for?",
            "customers": "Name three real people or firms that would buy it.",
            "money": "How much can you lose without getting into trouble?",
            "time": "How many hours a week do you have, and until when must it work?",
            "skills": "What can you do better than most, and who does the rest?",
            "rules": "Which licence, tax or insurance does this trade need where you live?",
        },
        "first_steps": {
            "customers": "Talk to three people who have the problem before you build anything.",
            "idea": "Write the offer in one sentence with a price.",
        },
        "samples": (
            "I work full time and want to open a bike repair service in the evenings. I have $3,000 in savings and ten years of experience with bikes.",
            "I hate my job. I want to do something online but I do not know what people would pay for, and I am scared to lose money.",
            "My idea is a lunch delivery for offices. Five customers have asked for it already. I have 20 hours a week, $5,000, a cook's degree, and I have read up on the food permit and tax.",
        ),
    },
    "website project": {
        "name": "Website Brief",
        "subject": "a website or app",
        "signals": signals(
            "website:3 app!:2 develop:2.5 design:2 programmer:3 code:2 wordpress:3 hosting:2 "
            "site!:2 technical:2 mobile:1.5 software:1.5 "
        ),
        "topics": {
            "purpose": ("sell", "book", "show", "inform", "goal", "purpose", "need"),
            "visitors": ("customer", "visitor", "users", "people", "audience"),
            "pages and functions": ("page", "shop", "form", "login", "payment", "feature", "search"),
            "content": ("text", "photo", "logo", "content", "picture", "video"),
            "budget": ("budget", "$", "cost", "afford", "pay"),
            "date": ("launch", "deadline", "month", "week", "date", "by "),
            "care afterwards": ("maintain", "update", "hosting", "support", "afterwards"),
        },
        "questions": {
            "purpose": "What should a visitor do on the site?",
            "visitors": "Who comes to it, from where, and on which device?",
            "pages and functions": "Which pages and functions does it need on the first day?",
            "content": "Which texts and pictures exist, and who makes the rest?",
            "budget": "What may it cost to build and to keep?",
            "date": "When must it be online, and why then?",
            "care afterwards": "Who changes texts and fixes things later?",
        },
        "first_steps": {
            "purpose": "Write down the one thing a visitor should do.",
            "pages and functions": "Draw the first page on paper.",
        },
        "samples": (
            "I need a website for my bakery so that customers can book cakes. I have photos and a logo, and can pay about $1,500.",
            "I have an app idea but I cannot code and I am afraid that a developer takes my money. It should have a login.",
            "The site should sell 40 products to pet owners, with shop, search and payment pages. Photos and texts are ready. Budget $4,000, launch within 8 weeks, I update it myself and pay for hosting.",
        ),
    },
    "growth plan": {
        "name": "Growth Brief",
        "subject": "finding more customers",
        "signals": signals(
            "market:2 customer:2 client:2 sales:2 grow:2.5 promot:2.5 advert:2.5 traffic:2 "
            "expand:2.5 brand:1.5 lead!:1.5 "
        ),
        "topics": {
            "offer": ("sell", "offer", "product", "service", "price"),
            "best customers": ("customer", "client", "buyer", "regular", "audience"),
            "where they come from": ("referral", "google", "ads", "facebook", "word of mouth", "flyer", "seo", "walk"),
            "what was tried": ("tried", "tested", "spent", "campaign", "worked", "failed"),
            "numbers": ("%", "$", "visitors", "month", "sales", "revenue"),
            "time and money": ("budget", "hours", "afford", "spend", "week"),
        },
        "questions": {
            "offer": "What do you sell, and at what price?",
            "best customers": "Who are your three best customers, and what do they have in common?",
            "where they come from": "How did your last ten customers hear of you?",
            "what was tried": "What have you tried, and what came of it?",
            "numbers": "How many inquiries and sales did you have last month?",
            "time and money": "How much time and money can go into this each week?",
        },
        "first_steps": {
            "where they come from": "Ask your last ten customers how they found you.",
            "numbers": "Count inquiries and sales for one week.",
        },
        "samples": (
            "We sell handmade candles online for $18. Most sales come from word of mouth, about 30 a month. We tried ads on Facebook and lost money.",
            "My consulting has no clients since summer. I do not know how to promote it.",
            "I offer lawn care at $45 a visit. My best customers are retired home owners who came by referral or flyer. I tried 500 flyers, 2% called. Revenue is $3,000 a month, I can spend $200 and 5 hours a week.",
        ),
    },
    "people question": {
        "name": "People Brief",
        "subject": "a decision about people",
        "signals": signals(
            "employee:3 hire:2.5 hiring:2.5 fire!:3 boss:2 partner:2 cofounder:3 staff:2.5 team:2 "
            "manage:2 motivat:2 friend:1.5 "
        ),
        "topics": {
            "what happened": ("happened", "said", "did", "because", "since", "late", "problem"),
            "role": ("role", "job", "task", "responsib", "works", "position"),
            "pay": ("pay", "salary", "$", "wage", "hour", "equity", "bonus"),
            "talked about": ("talked", "told", "warned", "meeting", "asked", "agreed"),
            "what you want": ("want", "hope", "should", "goal", "wish"),
            "rules": ("contract", "law", "legal", "notice", "written", "policy"),
        },
        "questions": {
            "what happened": "What happened, when, and what did it cost?",
            "role": "What is the person there to do, in one sentence?",
            "pay": "What do they earn, and how does that compare?",
            "talked about": "What have you told them so far, and what did they answer?",
            "what you want": "What should be different in four weeks?",
            "rules": "What do the contract and the law say about notice?",
        },
        "first_steps": {
            "talked about": "Have one calm talk with examples before you decide anything.",
            "what you want": "Write down what must change, and by when.",
        },
        "samples": (
            "My first employee comes late twice a week since May. I pay $16 an hour. I want to keep her because customers like her.",
            "We are three partners and one of them hardly works. I do not know how to bring it up.",
            "The shop manager's role is ordering and shifts. We talked in March and agreed in written form on goals, he earns $3,200, and what happened since is that orders are still late. I want a fair solution within the notice of his contract.",
        ),
    },
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
            "place": ("state", "county", "city", "country", "live in", "based in", "delaware", "home"),
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
    "own next steps": {
        "name": "Next Steps Brief",
        "subject": "your own next steps",
        "signals": signals(
            "motivat:3.5 recover:3.5 confidence:3.5 quit:3 quitting:3 job!:2 career:3.5 laid:2.5 overwork:3 burn:2 "
            "moving_forward:3 staying:2 mentor:2.5"
        ),
        "topics": {
            "situation": (
                "work",
                "job",
                "business",
                "laid off",
                "failed",
                "since",
                "closed",
                "running",
                "i run",
                "we run",
            ),
            "what weighs": ("tired", "afraid", "scared", "stress", "alone", "doubt", "difficult", "hate", "overwhelm"),
            "what you want": ("want", "hope", "wish", "goal", "dream", "rather", "would like"),
            "what you can": ("experience", "skill", "good at", "years", "know how", "degree"),
            "money": ("$", "saving", "income", "rent", "debt", "pay"),
            "people": ("friend", "wife", "husband", "partner", "family", "mentor", "team", "colleague"),
            "time": ("hours", "week", "evening", "until", "by "),
        },
        "questions": {
            "situation": "What happened, and where do things stand today?",
            "what weighs": "What takes most of your strength?",
            "what you want": "What should be different in three months?",
            "what you can": "What did people thank you for in the last years?",
            "money": "How many months can you live on what you have?",
            "people": "Who knows about it, and who could help with one thing?",
            "time": "How many hours a week are really free for a change?",
        },
        "first_steps": {
            "people": "Tell one person you trust what you want to change.",
            "what you want": "Write one sentence about what should be different in three months.",
        },
        "samples": (
            "My business failed in May and I was laid off from the next job. I have savings for four months and I am scared to try again.",
            "I cannot find the motivation to go on. I work alone.",
            "After ten years of experience in logistics I want to work for myself. My wife supports it, we have $12,000 in savings, and I have the evenings and about 15 hours a week until summer.",
        ),
    },
}
