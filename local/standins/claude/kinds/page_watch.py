"""Watching pages: what is new, what is gone, which prices moved."""

from typing import Any

from local.standins.claude.kinds.brief import Brief
from local.standins.claude.kinds.drafting import Shape, check, example, field, leaf
from local.standins.claude.kinds.kind import Kind, signals, stems
from local.standins.claude.kinds.shared_fields import REPORT, WATCHING
from local.standins.claude.kinds.shelves import shelf

Json = Any


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
                    leaf("url", "url", "The address"),
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


KIND = Kind(
    name="page_watch",
    template="monitoring",
    marker="changed_count",
    signals=signals(
        """
        cheap:2 fee:1.5 card:0.8 bank:0.8 software:1 rates:1.5 recommend:1 delivery:0.8 store:0.5 sites:1 housing:1
        compet:3 monitor:3 website:1.5 price:1 supplier:1.5 manufactur:1.5 amazon:2 stock:1.5 copy:1.5
        clone:2 domain:2 alibaba:2 track:1.5 drop:1 site!:1
        """
    ),
    shape=page_shape,
    parameters=lambda brief: {"TOPIC": brief.subject, "WATCH_WORDS": (*stems(*brief.keywords[:6]), "price", "new")},
)
