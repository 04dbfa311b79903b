"""Watching pages: what is new, what is gone, which prices moved."""

from typing import Any

from local.standins.claude.kinds.brief import Brief
from local.standins.claude.kinds.drafting import Shape, check, example
from local.standins.claude.kinds.fields import count, records, string, strings, url, urls, yes_or_no
from local.standins.claude.kinds.kind import Kind, signals, stems
from local.standins.claude.kinds.shared_fields import REPORT, SAYS_THE_RESULT, WATCHING
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
        tagline=f"Tells you what changed on the pages that matter for {topic}",
        does="Reads the pages you name, compares them with its last visit and reports new and vanished lines, prices that moved and "
        "mentions of the words you care about. It sends one message when something changed and keeps quiet otherwise.",
        category=shelf(brief, "research"),
        tags=("page-watch", *words),
        input_fields=(
            urls("pages", "Addresses of the pages to watch", minimum=1, maximum=5),
            strings("words", "Words to look for, besides the usual ones", required=False, maximum=20),
        ),
        output_fields=(
            *REPORT,
            count("changed_count", "Pages that changed since the last run"),
            records(
                "pages",
                "What was found on each page",
                parts=(
                    url("url", "The address"),
                    yes_or_no("ok", "Whether the page could be read"),
                    string("title", "Its title"),
                    string("problem", "Why it could not be read, if so"),
                    yes_or_no("first_visit", "Whether there was nothing to compare with"),
                    yes_or_no("changed", "Whether it changed"),
                    strings("added", "Lines that are new"),
                    strings("removed", "Lines that are gone"),
                    strings("prices", "Prices on the page"),
                    strings("price_moves", "Prices that changed"),
                    strings("mentions", "Lines with a watched word"),
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
            SAYS_THE_RESULT,
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
        cheapest:3.5 rates:2 compet:3.5 monitor:3 tracks:2 alibaba:2.5 domain:2 hosting:2 credit_card:2.5
        processing:1.5 merchant:2.5 provider:2 flights:3 regulat:1.5 fee!:2 fees:2 prices_on:3
        wholesale_prices:2 copycat:3 clone:3 shipping:1.5 customs:2 importing:2 import!:1.5 choosing_a_bank:2.5
        bank!:1 offers:1 amazon:2 stock_of:2 desk:1
        """
    ),
    uses=(
        "When a page you depend on may have changed since you last looked",
        "When a competitor or supplier moves a price and you want to know the same day",
    ),
    shape=page_shape,
    parameters=lambda brief: {"TOPIC": brief.subject, "WATCH_WORDS": (*stems(*brief.keywords[:6]), "price", "new")},
)
