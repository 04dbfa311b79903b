"""Turns a loose description of a situation into a brief: what is known, what is missing, and which questions to ask next."""

import re

SUBJECT = "choosing and registering a company form"
TOPICS = {
    "trade": ("sell", "service", "product", "repair", "design", "consult", "online", "i run", "we run", "software"),
    "owners": ("alone", "partner", "owner", "sole", "cofounder", "wife", "husband", "friend", "two of us"),
    "place": (
        "~place",
        "my state",
        "our state",
        "county",
        "city",
        "country",
        "live in",
        "based in",
        "alabama",
        "alaska",
        "arizona",
        "arkansas",
        "california",
        "colorado",
        "connecticut",
        "delaware",
        "florida",
        "georgia",
        "hawaii",
        "idaho",
        "illinois",
        "indiana",
        "iowa",
        "kansas",
        "kentucky",
        "louisiana",
        "maine",
        "maryland",
        "massachusetts",
        "michigan",
        "minnesota",
        "mississippi",
        "missouri",
        "montana",
        "nebraska",
        "nevada",
        "new hampshire",
        "new jersey",
        "new mexico",
        "new york",
        "north carolina",
        "north dakota",
        "ohio",
        "oklahoma",
        "oregon",
        "pennsylvania",
        "rhode island",
        "south carolina",
        "south dakota",
        "tennessee",
        "texas",
        "utah",
        "vermont",
        "virginia",
        "washington",
        "west virginia",
        "wisconsin",
        "wyoming",
        "canada",
        "ontario",
        "england",
        "scotland",
        "ireland",
        "australia",
        "germany",
        "france",
        "india",
    ),
    "income": ("$", "revenue", "income", "earn", "profit", "sales", "month"),
    "risk": ("liab", "sue", "insurance", "damage", "risk", "injur", "contract"),
    "money kept apart": ("bank", "account", "checking", "card", "books", "bookkeep", "accounting"),
    "tax": ("tax", "irs", "deduct", "accountant", "cpa", "ein"),
}
"""Topic → beginnings of the words that show that it has been talked about; `~place` stands for the name of a place."""

NO_PLACES = (
    "January|February|March|April|May|June|July|August|September|October|November|December|Spring|Summer|Autumn|Winter|"
    "Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|Excel|English"
)
PLACE = re.compile(
    rf"\b(?:in|from|near|outside|around)\s+(?:the\s+)?(?!(?:{NO_PLACES})\b)[A-Z][a-z]{{2,}}|\b[A-Z][a-z]+,\s[A-Z]{{2}}\b"
)

QUESTIONS = {
    "trade": "What do you sell, and to whom?",
    "owners": "Who owns the business, and who decides?",
    "place": "In which state or country do you live, and where are the customers?",
    "income": "What does the business earn in a year, and what do you expect?",
    "risk": "What could a customer sue you for, and what does your insurance cover?",
    "money kept apart": "Do business and private money run through separate accounts?",
    "tax": "How is the income taxed now, and who prepares the return?",
}
FIRST_STEPS = {
    "risk": "List what could go wrong for a customer: that decides how much a company form is worth to you.",
    "place": "Look up the fees and yearly filings of your own state.",
}
INSTRUCTION = (
    "Reword the draft of a brief so that a stranger understands it at once. Keep its headings, facts and figures; add nothing. Answer "
    "with the text only."
)


async def run(input, tools):
    input = tools.words_only(input)
    answers = [one for one in input.get("answers", []) if one["answer"].strip()]
    told = tools.sentences(input["situation"])
    for one in answers:
        told.append(f"{one['question'].strip()} {one['answer'].strip()}"[:600])
    topics = [covered(topic, words, told) for topic, words in TOPICS.items()]
    known = [one for one in topics if one["known"]]
    open_topics = [one["topic"] for one in topics if not one["known"]]
    questions = [QUESTIONS.get(topic, f"What can you say about {topic}?") for topic in open_topics]
    written = await tools.write(
        INSTRUCTION, {"topics": [one["topic"] for one in known]}, brief(known, told), max_words=260
    )
    return {
        "brief": written["text"],
        "written_by": written["by"],
        "topics": topics,
        "next_questions": questions[:8],
        "readiness_percent": round(100 * len(known) / max(1, len(topics))),
        "next_step": next_step(open_topics),
        "summary": summary(known, open_topics),
    }


def covered(topic, words, told):
    """The statement that says most about the topic, figures preferred."""
    best, most = "", 0.0
    for one in told:
        hits = sum(says(word, one) for word in words)
        weight = hits + (0.3 if hits and re.search(r"\d", one) else 0)
        if weight > most:
            best, most = one, weight
    return {"topic": topic, "known": bool(best), "evidence": best[:300]}


def says(word, text):
    if word == "~place":
        return PLACE.search(text) is not None
    return re.search(rf"(?<!\w){re.escape(word)}", text.lower()) is not None


def brief(known, told):
    lines = [f"Brief for {SUBJECT}", ""]
    by_evidence = {}
    for one in known:
        by_evidence.setdefault(one["evidence"], []).append(one["topic"])
    for evidence, topics in by_evidence.items():
        lines.append(f"{', '.join(topics).capitalize()}: {evidence}")
    if not known and told:
        lines.append(f"In their own words: {told[0][:300]}")
    return "\n".join(lines)


def next_step(open_topics):
    for topic, step in FIRST_STEPS.items():
        if topic in open_topics:
            return step
    if open_topics:
        return f"Answer the question about {open_topics[0]} first; the others depend on it."
    return "Everything needed is known: share the brief and start."


def summary(known, open_topics):
    text = f"{len(known)} of {len(known) + len(open_topics)} topics of {SUBJECT} are clear."
    return text + (f" Still open: {', '.join(open_topics)}." if open_topics else "")
