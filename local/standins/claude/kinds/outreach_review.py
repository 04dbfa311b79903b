"""Reviewing a pitch as its reader would."""

from typing import Any

from local.standins.claude.kinds.brief import Brief
from local.standins.claude.kinds.checklists import WORRIES
from local.standins.claude.kinds.drafting import Shape, check, example, field, leaf
from local.standins.claude.kinds.kind import Kind, signals
from local.standins.claude.kinds.shared_fields import WRITING, WRITTEN_BY
from local.standins.claude.kinds.shelves import shelf

Json = Any


def outreach_shape(brief: Brief) -> Shape:
    topic = brief.subject
    return Shape(
        name="Pitch Reviewer",
        tagline=f"Reads your pitch for {topic} as its reader would, and writes a shorter one"[:140],
        does="Checks a pitch, cold message or listing for length, for whom it speaks about, for one clear request, for figures and for words that filters "
        "dislike, says what to fix first, and drafts a shorter version with subject lines from your own words.",
        category=shelf(brief, "marketing"),
        tags=("pitch-review", *brief.keywords[:3]),
        input_fields=(
            field("pitch", "text", "The message as it is", minimum=20, maximum=8_000),
            field("audience", "string", "Who will read it", minimum=2, maximum=120),
            field("offer", "string", "What you offer, in a few words", required=False, maximum=120),
            field("call_to_action", "string", "What the reader should do", required=False, maximum=160),
        ),
        output_fields=(
            field("score", "integer", "Checks passed, in percent", minimum=0, maximum=100),
            field("summary", "string", "The result and where to start", maximum=700),
            field(
                "checks",
                "record_list",
                "What was checked",
                parts=(
                    leaf("check", "string", "The check"),
                    leaf("passed", "boolean", "Passed or not"),
                    leaf("advice", "string", "What to do"),
                ),
            ),
            field("improved", "text", "A shorter version", maximum=4_000),
            WRITTEN_BY,
            field("subject_lines", "string_list", "Subject lines to try"),
            field("word_count", "integer", "Words of the original", minimum=1),
        ),
        examples=(
            example(
                "all about me",
                pitch="We are a leading, innovative agency. We just launched our revolutionary platform and we are very passionate about it. We guarantee results. Click here, call us, or reply today!",
                audience="cafe owners",
                offer="loyalty cards",
            ),
            example(
                "close to good",
                pitch="You told the forum that your invoices get paid 40 days late. Three shops like yours cut that to 12 days with our reminders. Would you like to see how?",
                audience="small shops",
                offer="payment reminders",
                call_to_action="Shall I send you the two-page example",
            ),
            example(
                "a long one",
                pitch="I wanted to tell you about my product. " * 25 + "It costs $19 a month. Are you free on Tuesday?",
                audience="gym owners",
                offer="a booking app",
            ),
            example(
                "a listing",
                pitch="Handmade oak desk, 140 by 70 cm, oiled. You get it within 10 days, and returns are free. Order by Friday.",
                audience="people who work at home",
            ),
            example(
                "no request",
                pitch="Our bookkeeping takes 3 hours a week off your hands. You keep the overview.",
                audience="freelancers",
                offer="bookkeeping",
                call_to_action="Can we talk for ten minutes?",
            ),
        ),
        acceptance=(
            check("/improved", "min", "there is a new version", 20),
            check("/checks", "min", "the pitch is really checked", 5),
            check("/score", "max", "the score ends at 100", 100),
            check("/subject_lines", "not_empty", "there are subject lines"),
        ),
        **WRITING,
    )


def outreach_parameters(brief: Brief) -> dict[str, Json]:
    worries = {stem: hint for stem, (signal, hint) in WORRIES.items() if brief.weight({signal: 1}) > 0}
    if not worries:
        worries = {"price": WORRIES["price"][1]}
    return {"SUBJECT": brief.subject, "READER_WORRIES": dict(list(worries.items())[:4])}


KIND = Kind(
    name="outreach_review",
    template="communication",
    marker="subject_lines",
    signals=signals(
        """
        pitch:4 cold!:3 advert:2.5 adwords:2 promot:2.5 market:1.8 sales:2 convert:2.5 conversion:3
        landing:3 newsletter:3 investor:2 flyer:3 copywrit:3 persua:3 traffic:1.5 kickstarter:2 launch:1
        visitor:2 press!:1.5 brand:1.5
        """
    ),
    shape=outreach_shape,
    parameters=outreach_parameters,
)
