"""Turning a story into a brief with the next questions."""

from typing import Any

from local.standins.claude.kinds.brief import Brief
from local.standins.claude.kinds.drafting import Shape, check, example
from local.standins.claude.kinds.fields import percent, records, string, strings, text, yes_or_no
from local.standins.claude.kinds.fit import fits
from local.standins.claude.kinds.kind import Kind, flavour_of, signals
from local.standins.claude.kinds.plan_topics import OPEN_QUESTION, PLANS
from local.standins.claude.kinds.shared_fields import WRITING, WRITTEN_BY
from local.standins.claude.kinds.shelves import shelf

Json = Any


def plan_flavour(brief: Brief) -> str:
    """What somebody plans, if the problems say so; else no more than that they have a question."""
    named = flavour_of(brief, PLANS, OPEN_QUESTION)
    return named if fits(brief, PLANS[named]["name"]) else OPEN_QUESTION


def tagline(brief: Brief, flavour: str) -> str:
    if flavour == OPEN_QUESTION:
        return f"Sorts your story about {brief.subject} and asks what is missing; it gives no answer itself"
    return f"Turns a loose story into a clear brief for {PLANS[flavour]['subject']}, with the next questions"


def intake_shape(brief: Brief) -> Shape:
    flavour = plan_flavour(brief)
    words = PLANS[flavour]
    first, second, third = words["samples"]
    question = next(iter(words["questions"].values()))
    return Shape(
        name=words["name"],
        tagline=tagline(brief, flavour),
        does=f"Reads how you describe your situation, sorts it into what matters for {words['subject']} ({', '.join(words['topics'])}), says what is "
        "already clear with your own words as evidence, and asks the next questions in order of importance until the brief is complete. "
        "It sorts and asks; it gives no answer of its own.",
        category=shelf(brief, "research"),
        tags=("intake-brief", flavour.replace(" ", "-"), *brief.keywords[:2]),
        input_fields=(
            text("situation", "Your situation in your own words", minimum=20, maximum=15_000),
            records(
                "answers",
                "Answers to earlier questions",
                required=False,
                maximum=30,
                parts=(
                    string("question", "The question"),
                    string("answer", "Your answer", maximum=500),
                ),
            ),
        ),
        output_fields=(
            text("brief", "The brief so far", maximum=8_000),
            WRITTEN_BY,
            records(
                "topics",
                "What matters, and whether it is clear",
                parts=(
                    string("topic", "The topic"),
                    yes_or_no("known", "Whether you have said something about it"),
                    string("evidence", "What you said"),
                ),
            ),
            strings("next_questions", "What to answer next, most important first"),
            percent("readiness_percent", "How complete the brief is"),
            string("next_step", "The first thing to do", maximum=400),
            string("summary", "The result in a few words", maximum=500),
        ),
        examples=(
            example("a first story", situation=first),
            example("a worried one", situation=second),
            example("nearly complete", situation=third),
            example(
                "with an answer",
                situation=first,
                answers=[{"question": question, "answer": "Within 3 months, for at most $2,000."}],
            ),
            example("hardly anything", situation="I have an idea and no clue where to begin."),
        ),
        acceptance=(
            check("/topics", "min", "every topic is looked at", len(words["topics"])),
            check("/brief", "not_empty", "there is a brief"),
            check("/next_step", "not_empty", "there is something to do"),
            check("/readiness_percent", "max", "a share ends at 100", 100),
        ),
        **WRITING,
    )


KIND = Kind(
    name="intake_brief",
    template="communication",
    marker="readiness_percent",
    signals=signals(
        """
        starting:1.8 start!:1 begin:2.5 first_step:3 where_to_start:4 where_to_begin:4 opening:2.2 open!:2
        learn:1.5 skill:1.5 career:3 college:2 school:1.5 guidance:3 mentor:3 motivat:3 direction:2 quit:2
        quitting:2 idea!:1.2 truck:2 forming:2.5 form_an_llc:2.5 llc:2.5 incorporat:3 website:1.8 websites:1
        online_store:2 making_a:1 building:1 app!:1.5 grow:1.5 growing:1.5 expand:2.5 scaling:2
        market_research:2 concept:2 invention:3 confidence:3 running:1.2 managing:1.5 become:1 recovering:3
        staying:2 investing:1.5 advice_on:1 getting_funding:2 raising:2 restaurant:1 shop!:0.8 store!:0.8
        """
    ),
    uses=(
        "When you have a story to tell but no clear brief yet",
        "When you want to know which questions to answer next",
    ),
    shape=intake_shape,
    parameters=lambda brief: {
        "SUBJECT": PLANS[plan_flavour(brief)]["subject"],
        "TOPICS": PLANS[plan_flavour(brief)]["topics"],
        "QUESTIONS": PLANS[plan_flavour(brief)]["questions"],
        "FIRST_STEPS": PLANS[plan_flavour(brief)]["first_steps"],
    },
)
