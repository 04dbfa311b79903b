"""Sorting comments into themes and moods."""

from typing import Any

from local.standins.claude.kinds.brief import Brief
from local.standins.claude.kinds.drafting import Shape, check, example, field, leaf
from local.standins.claude.kinds.kind import Kind, signals, stems
from local.standins.claude.kinds.shelves import shelf

Json = Any


def feedback_shape(brief: Brief) -> Shape:
    topic = brief.subject
    own = brief.keywords[0] if brief.keywords else "product"
    return Shape(
        name="Feedback Sorter",
        tagline=f"Sorts comments about {topic} into themes, finds the urgent ones and says where to start"[:140],
        does="Reads survey answers, reviews or messages, sorts them into themes with counts and a typical quote each, tells glad from sorry "
        "customers, lists what needs an answer today and proposes one next step that the counts support.",
        category=shelf(brief, "product"),
        tags=("feedback", *brief.keywords[:3]),
        input_fields=(field("comments", "string_list", "The comments, one an entry", minimum=1, maximum=300),),
        output_fields=(
            field("headline", "string", "What matters most", maximum=300),
            field("next_step", "string", "What to do this week", maximum=400),
            field(
                "themes",
                "record_list",
                "Themes, those with most complaints first",
                parts=(
                    leaf("theme", "string", "The theme"),
                    leaf("mentions", "integer", "Comments that touch it", minimum=1),
                    leaf("share_percent", "number", "Share of all comments"),
                    leaf("complaints", "integer", "Of those, unhappy ones", minimum=0),
                    leaf("quote", "string", "A typical comment"),
                ),
            ),
            field("glad", "integer", "Happy comments", minimum=0),
            field("mixed", "integer", "Neutral or mixed comments", minimum=0),
            field("sorry", "integer", "Unhappy comments", minimum=0),
            field("urgent", "string_list", "Comments that need an answer today"),
            field("unsorted_count", "integer", "Comments without a theme", minimum=0),
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
        "speed": ("slow", "wait", "late", "delay", "fast", "quick"),
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
        feedback:3 review:2.5 survey:3 customer:1.2 user:1.5 complain:3 yelp:3 valid:2.5 opinion:2 comment:2
        test!:1 interview:2 satisf:3 think:0.5
        """
    ),
    shape=feedback_shape,
    parameters=feedback_parameters,
)
