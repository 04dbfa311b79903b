"""Turning a story into a brief with the next questions."""

from typing import Any

from local.standins.claude.kinds.brief import Brief
from local.standins.claude.kinds.drafting import Shape, check, example, field, leaf
from local.standins.claude.kinds.kind import Kind, signals
from local.standins.claude.kinds.plan_topics import PLANS
from local.standins.claude.kinds.shared_fields import WRITING, WRITTEN_BY
from local.standins.claude.kinds.shelves import shelf

Json = Any


def plan_flavour(brief: Brief) -> str:
    return max(PLANS, key=lambda name: (brief.weight(PLANS[name]["signals"]), name == "first steps"))


def intake_shape(brief: Brief) -> Shape:
    flavour = plan_flavour(brief)
    words = PLANS[flavour]
    first, second, third = words["samples"]
    question = next(iter(words["questions"].values()))
    return Shape(
        name=words["name"],
        tagline=f"Turns a loose story into a clear brief for {words['subject']}, with the next questions"[:140],
        does=f"Reads how you describe your situation, sorts it into what matters for {words['subject']} ({', '.join(words['topics'])}), says what is "
        "already clear with your own words as evidence, and asks the next questions in order of importance until the brief is complete.",
        category=shelf(brief, "research"),
        tags=("intake-brief", flavour.replace(" ", "-"), *brief.keywords[:2]),
        input_fields=(
            field("situation", "text", "Your situation in your own words", minimum=20, maximum=15_000),
            field(
                "answers",
                "record_list",
                "Answers to earlier questions",
                required=False,
                maximum=30,
                parts=(
                    leaf("question", "string", "The question"),
                    leaf("answer", "string", "Your answer", maximum=500),
                ),
            ),
        ),
        output_fields=(
            field("brief", "text", "The brief so far", maximum=8_000),
            WRITTEN_BY,
            field(
                "topics",
                "record_list",
                "What matters, and whether it is clear",
                parts=(
                    leaf("topic", "string", "The topic"),
                    leaf("known", "boolean", "Whether you have said something about it"),
                    leaf("evidence", "string", "What you said"),
                ),
            ),
            field("next_questions", "string_list", "What to answer next, most important first"),
            field("readiness_percent", "integer", "How complete the brief is", minimum=0, maximum=100),
            field("next_step", "string", "The first thing to do", maximum=400),
            field("summary", "string", "The result in a few words", maximum=500),
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
        where:1 begin:2 first:1 step:2 plan!:2 idea!:1.5 advice:1 learn:1.5 skill:1.5 career:2 college:1.5
        school:1 guidance:2.5 mentor:3 launch:1.5 open!:1 quit:2 clue:2 lost!:1.5 fear:2 scare:2 motivat:2
        direction:2
        """
    ),
    shape=intake_shape,
    parameters=lambda brief: {
        "SUBJECT": PLANS[plan_flavour(brief)]["subject"],
        "TOPICS": PLANS[plan_flavour(brief)]["topics"],
        "QUESTIONS": PLANS[plan_flavour(brief)]["questions"],
        "FIRST_STEPS": PLANS[plan_flavour(brief)]["first_steps"],
    },
)
