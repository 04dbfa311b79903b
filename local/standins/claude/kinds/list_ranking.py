"""Ranking a list: suppliers, candidates, leads or options."""

from typing import Any

from local.standins.claude.kinds.brief import Brief
from local.standins.claude.kinds.drafting import Shape, check, example
from local.standins.claude.kinds.fields import count, integer, percent, records, string, strings, text
from local.standins.claude.kinds.kind import Kind, flavour_of, signals
from local.standins.claude.kinds.shared_fields import PROBLEMS, SAYS_THE_RESULT
from local.standins.claude.kinds.shelves import shelf

Json = Any

LISTS: dict[str, dict[str, Json]] = {
    "supplier": {
        "signals": signals(
            "supplier:3 manufactur:3 wholesal:3 vendor:2 alibaba:3 import:2 factory:2 inventory:2 source:1 "
        ),
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
        "signals": signals(
            "hire:3 hiring:3 employee:3 candidate:3 recruit:3 develop:1.5 cofounder:2.5 partner:2 "
            "programmer:2 freelanc:2 designer:2 outsourc:2 "
        ),
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
        "signals": signals("lead!:2.5 client:2.5 customer:2 sales:2 prospect:3 sell:1.5 buyer:2 cold!:2 investor:2 "),
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
    "name": {
        "signals": signals("good_name:4 name!:3 names:3 naming:3 domain:1.5"),
        "name": "Name Ranking",
        "criteria": {
            "web address": ("domain", ".com", "address"),
            "easy to say and spell": ("short", "easy", "spell", "syllable", "letters"),
            "meaning": ("means", "says", "describes", "sounds", "story"),
            "rights": ("trademark", "registered", "taken", "used by"),
        },
        "columns": "name,domain,length,notes",
        "rows": (
            "Oakline,oakline.test free,7 letters,easy to spell and no trademark found",
            "Brightwave Digital Services,brightwave.test taken,27 letters,sounds like three others",
            "Kvrtz,kvrtz.test free,5 letters,nobody can spell it",
            "Oakline,oakline.test free,7 letters,listed twice",
        ),
        "wishes": (["free"], ["easy", "no trademark"], ["taken"]),
    },
    "option": {
        "signals": signals(
            "idea!:2 choos:2 compar:2 option:2 tool:1.5 software:3 apps:2 plugin:2 template:2 best:1 which:1 platform:1.5 list!:1 domain:1 name:0.5 "
        ),
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
    return flavour_of(brief, LISTS, "option")


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
            text("records", f"The {flavour}s as a table; the first line names the columns", minimum=10),
            strings("must_have", "Words that an entry must contain", required=False, maximum=15),
            strings("prefer", "Words that speak for an entry", required=False, maximum=15),
            strings("avoid", "Words that speak against an entry", required=False, maximum=15),
            integer("top", "How many to show", required=False, minimum=1, maximum=100),
        ),
        output_fields=(
            string("summary", "The result in a few words", maximum=500),
            records(
                "ranking",
                "Best first",
                parts=(
                    integer("rank", "Place", minimum=1),
                    string("name", "The entry"),
                    percent("score", "0 to 100, the best entry being 100"),
                    strings("reasons", "What speaks for it"),
                    strings("warnings", "What speaks against it"),
                ),
            ),
            count("entries_read", "Rows read"),
            records(
                "duplicates",
                "Rows left out as double",
                parts=(
                    integer("line", "The row", minimum=1),
                    integer("same_as_line", "The row it repeats", minimum=1),
                ),
            ),
            strings("criteria_used", "What entries were rated by"),
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
            SAYS_THE_RESULT,
        ),
    )


KIND = Kind(
    name="list_ranking",
    template="data_processing",
    marker="ranking",
    signals=signals(
        """
        choosing:2.5 choose:2.5 compar:3 hire:2.5 hiring:2.5 employee:1.5 candidate:3 supplier:3 manufactur:3
        vendor:3 sourcing:3 cofounder:2.2 co-founder:2.2 partner:2.2 developer:2.5 programmer:2.5 designer:2.5
        outsourc:3 freelanc:3 companies:1.5 software:2.5 tools:2 tool!:1.5 platform:1.5 template:2.5 plugin:2.5
        apps:1.5 good_name:4 name!:1 lead!:1.5 leads:1.5 prospect:2 lawyer:1.5 recommendations:1.5 options:2
        card_site:2 finding_the_best:1.5 finding_a_good:1.5 finding_a:0.5 place_to:1
        """
    ),
    uses=(
        "When a table of entries is too long to rank it by eye",
        "When you must explain why one entry comes before another",
    ),
    shape=list_shape,
    parameters=lambda brief: {"SUBJECT": list_flavour(brief), "CRITERIA": LISTS[list_flavour(brief)]["criteria"]},
)
