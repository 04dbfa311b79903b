"""Answering messages from given facts only."""

from typing import Any

from local.standins.claude.kinds.brief import Brief
from local.standins.claude.kinds.drafting import Shape, check, example
from local.standins.claude.kinds.fields import records, string, strings, text, yes_or_no
from local.standins.claude.kinds.kind import Kind, signals, stems
from local.standins.claude.kinds.shared_fields import WRITING, WRITTEN_BY
from local.standins.claude.kinds.shelves import shelf

Json = Any


def reply_shape(brief: Brief) -> Shape:
    topic = brief.subject
    return Shape(
        name="Reply Drafter",
        tagline=f"Answers messages about {topic} point by point, from your facts only",
        does="Reads a message, lists everything it asks for, answers each point from the facts you give and from nothing else, and tells you what is "
        "still open before you send it. It also names sore points that need care.",
        category=shelf(brief, "support"),
        tags=("reply", *brief.keywords[:3]),
        input_fields=(
            text("message", "The message to answer", minimum=5, maximum=10_000),
            strings("facts", "What you can say; the reply uses nothing else", required=False, maximum=30),
            string("sender", "Name of the person who wrote", required=False, maximum=60),
            string("tone", "How the reply should sound", required=False, choices=("friendly", "formal", "firm")),
        ),
        output_fields=(
            text("reply", "The reply, ready to check", maximum=5_000),
            WRITTEN_BY,
            records(
                "asked",
                "What the message asks for",
                parts=(
                    string("ask", "The question or request"),
                    yes_or_no("answered", "Whether your facts answer it"),
                    string("fact", "The fact that answers it"),
                ),
            ),
            strings("open_points", "What you still have to find out"),
            strings("sore_points", "What needs care in the answer"),
            yes_or_no("ready_to_send", "Whether nothing is open"),
            string("summary", "The state of things in a few words", maximum=500),
        ),
        examples=(
            example(
                "a customer asks three things",
                message="Hi, when will my order arrive? Can you also tell me whether I can return it? And how much is express shipping?",
                facts=[
                    "Orders arrive within 5 working days",
                    "Express shipping costs $12",
                    "Returns are free within 30 days",
                ],
                sender="Mia",
                tone="friendly",
            ),
            example(
                "a late payment",
                message="We got your second reminder. The payment is late because our accountant is ill. Could you send the invoice again and give us until Friday?",
                facts=["Invoice 1042 over $480 was due on 2 January", "An extension until Friday is fine"],
                sender="Luis Delgado",
                tone="firm",
            ),
            example(
                "no facts yet",
                message="Do you offer a discount for non-profits? Please let me know what you need from us.",
                tone="formal",
            ),
            example(
                "a complaint",
                message="I am really disappointed. The delay cost me a client. What will you do about it?",
                facts=["The delay was four days because of the carrier", "We refund the shipping of $9"],
                sender="Sam",
            ),
            example(
                "nothing asked",
                message="Thanks for the quick help yesterday.",
                facts=["The ticket is closed"],
                sender="Jo",
                tone="friendly",
            ),
        ),
        acceptance=(
            check("/reply", "min", "the reply is more than a word", 20),
            check("/summary", "not_empty", "the reader learns what is open"),
            check("/asked", "present", "what was asked is listed"),
            check("/written_by", "one_of", "it says who worded the reply", ["model", "rules"]),
        ),
        **WRITING,
    )


def reply_parameters(brief: Brief) -> dict[str, Json]:
    hints = {
        "pay": "Say the amount and the date it is due.",
        "late": "Give a date that holds, not a reason only.",
        "refund": "Say whether, how much and by when.",
        "complain": "Say what you will do before you explain.",
        "price": "Give the figure and what it includes.",
        "cancel": "Confirm what happens and when.",
    }
    for word in stems(*brief.keywords[:3]):
        hints.setdefault(word, f"The customer brings up {word}…: answer it in a sentence of its own.".replace("…", ""))
    return {"SUBJECT": brief.subject, "SORE_POINTS": hints}


KIND = Kind(
    name="reply_drafter",
    template="communication",
    marker="open_points",
    signals=signals(
        """
        email:2.5 e-mail:2.5 reply:3 respond:3 complain:3 angry:3 difficult_client:4 difficult_customer:4 rude:3
        refund:3 clients:0.8 client!:0.8 customers:1 customer!:1.2 communicat:2.5 bad_news:4 phone:1.5
        negotiat:1.5 legacy:1.5 dealing_with:1 contacting:1.5 responding:3
        """
    ),
    uses=(
        "When a message asks several things and none of them may be missed",
        "When a reply must say only what your facts say",
    ),
    shape=reply_shape,
    parameters=reply_parameters,
)
