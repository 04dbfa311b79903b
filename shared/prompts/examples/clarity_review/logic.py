"""Holds a text against a checklist: what it settles (with the words that do), what it leaves open, where it is vague."""

import re

SUBJECT = "agreement"
CHECKLIST = {
    "price and payment": ("price", "pay", "fee", "invoice", "deposit", "$"),
    "dates": ("deadline", "by ", "day", "week", "deliver", "start"),
    "what is included": ("scope", "includ", "service", "deliverable", "consist"),
    "changes": ("change", "revision", "extra", "additional"),
    "who owns the result": ("own", "rights", "licen", "copyright", "property"),
    "how it ends": ("terminat", "cancel", "notice", "end"),
    "what if it goes wrong": ("liab", "refund", "warrant", "damage", "dispute", "late"),
}
"""Point → beginnings of the words that settle it."""

QUESTIONS = {
    "price and payment": "What is paid, when, and what happens when it is late?",
    "dates": "When does the work start, and by when is what delivered?",
    "what is included": "What exactly is part of the work, and what is not?",
    "changes": "How many changes are included, and what do more cost?",
    "who owns the result": "Who owns the result, and from when on?",
    "how it ends": "How can each side end it, with how much notice?",
    "what if it goes wrong": "What happens if something is late or does not work?",
}
VAGUE = {
    "as soon as possible": "name a day",
    "asap": "name a day",
    "reasonable": "say how much or how long",
    "soon": "name a day",
    "etc": "list what is meant",
    "and so on": "list what is meant",
    "various": "list them",
    "some": "say how many",
    "approximately": "give a range",
    "best effort": "say what is owed",
    "from time to time": "say how often",
    "if necessary": "say who decides",
    "as needed": "say who decides",
    "high quality": "say how it is measured",
    "competitive": "give the figure",
    "many": "say how many",
    "state of the art": "say what it does",
}
LONG_SENTENCE = 32
INSTRUCTION = (
    "Reword the draft of a short, polite message that asks the other side to settle the listed points. Keep every point and the order; add "
    "no new point, no link and no legal advice. Answer with the message only."
)


async def run(input, tools):
    input = tools.words_only(input)
    sentences = tools.sentences(input["document"])
    checks = [settled(point, words, sentences) for point, words in CHECKLIST.items()]
    missing = [check["point"] for check in checks if not check["found"]]
    vague = vague_places(sentences)
    long = [one[:300] for one in sentences if len(one.split()) > LONG_SENTENCE]
    draft = message(missing, vague, input.get("recipient", ""))
    written = await tools.write(INSTRUCTION, {"missing": missing, "subject": SUBJECT}, draft, max_words=200)
    return {
        "score": score(checks, vague, long, sentences),
        "checks": checks,
        "missing": missing,
        "vague": vague,
        "long_sentences": long[:10],
        "message": written["text"],
        "written_by": written["by"],
        "summary": summary(checks, missing, vague),
    }


def settled(point, words, sentences):
    """The sentence that says most about the point; one with a figure counts more than one without."""
    best, best_hits = "", 0.0
    for one in sentences:
        lowered = one.lower()
        hits = sum(bool(re.search(rf"\b{re.escape(word)}", lowered)) for word in words)
        if hits and re.search(r"\d", one):
            hits += 0.5
        if hits > best_hits:
            best, best_hits = one, hits
    return {"point": point, "found": bool(best), "quote": best[:300], "has_figure": bool(re.search(r"\d", best))}


def vague_places(sentences):
    found = []
    for one in sentences:
        rest = one.lower()
        for phrase in sorted(VAGUE, key=len, reverse=True):
            shorter = re.sub(rf"\b{re.escape(phrase)}\b", "", rest)
            if shorter != rest:
                found.append({"phrase": phrase, "sentence": one[:300], "better": VAGUE[phrase]})
            rest = shorter
    return found[:20]


def score(checks, vague, long, sentences):
    """0 to 100: the share of settled points, with figures counting for more, less what is vague or too long."""
    points = sum((0.8 + 0.2 * check["has_figure"]) for check in checks if check["found"])
    share = 100 * points / max(1, len(checks))
    weak = 40 * (len(vague) + len(long)) / max(6, 2 * len(sentences))
    return max(0, min(100, round(share - weak)))


def message(missing, vague, recipient):
    name = " ".join(recipient.split())[:60]
    lines = [f"Hello {name}," if name else "Hello,", ""]
    if missing:
        lines.append(f"before I go ahead with the {SUBJECT}, could we settle these points?")
        lines += [f"- {QUESTIONS.get(point, f'What do we agree on {point}?')}" for point in missing]
    else:
        lines.append(f"the {SUBJECT} covers everything on my list, thank you.")
    if vague:
        lines += ["", "And could you be more precise here?"]
        lines += [f'- "{one["phrase"]}": please {one["better"]}' for one in vague[:4]]
    return "\n".join([*lines, "", "Thank you"])


def summary(checks, missing, vague):
    text = f"{len(checks) - len(missing)} of {len(checks)} points of the {SUBJECT} are settled."
    if missing:
        text += f" Open: {', '.join(missing)}."
    if vague:
        text += f" Vague places: {len(vague)}."
    return text
