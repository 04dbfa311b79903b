"""Watching feeds and boards for entries that concern the customer."""

from typing import Any

from local.standins.claude.kinds.brief import Brief
from local.standins.claude.kinds.drafting import Shape, check, example, field, leaf
from local.standins.claude.kinds.kind import Kind, signals, stems
from local.standins.claude.kinds.shared_fields import REPORT, WATCHING
from local.standins.claude.kinds.shelves import shelf

Json = Any


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
                    leaf("source", "url", "Where it stands"),
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
                    leaf("url", "url", "The address"),
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


KIND = Kind(
    name="mention_watch",
    template="monitoring",
    marker="new_count",
    signals=signals(
        """
        partner:1 investor:1.5 funding:0.5 angel:2 equity:0.5 freelanc:1.5 gig:2 contest:2 startup:0.5 media:1.5 stories:1.5
        market:1.5 audience:2 reddit:2 blog:2 promot:2 twitter:2 facebook:2 press!:2.5 news:2.5 job!:1.5
        grant:3 trend:3 opportunit:2 niche:2 research:2 networ:2 communit:2 traffic:2 seo:2.5
        """
    ),
    shape=mention_shape,
    parameters=lambda brief: {
        "TOPIC": brief.subject,
        "INTERESTS": {word: 2 if place < 3 else 1 for place, word in enumerate(stems(*brief.keywords[:8]))}
        or {"customer": 1},
    },
)
