"""Keeping an eye on dates: invoices, filings or tasks."""

from typing import Any

from local.standins.claude.kinds.brief import Brief
from local.standins.claude.kinds.drafting import Shape, check, example
from local.standins.claude.kinds.fields import count, day, integer, number, records, string, strings, yes_or_no
from local.standins.claude.kinds.kind import Kind, flavour_of, signals
from local.standins.claude.kinds.shelves import shelf

Json = Any

DEADLINES: dict[str, dict[str, Json]] = {
    "invoice": {
        "signals": signals("invoice:3 to_pay:3 pay_up:3 pay:2 owe!:3 client:1 collect:2 debt:2 late!:1"),
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
    return flavour_of(brief, DEADLINES, "task")


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
            records(
                "items",
                f"The {flavour}s with their dates",
                minimum=1,
                maximum=100,
                parts=(
                    string("name", "What it is", minimum=1, maximum=120),
                    day("due", "When it is due, as YYYY-MM-DD"),
                    number("amount", "Money at stake", required=False, minimum=0),
                ),
            ),
            integer("remind_days", "How many days ahead to warn", required=False, minimum=1, maximum=90),
        ),
        output_fields=(
            day("today", "The day of this run"),
            records(
                "deadlines",
                "All of them, most urgent first",
                parts=(
                    string("name", "What it is"),
                    day("due", "When it is due"),
                    integer("days_left", "Days until then; negative when overdue"),
                    string(
                        "stage",
                        "How urgent it is",
                        choices=("overdue_long", "overdue", "due_today", "due_soon", "later"),
                    ),
                    number("amount", "Money at stake"),
                    string("action", "What to do about it"),
                ),
            ),
            count("overdue_count", "How many are overdue"),
            count("due_soon_count", "How many are due soon"),
            number("amount_overdue", "Money overdue in all", minimum=0),
            strings("reminded", "What this run reminded of"),
            yes_or_no("alert_sent", "Whether a message went to you"),
            strings("problems", "Entries that could not be used"),
            string("summary", "The state of things in a few words", maximum=500),
        ),
        effects=("now", "recall", "remember", "notify"),
        memory_keys=4,
        notifications=1,
        examples=(
            example(
                "one of each",
                items=[item(first, "2025-11-20", 480), item(second, "2027-01-15", 1200), item(third, "2027-06-30")],
                remind_days=60,
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
        invoice:3 clients_to_pay:5 customers_to_pay:5 pay_up:3 get_paid:4 getting_paid:4 owe:3 overdue:4
        late!:1.5 tax!:3 taxes:3 irs:3 filing:3 file!:2.5 forms:3 permit:4 licen:2.5 dissolv:3 renew:3
        deadline:4 remind:3 schedul:3 procrast:3 time_management:4 organiz:2 accountant:1 compli:2 s-corp:2
        dba:2
        """
    ),
    uses=(
        "When you want to see which dates are overdue before somebody asks",
        "When a list of dates has grown and you need to know what to do first",
    ),
    shape=deadline_shape,
    parameters=lambda brief: {
        "SUBJECT": deadline_flavour(brief),
        "ACTIONS": DEADLINES[deadline_flavour(brief)]["actions"],
    },
)
