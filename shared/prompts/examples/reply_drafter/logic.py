"""Reads a message, lists what it asks for, answers from the given facts only, and says what is still open."""

import re

SUBJECT = "refunds and late parcels"
SORE_POINTS = {
    "pay": "Say the amount and the date it is due.",
    "late": "Give a date that holds, not a reason only.",
    "refund": "Say whether, how much and by when.",
    "complain": "Say what you will do before you explain.",
    "price": "Give the figure and what it includes.",
    "cancel": "Confirm what happens and when.",
    "angr": "The customer brings up angry: answer it in a sentence of its own.",
    "parcel": "The customer brings up parcels: answer it in a sentence of its own.",
    "promis": "The customer brings up promise: answer it in a sentence of its own.",
}
"""Beginnings of words that come up with this problem, and what a good answer to them contains."""

REQUEST = re.compile(
    r"\b(?:please|can you|could you|would you|will you|need(?: to)?|want|send|let me know|tell me|when|how|what|where|why|who|which)\b",
    re.IGNORECASE,
)
ASKS_YES_OR_NO = re.compile(
    r"\b(?:do|does|did|is|are|was|were|has|have|can|could|will|would|may|should)\s+"
    r"(?:you|we|i|it|they|he|she|there|the|my|your|this|that|a)\b",
    re.IGNORECASE,
)
NEXT_ASK = re.compile(
    r",?\s+(?:and|or|plus)\s+(?=(?:(?:also|then|please)\s+)*"
    r"(?:when|how|what|where|why|who|which|whether|can|could|would|will|do|does|is|are|tell|send|give|let me know)\b)",
    re.IGNORECASE,
)
"""Between two asks of one sentence."""

JOINT = re.compile(r",?\s+and\s+", re.IGNORECASE)
LISTED = re.compile(r",?\s+and\s+|,\s+", re.IGNORECASE)
SHORT = 4
OPENINGS = {
    "friendly": ("Hi {name},", "thanks for getting in touch."),
    "formal": ("Dear {name},", "Thank you for your message."),
    "firm": ("Hello {name},", "I have read your message and answer point by point."),
}
CLOSINGS = {"friendly": "All the best", "formal": "Kind regards", "firm": "Regards"}
INSTRUCTION = (
    "Reword the draft of a reply so that it reads naturally. Keep its facts, figures, names and order; add nothing that the draft and "
    "the facts do not say, no links and no promises. Answer with the text of the reply only."
)
ALIKE = {
    "~refund": r"money back|refund|reimburs",
    "~return": r"\breturn|\b(?:send|give|bring)\b[^.?!]{0,40}\bback\b",
    "~replace": r"\bnew one\b|replac|exchang",
    "~cost": r"how much|\bprice|\bcosts?\b|\bfees?\b|\bcharge|[$€£]\s?\d",
    "~time": r"\bwhen\b|how long|how soon|\bwithin\b|\bdays?\b|\bweeks?\b|\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b",
}
"""What is said in different words in a question and in the fact that answers it."""

COMMON = {
    "about",
    "could",
    "please",
    "would",
    "there",
    "their",
    "which",
    "where",
    "when",
    "what",
    "have",
    "your",
    "with",
    "this",
    "that",
    "does",
    "tell",
    "know",
    "need",
    "want",
    "also",
    "much",
    "many",
    "some",
}


async def run(input, tools):
    input = tools.words_only(input)
    asked = requests(tools.sentences(input["message"]))
    facts = [" ".join(fact.split()) for fact in input.get("facts", []) if fact.strip()]
    answers = [matched(ask, facts) for ask in asked]
    answered = [{name: value for name, value in one.items() if name != "facts"} for one in answers]
    tone = input.get("tone", "friendly")
    draft = reply(input, answers, facts, tone)
    written = await tools.write(INSTRUCTION, {"facts": facts, "asked": asked, "tone": tone}, draft, max_words=220)
    open_points = [one["ask"] for one in answered if not one["answered"]]
    return {
        "reply": written["text"],
        "written_by": written["by"],
        "asked": answered,
        "open_points": open_points,
        "sore_points": sore_points(input["message"]),
        "ready_to_send": not open_points,
        "summary": f"{len(asked)} questions or requests about {SUBJECT}; {len(asked) - len(open_points)} answered from the facts.",
    }


def requests(sentences):
    found = []
    for one in sentences:
        if one.endswith("?") or (REQUEST.search(one) and len(one.split()) > 3):
            found.extend(each_ask(one))
    return list(dict.fromkeys(one[:300] for one in found))[:12]


def each_ask(sentence):
    """`Tell me the price and when you open?` asks twice; what only leads up to an ask is none."""
    *before, last = NEXT_ASK.split(sentence)
    return [*[part for part in before if REQUEST.search(part) or ASKS_YES_OR_NO.search(part)], last]


def matched(ask, facts):
    """An ask for several things is answered only where a fact answers each of them, or one fact speaks of nearly all."""
    parts = [part for part in things(ask) if telling(part)] or [ask]
    found = [closest(part, facts) for part in parts]
    whole = closest(ask, facts)
    several = len(parts) > 1
    answered = all(found) and (not several or len(set(found)) > 1)
    answered = answered or (several and bool(whole) and same_thing(ask, whole))
    used = list(dict.fromkeys(fact for fact in found if fact)) or ([whole] if whole else [])
    return {"ask": ask, "answered": answered, "fact": "; ".join(used) if answered else "", "facts": used}


def things(ask):
    """`The price, the size and the colour` are three; other commas part nothing."""
    listed = LISTED.split(ask)
    if JOINT.search(ask) and all(len(part.split()) <= SHORT for part in listed[1:]):
        return listed
    return JOINT.split(ask)


def same_thing(ask, fact):
    """Whether one fact speaks of nearly all that the ask names."""
    wanted = telling(ask)
    return len(wanted & telling(fact)) >= 0.6 * len(wanted)


def closest(ask, facts):
    """The fact that shares most telling words with the question; none if they share too few, or nothing but the time."""
    wanted = telling(ask)
    best, best_share = "", 0.0
    for fact in facts:
        common = wanted & telling(fact)
        meant = sum(word[0] == "~" for word in common - {"~time"})
        share = (len(common) + meant) / max(1, min(len(wanted), len(telling(fact))))
        if common - {"~time"} and share > best_share:
            best, best_share = fact, share
    return best if best_share >= 0.2 else ""


def telling(text):
    lowered = text.lower()
    words = {stem(word) for word in re.findall(r"[a-z]{4,}", lowered) if word not in COMMON}
    return words | {meaning for meaning, said in ALIKE.items() if re.search(said, lowered)}


def stem(word):
    """`cakes` and `cake`, `opening` and `open` are the same word; what is left of a short one is not cut."""
    bare = re.sub(r"(?:ing|ed|es|s|e)$", "", word)
    return (bare if len(bare) > 2 else word)[:5]


def reply(input, answered, facts, tone):
    greeting, thanks = OPENINGS[tone]
    name = " ".join(input.get("sender", "").split())[:60] or "there"
    body = [greeting.replace("{name}", name), "", thanks[0].upper() + thanks[1:], ""]
    used = []
    for one in answered:
        for fact in one["facts"]:
            if fact not in used:
                used.append(fact)
                body.append(sentence(fact))
    rest = [fact for fact in facts if fact not in used]
    if not used and rest:
        body.append(sentence(rest[0]))
    waiting = [one["ask"] for one in answered if not one["answered"]]
    if waiting:
        body += ["", "I will come back to you on the following:", *[f"- {ask}" for ask in waiting[:5]]]
    return "\n".join([*body, "", CLOSINGS[tone]])


def sentence(text):
    text = text[0].upper() + text[1:]
    return text if text[-1] in ".!?" else text + "."


def sore_points(message):
    lowered = message.lower()
    return [f"{word}: {hint}" for word, hint in SORE_POINTS.items() if re.search(rf"\b{re.escape(word)}", lowered)]
