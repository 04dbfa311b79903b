"""Reviewing a pitch as its reader would."""

from typing import Any

from local.standins.claude.kinds.brief import Brief
from local.standins.claude.kinds.checklists import WORRIES
from local.standins.claude.kinds.drafting import Shape, check, example
from local.standins.claude.kinds.fields import integer, percent, records, string, strings, text, yes_or_no
from local.standins.claude.kinds.kind import Kind, signals
from local.standins.claude.kinds.shared_fields import WRITING, WRITTEN_BY
from local.standins.claude.kinds.shelves import shelf

Json = Any


def outreach_shape(brief: Brief) -> Shape:
    topic = brief.subject
    return Shape(
        name="Pitch Reviewer",
        tagline=f"For {topic}: reads your pitch as its reader would, and writes a shorter one",
        does="Checks a pitch, cold message or listing for length, for whom it speaks about, for one clear request, for figures and for words that filters "
        "dislike, says what to fix first, and drafts a shorter version with subject lines from your own words.",
        category=shelf(brief, "marketing"),
        tags=("pitch-review", *brief.keywords[:3]),
        input_fields=(
            text("pitch", "The message as it is", minimum=20, maximum=8_000),
            string("audience", "Who will read it", minimum=2, maximum=120),
            string("offer", "What you offer, in a few words", required=False, maximum=120),
            string("call_to_action", "What the reader should do", required=False, maximum=160),
        ),
        output_fields=(
            percent("score", "Checks passed, in percent"),
            string("summary", "The result and where to start", maximum=700),
            records(
                "checks",
                "What was checked",
                parts=(
                    string("check", "The check"),
                    yes_or_no("passed", "Passed or not"),
                    string("advice", "What to do"),
                ),
            ),
            text("improved", "A shorter version", maximum=4_000),
            WRITTEN_BY,
            strings("subject_lines", "Subject lines to try"),
            integer("word_count", "Words of the original", minimum=1),
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
        pitch:4 cold!:3 advert:3 ads!:3 adwords:3 promot:3 market!:1 marketing:2.5 sales:2.5 salespeople:2
        conversion:3 landing:3 newsletter:3 flyer:3 copywrit:3 traffic:3 kickstarter:3 kick_starter:4
        crowdfund:3 launch:1 visitor:2 brand:2 branding:1 instagram:3 social_media:2 attract:2 approaching:2.5
        logo:1 seo:2.5 market_research:-3
        """
    ),
    uses=(
        "When a pitch or message got no answer and you want to know what to fix first",
        "When you need a shorter version of a message before you send it",
    ),
    shape=outreach_shape,
    parameters=outreach_parameters,
)
