"""Watching feeds and boards for entries that concern the customer."""

from typing import Any

from local.standins.claude.kinds.brief import Brief
from local.standins.claude.kinds.drafting import Shape, check, example
from local.standins.claude.kinds.fields import count, integer, records, string, strings, url, urls, yes_or_no
from local.standins.claude.kinds.kind import Kind, signals, stems
from local.standins.claude.kinds.shared_fields import REPORT, SAYS_THE_RESULT, WATCHING
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
        tagline=f"Finds what is new about {topic} in the feeds and boards you name",
        does="Reads feeds, news pages and boards, picks the entries that concern your subject, rates them by what you look for and reports "
        "each of them once. What you exclude stays out.",
        category=shelf(brief, "marketing"),
        tags=("mention-watch", *words[:3]),
        input_fields=(
            urls("sources", "Addresses of feeds, boards or news pages", minimum=1, maximum=5),
            strings("keywords", "Words that make an entry interesting for you", required=False, maximum=20),
            strings("exclude", "Words that make an entry worthless for you", required=False, maximum=20),
        ),
        output_fields=(
            *REPORT,
            count("new_count", "Entries that were not there before"),
            records(
                "matches",
                "Entries that concern the subject, best and newest first",
                parts=(
                    string("text", "The entry"),
                    url("source", "Where it stands"),
                    strings("words", "Words that made it match"),
                    integer("score", "How well it matches, 0 to 10", minimum=0, maximum=10),
                    string("date", "Its date, if it has one"),
                    yes_or_no("is_new", "Whether it is new since the last run"),
                ),
            ),
            records(
                "sources",
                "What became of each source",
                parts=(
                    url("url", "The address"),
                    yes_or_no("ok", "Whether it could be read"),
                    count("entries", "Entries read"),
                    string("problem", "Why it could not be read, if so"),
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
            SAYS_THE_RESULT,
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
        partner:1.8 cofounder:1.8 co-founder:1.8 investor:1.8 angel:3 angellist:2 funding:2 grant:3 gig:2
        contest:3 media:1.5 stories:3 audience:2 blog:2.5 press!:3 news!:2 newspaper:2.5 job!:1.5 openings:3
        trend:3 opportunit:2.5 niche:1.5 research:2 network:2 communit:2 meeting_people:3 finding_people:3.5
        looking_for_people:3 new_clients:2 more_clients:2 spreading:2.5 office_space:3.5 related_sites:4
        sites:1.5 resources:2 market_information:3 places:1.5 secrets:2 forum:2
        """
    ),
    uses=(
        "When you would otherwise read the same feeds and boards every morning",
        "When only the new entries that concern you are worth your time",
    ),
    shape=mention_shape,
    parameters=lambda brief: {
        "TOPIC": brief.subject,
        "INTERESTS": {word: 2 if place < 3 else 1 for place, word in enumerate(stems(*brief.shared_keywords[:6]))}
        or {"customer": 1},
    },
)
