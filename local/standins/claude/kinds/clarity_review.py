"""Holding a text against a checklist."""

from typing import Any

from local.standins.claude.kinds.brief import Brief
from local.standins.claude.kinds.checklists import TEXTS
from local.standins.claude.kinds.drafting import Shape, check, example
from local.standins.claude.kinds.fields import percent, records, string, strings, text, yes_or_no
from local.standins.claude.kinds.kind import Kind, flavour_of, signals
from local.standins.claude.kinds.shared_fields import SAYS_THE_RESULT, WRITING, WRITTEN_BY, article
from local.standins.claude.kinds.shelves import shelf

Json = Any


def text_flavour(brief: Brief) -> str:
    return flavour_of(brief, TEXTS, "agreement")


def clarity_shape(brief: Brief) -> Shape:
    flavour = text_flavour(brief)
    words = TEXTS[flavour]
    good, bad, middling = words["samples"]
    points = ", ".join(words["checklist"])
    return Shape(
        name=words["name"],
        tagline=f"Finds what your {flavour} leaves open before it costs you money"[:140],
        does=f"Holds {article(flavour)} {flavour} against a checklist ({points}), quotes the sentence that settles each point, lists what is missing or vague and drafts "
        "a polite message that asks for it. It reads for clarity and is not legal advice.",
        category=shelf(brief, "legal_and_compliance" if flavour == "agreement" else "operations"),
        tags=("clarity-review", flavour.replace(" ", "-"), *brief.keywords[:2]),
        input_fields=(
            text("document", f"The text of the {flavour}", minimum=20, maximum=30_000),
            string("recipient", "Name of the person to ask", required=False, maximum=60),
        ),
        output_fields=(
            percent("score", "How much is settled, 0 to 100"),
            string("summary", "The result in a few words", maximum=600),
            records(
                "checks",
                "The checklist",
                parts=(
                    string("point", "What should be settled"),
                    yes_or_no("found", "Whether it is"),
                    string("quote", "The sentence that does"),
                    yes_or_no("has_figure", "Whether that sentence has a figure"),
                ),
            ),
            strings("missing", "Points that nothing settles"),
            records(
                "vague",
                "Vague places",
                parts=(
                    string("phrase", "The words"),
                    string("sentence", "Where"),
                    string("better", "What to do"),
                ),
            ),
            strings("long_sentences", "Sentences that are hard to read"),
            text("message", "A message that asks for what is missing", maximum=5_000),
            WRITTEN_BY,
        ),
        examples=(
            example("settles most points", document=good, recipient="Mia"),
            example("leaves nearly everything open", document=bad),
            example("half and half", document=middling, recipient="Mr Cole"),
            example(
                "good start, vague end",
                document=f"{good} Everything else as soon as possible, for a reasonable fee, etc.",
            ),
            example("only one sentence", document="We will do the usual work for a competitive price, as needed."),
        ),
        acceptance=(
            check("/checks", "min", "the whole checklist is reported", len(words["checklist"])),
            check("/score", "max", "the score ends at 100", 100),
            check("/message", "not_empty", "there is something to send"),
            SAYS_THE_RESULT,
        ),
        **WRITING,
    )


KIND = Kind(
    name="clarity_review",
    template="communication",
    marker="vague",
    signals=signals(
        """
        contract:4 contractor:-2 agreement:4 lawyer:1.5 legally:1.5 legal!:2 terms:2 equity:4 stake:2.5 vest:4
        vesting:2 trademark:3 patent:3 nda:4 liab:2 partnership:2.5 shares:2 lease:3.5 landlord:3 clause:3
        sue!:3 lawsuit:2 copyright:3 split:2 stock!:1.5 steal:2 stealing:1 business_plan:3.5 job_post:4
        co-founders:1
        """
    ),
    uses=(
        "When you are about to sign or send a text and want to see what it leaves open",
        "When a sentence sounds vague and you need a polite message that asks for it",
    ),
    shape=clarity_shape,
    parameters=lambda brief: {
        "SUBJECT": text_flavour(brief),
        "CHECKLIST": TEXTS[text_flavour(brief)]["checklist"],
        "QUESTIONS": TEXTS[text_flavour(brief)]["questions"],
    },
)
