"""Monitoring agents: page watcher, mention watcher, deadline watcher."""

from typing import Any

from local.standins.claude.kinds.brief import Brief
from local.standins.claude.kinds.drafting import Shape, check, example, field, leaf
from local.standins.claude.kinds.kind import Kind, stems
from local.standins.claude.kinds.shelves import shelf

Json = Any

WATCHING: dict[str, Json] = {
    "effects": ("fetch", "recall", "remember", "notify", "now"),
    "fetches": 5,
    "fetch_bytes": 500_000,
    "memory_keys": 10,
    "notifications": 1,
}
REPORT = (
    field("checked_on", "date", "The day of this run"),
    field("summary", "string", "What matters in one or two sentences", maximum=500),
    field("alert_sent", "boolean", "Whether a message went to you"),
)


def page_shape(brief: Brief) -> Shape:
    topic = brief.subject
    pages = (
        ["http://pricing.test/plans", "http://competitor.test/pricing"],
        ["http://supplier.test/catalogue"],
        ["http://competitor.test/changelog", "http://status.test/"],
        ["http://regulator.test/rules/price-indication"],
        [
            "http://supplier.test/products/oat-flour-25kg",
            "http://pricing.test/plans",
            "http://reviews.test/acme-roasters",
        ],
    )
    words = brief.keywords[:3] or ["price"]
    return Shape(
        name="Page Watch",
        tagline=f"Tells you what changed on the pages that matter for {topic}"[:140],
        does="Reads the pages you name, compares them with its last visit and reports new and vanished lines, prices that moved and "
        "mentions of the words you care about. It sends one message when something changed and keeps quiet otherwise.",
        category=shelf(brief, "research"),
        tags=("page-watch", *words),
        input_fields=(
            field("pages", "url_list", "Addresses of the pages to watch", minimum=1, maximum=5),
            field("words", "string_list", "Words to look for, besides the usual ones", required=False, maximum=20),
        ),
        output_fields=(
            *REPORT,
            field("changed_count", "integer", "Pages that changed since the last run", minimum=0),
            field(
                "pages",
                "record_list",
                "What was found on each page",
                parts=(
                    leaf("url", "string", "The address", maximum=500),
                    leaf("ok", "boolean", "Whether the page could be read"),
                    leaf("title", "string", "Its title"),
                    leaf("problem", "string", "Why it could not be read, if so"),
                    leaf("first_visit", "boolean", "Whether there was nothing to compare with"),
                    leaf("changed", "boolean", "Whether it changed"),
                    leaf("added", "string_list", "Lines that are new"),
                    leaf("removed", "string_list", "Lines that are gone"),
                    leaf("prices", "string_list", "Prices on the page"),
                    leaf("price_moves", "string_list", "Prices that changed"),
                    leaf("mentions", "string_list", "Lines with a watched word"),
                ),
            ),
        ),
        hosts_from_input=("pages",),
        examples=tuple(
            example(
                f"{len(urls)} page{'s' if len(urls) > 1 else ''}, set {place}", pages=urls, words=words[: place % 3]
            )
            for place, urls in enumerate(pages, start=1)
        ),
        acceptance=(
            check("/pages", "same_length_as_input", "every page is reported", "/pages"),
            check("/summary", "not_empty", "the reader learns the result"),
            check("/changed_count", "min", "a count is never negative", 0),
            check("/pages/0/url", "not_empty", "each report names its page"),
        ),
        **WATCHING,
    )


def mention_shape(brief: Brief) -> Shape:
    topic = brief.subject
    words = brief.keywords[:4] or ["customers"]
    sources = (
        (["http://news.test/feed.xml"], ["prices", "shops"]),
        (["http://news.test/", "http://jobs.test/openings"], ["support"]),
        (["http://reviews.test/acme-roasters"], ["coffee", "stars"]),
        (
            ["http://regulator.test/rules/data-retention", "http://news.test/posts/packaging-tax-delayed"],
            ["tax", "days"],
        ),
        (["http://competitor.test/changelog"], ["new"]),
    )
    return Shape(
        name="Mention Watch",
        tagline=f"Finds the entries about {topic} in the feeds and boards you name"[:140],
        does="Reads feeds, news pages and boards, picks the entries that concern your subject, rates them by what you look for and reports "
        "each of them once. What you exclude stays out.",
        category=shelf(brief, "marketing"),
        tags=("mention-watch", *words[:3]),
        input_fields=(
            field("sources", "url_list", "Addresses of feeds, boards or news pages", minimum=1, maximum=5),
            field(
                "keywords", "string_list", "Words that make an entry interesting for you", required=False, maximum=20
            ),
            field("exclude", "string_list", "Words that make an entry worthless for you", required=False, maximum=20),
        ),
        output_fields=(
            *REPORT,
            field("new_count", "integer", "Entries that were not there before", minimum=0),
            field(
                "matches",
                "record_list",
                "Entries that concern the subject, best and newest first",
                parts=(
                    leaf("text", "string", "The entry"),
                    leaf("source", "string", "Where it stands", maximum=500),
                    leaf("words", "string_list", "Words that made it match"),
                    leaf("score", "integer", "How well it matches, 0 to 10", minimum=0, maximum=10),
                    leaf("date", "string", "Its date, if it has one"),
                    leaf("is_new", "boolean", "Whether it is new since the last run"),
                ),
            ),
            field(
                "sources",
                "record_list",
                "What became of each source",
                parts=(
                    leaf("url", "string", "The address", maximum=500),
                    leaf("ok", "boolean", "Whether it could be read"),
                    leaf("entries", "integer", "Entries read", minimum=0),
                    leaf("problem", "string", "Why it could not be read, if so"),
                ),
            ),
        ),
        hosts_from_input=("sources",),
        examples=tuple(
            example(
                f"{urls[0].split('/')[2]}, {keys[0]}",
                sources=urls,
                keywords=keys,
                exclude=["casino"] if place % 2 else [],
            )
            for place, (urls, keys) in enumerate(sources)
        ),
        acceptance=(
            check("/sources", "same_length_as_input", "every source is accounted for", "/sources"),
            check("/summary", "not_empty", "the reader learns the result"),
            check("/new_count", "min", "a count is never negative", 0),
        ),
        **WATCHING,
    )


DEADLINES: dict[str, dict[str, Json]] = {
    "invoice": {
        "signals": {"invoice": 3, "pay": 2, "owe!": 3, "client": 1, "collect": 2, "debt": 2, "late!": 1},
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
        "signals": {
            "tax": 3,
            "irs": 3,
            "legal": 2,
            "licen": 2,
            "permit": 3,
            "compl": 1,
            "law": 2,
            "llc": 2,
            "regulat": 2,
            "file!": 1,
        },
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
        "signals": {
            "launch": 2,
            "project": 2,
            "deadline": 3,
            "schedul": 2,
            "remind": 3,
            "task": 2,
            "organi": 2,
            "track": 1,
        },
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


KINDS = (
    Kind(
        name="page_watch",
        template="monitoring",
        marker="changed_count",
        signals={
            "compet": 3,
            "monitor": 3,
            "website": 1.5,
            "price": 1,
            "supplier": 1.5,
            "manufactur": 1.5,
            "amazon": 2,
            "stock": 1.5,
            "copy": 1.5,
            "clone": 2,
            "domain": 2,
            "alibaba": 2,
            "track": 1.5,
            "drop": 1,
            "site!": 1,
        },
        shape=page_shape,
        parameters=lambda brief: {
            "TOPIC": brief.subject,
            "WATCH_WORDS": (*stems(*brief.keywords[:6]), "price", "new"),
        },
    ),
    Kind(
        name="mention_watch",
        template="monitoring",
        marker="new_count",
        signals={
            "market": 1.5,
            "audience": 2,
            "reddit": 2,
            "blog": 2,
            "promot": 2,
            "twitter": 2,
            "facebook": 2,
            "press!": 2.5,
            "news": 2.5,
            "job!": 1.5,
            "grant": 3,
            "trend": 3,
            "opportunit": 2,
            "niche": 2,
            "research": 2,
            "networ": 2,
            "communit": 2,
            "traffic": 2,
            "seo": 2.5,
        },
        shape=mention_shape,
        parameters=lambda brief: {
            "TOPIC": brief.subject,
            "INTERESTS": {word: 2 if place < 3 else 1 for place, word in enumerate(stems(*brief.keywords[:8]))}
            or {"customer": 1},
        },
    ),
    Kind(
        name="deadline_watch",
        template="monitoring",
        marker="deadlines",
        signals={
            "deadline": 3,
            "overdue": 3,
            "remind": 3,
            "tax": 2,
            "irs": 2,
            "licen": 2,
            "permit": 2.5,
            "renew": 3,
            "schedul": 2,
            "invoice": 2,
            "late!": 1,
            "compli": 2,
            "filing": 2.5,
            "procrast": 3,
            "full-time": 1,
            "owe": 2,
            "organi": 2,
            "time!": 0.3,
        },
        shape=deadline_shape,
        parameters=lambda brief: {
            "SUBJECT": deadline_flavour(brief),
            "ACTIONS": DEADLINES[deadline_flavour(brief)]["actions"],
        },
    ),
)
