"""Sorting comments into themes and moods."""

from typing import Any

from local.standins.claude.kinds.brief import Brief
from local.standins.claude.kinds.drafting import Shape, check, example
from local.standins.claude.kinds.fields import count, integer, number, records, string, strings
from local.standins.claude.kinds.kind import Kind, signals, stems
from local.standins.claude.kinds.shelves import shelf

Json = Any


def feedback_shape(brief: Brief) -> Shape:
    topic = brief.subject
    own = brief.keywords[0] if brief.keywords else "product"
    return Shape(
        name="Feedback Sorter",
        tagline=f"Sorts comments about {topic} into themes, finds the urgent ones and says where to start",
        does="Reads survey answers, reviews or messages, sorts them into themes with counts and a typical quote each, tells glad from sorry "
        "customers, lists what needs an answer today and proposes one next step that the counts support.",
        category=shelf(brief, "product"),
        tags=("feedback", *brief.keywords[:3]),
        input_fields=(strings("comments", "The comments, one an entry", minimum=1, maximum=100),),
        output_fields=(
            string("headline", "What matters most", maximum=300),
            string("next_step", "What to do this week", maximum=400),
            records(
                "themes",
                "Themes, those with most complaints first",
                parts=(
                    string("theme", "The theme"),
                    integer("mentions", "Comments that touch it", minimum=1),
                    number("share_percent", "Share of all comments"),
                    count("complaints", "Of those, unhappy ones"),
                    string("quote", "A typical comment"),
                ),
            ),
            count("glad", "Happy comments"),
            count("mixed", "Neutral or mixed comments"),
            count("sorry", "Unhappy comments"),
            strings("urgent", "Comments that need an answer today"),
            count("unsorted_count", "Comments without a theme"),
        ),
        effects=("llm",),
        llm_calls=1,
        llm_tokens=600,
        examples=(
            example(
                "a mixed week",
                comments=[
                    "Great service but the price is too high",
                    "Waited two weeks, very slow, I want a refund",
                    "Love it, easy to use",
                    "The app keeps crashing",
                    f"I hoped for more {own}",
                ],
            ),
            example(
                "only praise",
                comments=["Excellent, thank you!", "Friendly staff and fast delivery", "Best purchase this year"],
            ),
            example(
                "only trouble",
                comments=[
                    "Rude support, never again",
                    "Terrible quality, it broke after a day",
                    "Too expensive for what it is",
                    "I will cancel",
                ],
            ),
            example("one comment", comments=[f"Nobody answered my question about {own}"]),
            example("nothing to sort", comments=["ok", "no opinion", "see above"]),
        ),
        acceptance=(
            check("/headline", "not_empty", "there is a result to read"),
            check("/next_step", "not_empty", "there is something to do"),
            check("/glad", "min", "a count is never negative", 0),
            check("/themes", "present", "themes are listed"),
        ),
    )


def feedback_parameters(brief: Brief) -> dict[str, Json]:
    themes: dict[str, Json] = {
        "price": ("price", "expensive", "cheap", "cost", "fee", "overpriced"),
        "service": ("staff", "service", "support", "rude", "friendly", "reply", "answer"),
        "quality": ("broke", "quality", "works", "bug", "crash", "defect", "error"),
        "speed": ("slow", "wait", "late", "delay", "fast", "quick", "took", "weeks", "deliver", "shipping"),
    }
    known = {word for words in themes.values() for word in words}
    for word, stem in zip(brief.keywords[:4], stems(*brief.keywords[:4]), strict=False):
        if not any(stem.startswith(other) or other.startswith(stem) for other in known):
            themes[word] = (stem,)
    return {"SUBJECT": brief.subject, "THEMES": themes}


KIND = Kind(
    name="feedback_themes",
    template="data_processing",
    marker="themes",
    signals=signals(
        """
        feedback:4 reviews:3 review!:2.5 survey:4 complain:2 yelp:3 validat:3.5 opinion:2.5 comment:2
        interview:2 users:1.5 satisf:3 features:2.5 customers_think:3 test!:1.5 mvp:2 rewards:1
        """
    ),
    uses=(
        "When comments have piled up and you want to know the themes behind them",
        "When you need to see which comments are urgent today",
    ),
    shape=feedback_shape,
    parameters=feedback_parameters,
)
