"""Communication agents: reply drafter, clarity review, intake brief, outreach review."""

from typing import Any

from local.standins.claude.kinds.brief import Brief
from local.standins.claude.kinds.checklists import PLANS, TEXTS, WORRIES
from local.standins.claude.kinds.drafting import Shape, check, example, field, leaf
from local.standins.claude.kinds.kind import Kind, stems
from local.standins.claude.kinds.shelves import shelf

Json = Any

WRITING: dict[str, Json] = {"effects": ("llm",), "llm_calls": 1, "llm_tokens": 1_000}
WRITTEN_BY = field("written_by", "string", "Who worded the text", choices=("model", "rules"))


def reply_shape(brief: Brief) -> Shape:
    topic = brief.subject
    return Shape(
        name="Reply Drafter",
        tagline=f"Answers messages about {topic} point by point, from your facts only"[:140],
        does="Reads a message, lists everything it asks for, answers each point from the facts you give and from nothing else, and tells you what is "
        "still open before you send it. It also names sore points that need care.",
        category=shelf(brief, "support"),
        tags=("reply", *brief.keywords[:3]),
        input_fields=(
            field("message", "text", "The message to answer", minimum=5, maximum=10_000),
            field("facts", "string_list", "What you can say; the reply uses nothing else", required=False, maximum=30),
            field("sender", "string", "Name of the person who wrote", required=False, maximum=60),
            field(
                "tone", "string", "How the reply should sound", required=False, choices=("friendly", "formal", "firm")
            ),
        ),
        output_fields=(
            field("reply", "text", "The reply, ready to check", maximum=5_000),
            WRITTEN_BY,
            field(
                "asked",
                "record_list",
                "What the message asks for",
                parts=(
                    leaf("ask", "string", "The question or request"),
                    leaf("answered", "boolean", "Whether your facts answer it"),
                    leaf("fact", "string", "The fact that answers it"),
                ),
            ),
            field("open_points", "string_list", "What you still have to find out"),
            field("sore_points", "string_list", "What needs care in the answer"),
            field("ready_to_send", "boolean", "Whether nothing is open"),
            field("summary", "string", "The state of things in a few words", maximum=500),
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


def text_flavour(brief: Brief) -> str:
    return max(TEXTS, key=lambda name: (brief.weight(TEXTS[name]["signals"]), name == "agreement"))


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


def article(noun: str) -> str:
    return "an" if noun[0] in "aeio" else "a"


KINDS = (
    Kind(
        name="reply_drafter",
        template="communication",
        marker="open_points",
        signals={
            "customer": 1.2,
            "client": 1.8,
            "email": 2.5,
            "reply": 3,
            "respond": 2.5,
            "complain": 2.5,
            "support": 1.5,
            "message": 2,
            "phone": 1.5,
            "communicat": 3,
            "refund": 2.5,
            "angry": 2.5,
            "rude!": 2.5,
            "review": 1.2,
            "answer": 1,
            "call!": 0.8,
        },
        shape=reply_shape,
        parameters=reply_parameters,
    ),
    Kind(
        name="clarity_review",
        template="communication",
        marker="vague",
        signals={
            "contract": 4,
            "agreement": 4,
            "lawyer": 3,
            "legal": 3,
            "terms": 2.5,
            "equity": 3,
            "llc": 2.5,
            "trademark": 2.5,
            "patent": 2.5,
            "liab": 2,
            "partner": 1.5,
            "share!": 1.2,
            "lease": 2.5,
            "landlord": 3,
            "nda!": 3,
            "sue!": 2,
            "policy": 2,
            "incorporat": 2.5,
            "copyright": 2,
        },
        shape=clarity_shape,
        parameters=lambda brief: {
            "SUBJECT": text_flavour(brief),
            "CHECKLIST": TEXTS[text_flavour(brief)]["checklist"],
            "QUESTIONS": TEXTS[text_flavour(brief)]["questions"],
        },
    ),
    Kind(
        name="intake_brief",
        template="communication",
        marker="readiness_percent",
        signals={
            "where": 1,
            "begin": 2,
            "first": 1,
            "step": 2,
            "plan!": 2,
            "idea!": 1.5,
            "advice": 1,
            "learn": 1.5,
            "skill": 1.5,
            "career": 2,
            "college": 1.5,
            "school": 1,
            "guidance": 2.5,
            "mentor": 3,
            "launch": 1.5,
            "open!": 1,
            "quit": 2,
            "clue": 2,
            "lost!": 1.5,
            "fear": 2,
            "scare": 2,
            "motivat": 2,
            "direction": 2,
        },
        shape=intake_shape,
        parameters=lambda brief: {
            "SUBJECT": PLANS[plan_flavour(brief)]["subject"],
            "TOPICS": PLANS[plan_flavour(brief)]["topics"],
            "QUESTIONS": PLANS[plan_flavour(brief)]["questions"],
            "FIRST_STEPS": PLANS[plan_flavour(brief)]["first_steps"],
        },
    ),
    Kind(
        name="outreach_review",
        template="communication",
        marker="subject_lines",
        signals={
            "pitch": 4,
            "cold!": 3,
            "advert": 2.5,
            "adwords": 2,
            "promot": 2.5,
            "market": 1.8,
            "sales": 2,
            "convert": 2.5,
            "conversion": 3,
            "landing": 3,
            "newsletter": 3,
            "investor": 2,
            "flyer": 3,
            "copywrit": 3,
            "persua": 3,
            "traffic": 1.5,
            "kickstarter": 2,
            "launch": 1,
            "visitor": 2,
            "press!": 1.5,
            "brand": 1.5,
        },
        shape=outreach_shape,
        parameters=outreach_parameters,
    ),
)
