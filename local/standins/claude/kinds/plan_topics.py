"""What a brief asks about, by what somebody is planning."""

from typing import Any

from local.standins.claude.kinds.kind import signals
from local.standins.claude.kinds.venture_topics import VENTURES

Json = Any

OPEN_QUESTION = "open question"
"""Where the problems ask for nothing that any other agent does."""

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
    OPEN_QUESTION: {
        "name": "Question Brief",
        "subject": "a question about a business",
        "signals": signals("puzzled:1 baffled:1 wondering:1"),
        "topics": {
            "the question": ("?", "how ", "which", "whether", "not know", "unsure", "question", "decide"),
            "situation": ("i run", "we run", "business", "shop", "since", "work", "sell", "we are", "i am"),
            "what was tried": ("tried", "tested", "used", "asked", "looked", "so far"),
            "what stands in the way": ("but", "problem", "cannot", "can't", "too ", "difficult", "expensive", "slow"),
            "numbers": ("$", "%", "hours", "month", "week", "customers", "orders"),
            "result you want": ("want", "need", "goal", "should", "would like", "so that"),
        },
        "questions": {
            "the question": "What exactly do you want to know or decide?",
            "situation": "What does the business do, and who is involved?",
            "what was tried": "What have you tried, and what came of it?",
            "what stands in the way": "What keeps you from solving it today?",
            "numbers": "Which figures show how large the matter is: money, hours, customers?",
            "result you want": "What should be different when it is solved?",
        },
        "first_steps": {
            "the question": "Write the question in one sentence.",
            "numbers": "Note for one week how much time or money it costs.",
        },
        "samples": (
            "I run a small shop and count the stock by hand. It takes six hours a week, but I do not know which way is better.",
            "Something has to change in how we work. I am tired of it.",
            "We are a repair shop with four people. I tried a paper list and a spreadsheet, but orders get lost twice a week. I want one place for them so that nobody waits, and I am unsure whether it is worth $50 a month.",
        ),
    },
    **VENTURES,
}
