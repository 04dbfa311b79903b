"""Keeping an eye on dates: invoices, filings or tasks."""

from typing import Any

from local.standins.claude.kinds.brief import Brief
from local.standins.claude.kinds.drafting import Shape, check, example, field, leaf
from local.standins.claude.kinds.kind import Kind, signals
from local.standins.claude.kinds.shelves import shelf

Json = Any

DEADLINES: dict[str, dict[str, Json]] = {
    "invoice": {
        "signals": signals("invoice:3 pay:2 owe!:3 client:1 collect:2 debt:2 late!:1"),
        "name": "Invoice Watch",
        "items": ("Invoice 1042, Harbour Cafe", "Invoice 1047, Delgado Design", "Invoice 1051, North Gym"),
        "actions": {
            "overdue_long": "Send a final notice with a date, then stop work until it is paid.",
            "overdue": "Call the client today and send a reminder with the invoice attached.",
            "due_today": "Check the account; if nothing came, send a friendly note tomorrow.",
            "due_soon": "Send a short note that the invoice falls due.",
            "later": "Nothing to do yet.",
        },
    },
    "filing": {
        "signals": signals("tax:3 irs:3 legal:2 licen:2 permit:3 compl:1 law:2 llc:2 regulat:2 file!:1"),
        "name": "Filing Watch",
        "items": ("Quarterly tax estimate", "Annual report of the LLC", "Sales tax return"),
        "actions": {
            "overdue_long": "File it now and ask the office about the penalty; call an accountant.",
            "overdue": "File it today: penalties usually grow by the day.",
            "due_today": "File it before the office closes and keep the receipt.",
            "due_soon": "Collect the papers and the figures now.",
            "later": "Note what papers it needs.",
        },
    },
    "task": {
        "signals": signals("launch:2 project:2 deadline:3 schedul:2 remind:3 task:2 organi:2 track:1"),
        "name": "Deadline Watch",
        "items": ("Supplier contract renewal", "Spring launch", "Insurance renewal"),
        "actions": {
            "overdue_long": "Decide today whether it still matters; if so, give it a new date and a person.",
            "overdue": "Deal with it today or tell the people who wait for it.",
            "due_today": "Finish it today.",
            "due_soon": "Block the time for it this week.",
            "later": "Nothing to do yet.",
        },
    },
}


def deadline_flavour(brief: Brief) -> str:
    return max(DEADLINES, key=lambda name: (brief.weight(DEADLINES[name]["signals"]), name == "task"))


def deadline_shape(brief: Brief) -> Shape:
    flavour = deadline_flavour(brief)
    words = DEADLINES[flavour]
    first, second, third = words["items"]
    return Shape(
        name=words["name"],
        tagline=f"Knows which {flavour} is overdue, which comes next, and what to do about it",
        does=f"Takes your list of {flavour}s with their dates, sorts them into overdue, due and later, says what to do about each, adds up "
        "what is outstanding, and reminds you once at every stage instead of every day.",
        category=shelf(brief, "finance" if flavour == "invoice" else "operations"),
        tags=("deadline-watch", flavour, *brief.keywords[:2]),
        input_fields=(
            field(
                "items",
                "record_list",
                f"The {flavour}s with their dates",
                minimum=1,
                maximum=100,
                parts=(
                    leaf("name", "string", "What it is", minimum=1, maximum=120),
                    leaf("due", "date", "When it is due, as YYYY-MM-DD"),
                    leaf("amount", "number", "Money at stake", required=False, minimum=0),
                ),
            ),
            field("remind_days", "integer", "How many days ahead to warn", required=False, minimum=1, maximum=90),
        ),
        output_fields=(
            field("today", "date", "The day of this run"),
            field(
                "deadlines",
                "record_list",
                "All of them, most urgent first",
                parts=(
                    leaf("name", "string", "What it is"),
                    leaf("due", "date", "When it is due"),
                    leaf("days_left", "integer", "Days until then; negative when overdue"),
                    leaf(
                        "stage",
                        "string",
                        "How urgent it is",
                        choices=("overdue_long", "overdue", "due_today", "due_soon", "later"),
                    ),
                    leaf("amount", "number", "Money at stake"),
                    leaf("action", "string", "What to do about it"),
                ),
            ),
            field("overdue_count", "integer", "How many are overdue", minimum=0),
            field("due_soon_count", "integer", "How many are due soon", minimum=0),
            field("amount_overdue", "number", "Money overdue in all", minimum=0),
            field("reminded", "string_list", "What this run reminded of"),
            field("alert_sent", "boolean", "Whether a message went to you"),
            field("problems", "string_list", "Entries that could not be used"),
            field("summary", "string", "The state of things in a few words", maximum=500),
        ),
        effects=("now", "recall", "remember", "notify"),
        memory_keys=4,
        notifications=1,
        examples=(
            example(
                "one of each",
                items=[item(first, "2025-11-20", 480), item(second, "2026-01-15", 1200), item(third, "2026-06-30")],
            ),
            example("nothing urgent", items=[item(first, "2027-03-01", 90), item(second, "2027-04-15")], remind_days=7),
            example("all overdue", items=[item(first, "2024-02-29", 300), item(second, "2024-12-01", 75.5)]),
            example("long notice", items=[item(third, "2026-02-20", 2500)], remind_days=60),
            example(
                "one bad date",
                items=[item(first, "2026-02-30"), item(second, "2026-02-03", 640), item(third, "2025-12-31", 20)],
            ),
        ),
        acceptance=(
            check("/summary", "not_empty", "the reader learns what is urgent"),
            check("/deadlines", "not_empty", "usable entries are listed"),
            check("/overdue_count", "min", "a count is never negative", 0),
            check("/amount_overdue", "min", "money owed is never negative", 0),
        ),
    )


def item(name: str, due: str, amount: float | None = None) -> dict[str, Json]:
    return {"name": name, "due": due} | ({} if amount is None else {"amount": amount})


KIND = Kind(
    name="deadline_watch",
    template="monitoring",
    marker="deadlines",
    signals=signals(
        """
        pay!:2.5 paid:2 forms:2 form!:1 file!:2 llc:1.5 dissolv:2 accountant:1.5 lease:1 contractor:1 estimate:1
        deadline:3 overdue:3 remind:3 tax:2 irs:2 licen:2 permit:2.5 renew:3 schedul:2 invoice:2 late!:1
        compli:2 filing:2.5 procrast:3 full-time:1 owe:2 organi:2 time!:0.3
        """
    ),
    shape=deadline_shape,
    parameters=lambda brief: {
        "SUBJECT": deadline_flavour(brief),
        "ACTIONS": DEADLINES[deadline_flavour(brief)]["actions"],
    },
)
