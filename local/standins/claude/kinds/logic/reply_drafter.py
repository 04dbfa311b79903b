"""Reads a message, lists what it asks for, answers from the given facts only, and says what is still open."""

import re

SUBJECT = "the matter"
SORE_POINTS = {"payment": "Say the amount and the date.", "delay": "Give a date that holds."}
"""Beginnings of words that come up with this problem, and what a good answer to them contains."""

REQUEST = re.compile(
    r"\b(?:please|can you|could you|would you|will you|need(?: to)?|want|send|let me know|tell me|when|how|what|where|why|who|which)\b",
    re.IGNORECASE,
)
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
}


async def run(input, tools):
    asked = requests(tools.sentences(input["message"]))
    facts = [" ".join(fact.split()) for fact in input.get("facts", []) if fact.strip()]
    answered = [matched(ask, facts) for ask in asked]
    tone = input.get("tone", "friendly")
    draft = reply(input, answered, facts, tone)
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
    found = [one for one in sentences if one.endswith("?") or (REQUEST.search(one) and len(one.split()) > 3)]
    return list(dict.fromkeys(one[:300] for one in found))[:12]


def matched(ask, facts):
    """The fact that shares most telling words with the question; none if they share too few, or nothing but the time."""
    wanted = telling(ask)
    best, best_share = "", 0.0
    for fact in facts:
        common = wanted & telling(fact)
        share = len(common) / max(1, min(len(wanted), len(telling(fact))))
        if common - {"~time"} and share > best_share:
            best, best_share = fact, share
    return {"ask": ask, "answered": best_share >= 0.2, "fact": best if best_share >= 0.2 else ""}


def telling(text):
    lowered = text.lower()
    words = {word[:5] for word in re.findall(r"[a-z]{4,}", lowered) if word not in COMMON}
    return words | {meaning for meaning, said in ALIKE.items() if re.search(said, lowered)}


def reply(input, answered, facts, tone):
    greeting, thanks = OPENINGS[tone]
    name = " ".join(input.get("sender", "").split())[:60] or "there"
    body = [greeting.replace("{name}", name), "", thanks[0].upper() + thanks[1:], ""]
    used = []
    for one in answered:
        if one["answered"] and one["fact"] not in used:
            used.append(one["fact"])
            body.append(sentence(one["fact"]))
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
