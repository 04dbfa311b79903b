"""Holding a text against a checklist."""

from typing import Any

from local.standins.claude.kinds.brief import Brief
from local.standins.claude.kinds.checklists import TEXTS
from local.standins.claude.kinds.drafting import Shape, check, example, field, leaf
from local.standins.claude.kinds.kind import Kind, signals
from local.standins.claude.kinds.shared_fields import WRITING, WRITTEN_BY, article
from local.standins.claude.kinds.shelves import shelf

Json = Any


def text_flavour(brief: Brief) -> str:
    lean = {"agreement": 1.5}
    return max(
        TEXTS, key=lambda name: (lean.get(name, 1.0) * brief.weight(TEXTS[name]["signals"]), name == "agreement")
    )


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
            field("document", "text", f"The text of the {flavour}", minimum=20, maximum=30_000),
            field("recipient", "string", "Name of the person to ask", required=False, maximum=60),
        ),
        output_fields=(
            field("score", "integer", "How much is settled, 0 to 100", minimum=0, maximum=100),
            field("summary", "string", "The result in a few words", maximum=600),
            field(
                "checks",
                "record_list",
                "The checklist",
                parts=(
                    leaf("point", "string", "What should be settled"),
                    leaf("found", "boolean", "Whether it is"),
                    leaf("quote", "string", "The sentence that does"),
                    leaf("has_figure", "boolean", "Whether that sentence has a figure"),
                ),
            ),
            field("missing", "string_list", "Points that nothing settles"),
            field(
                "vague",
                "record_list",
                "Vague places",
                parts=(
                    leaf("phrase", "string", "The words"),
                    leaf("sentence", "string", "Where"),
                    leaf("better", "string", "What to do"),
                ),
            ),
            field("long_sentences", "string_list", "Sentences that are hard to read"),
            field("message", "text", "A message that asks for what is missing", maximum=5_000),
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
            check("/summary", "not_empty", "the reader learns the result"),
        ),
        **WRITING,
    )


KIND = Kind(
    name="clarity_review",
    template="communication",
    marker="vague",
    signals=signals(
        """
        contract:4 agreement:4 lawyer:3 legal:3 terms:2.5 equity:3 llc:2.5 trademark:2.5 patent:2.5 liab:2
        partner:1.5 share!:1.2 lease:2.5 landlord:3 nda!:3 sue!:2 policy:2 incorporat:2.5 copyright:2
        """
    ),
    shape=clarity_shape,
    parameters=lambda brief: {
        "SUBJECT": text_flavour(brief),
        "CHECKLIST": TEXTS[text_flavour(brief)]["checklist"],
        "QUESTIONS": TEXTS[text_flavour(brief)]["questions"],
    },
)
