"""Reviews a pitch or cold message the way its reader would, and writes a shorter version with subject lines."""

import re

SUBJECT = "cold emails to cafe owners"
READER_WORRIES = {"customer": "Name a customer or a result that can be checked."}
"""Beginnings of words that readers with this problem look for, and what to add where the pitch has none of them."""

LOOSE = ("just", "really", "very", "simply", "actually", "basically", "literally")
"""Words that a sentence stands without."""

PRAISE = (
    *("innovative", "revolutionary", "cutting-edge", "world-class", "synergy", "game-changing", "disruptive"),
    *("passionate", "leading"),
)
FILLERS = (*LOOSE, *PRAISE)
SPAM = ("free", "guarantee", "act now", "limited time", "click here", "no risk", "100%", "winner", "urgent", "cheap")
ASKS = re.compile(
    r"\b(?:reply|call|book|try|visit|sign up|meet|schedule|order|buy|join|tell me|let me know|would you|can we|are you)\b",
    re.IGNORECASE,
)
GREETING = re.compile(r"(?:hi|hello|hey|dear|good (?:morning|day|evening))\b[^.?!]{0,30}[.!,]?$", re.IGNORECASE)
MOST_WORDS = 120
INSTRUCTION = (
    "Reword the draft of a short message so that it sounds like one person writing to another. Keep every fact and the one request at its end; "
    "add no claim, no figure and no link. Answer with the message only."
)


async def run(input, tools):
    word_count = len(input["pitch"].split())
    input = tools.words_only(input)
    pitch = input["pitch"]
    sentences = tools.sentences(pitch)
    checks = [*structure(pitch, sentences), *worries(pitch)]
    passed = sum(check["passed"] for check in checks)
    draft = shorter(input, sentences)
    material = {"pitch": pitch[:6000], "audience": input["audience"], "offer": input.get("offer", "")}
    written = await tools.write(INSTRUCTION, material, draft, max_words=MOST_WORDS)
    return {
        "score": round(100 * passed / len(checks)),
        "checks": checks,
        "improved": written["text"],
        "written_by": written["by"],
        "subject_lines": subject_lines(input, sentences),
        "word_count": word_count,
        "summary": f"{passed} of {len(checks)} checks passed for {SUBJECT}. {first_advice(checks)}",
    }


def structure(pitch, sentences):
    lowered, words = pitch.lower(), pitch.split()
    about_me = len(re.findall(r"\b(?:i|we|my|our|us|me)\b", lowered))
    about_you = len(re.findall(r"\b(?:you|your|yours)\b", lowered))
    asks = [one for one in sentences if one.endswith("?") or ASKS.search(one)]
    filler, spam = said(FILLERS, lowered), said(SPAM, lowered)
    first = sentences[0] if sentences else ""
    return [
        checked("short enough", len(words) <= 150, f"{len(words)} words; cut it to 150."),
        checked("about the reader", about_you >= about_me, f"I or we: {about_me}, you: {about_you}; turn it around."),
        checked(
            "something to count on", bool(re.search(r"\d", pitch)), "Add one figure: time saved, customers, price."
        ),
        checked("one clear request", len(asks) == 1, f"{len(asks)} requests or questions; keep exactly one."),
        checked("no filler", len(filler) < 2, f"Take out: {', '.join(filler)}."),
        checked("does not read like spam", not spam, f"Filters dislike: {', '.join(spam)}."),
        checked(
            "starts with the reader",
            bool(re.search(r"\byou|\byour|\?$", first.lower())),
            "Open with something about the reader.",
        ),
    ]


def said(words, text):
    """Those of the words that a text has; `are you free on Friday` offers nothing for free."""
    bare = re.sub(r"\b(are you|you are|if you're|when you're) free\b", r"\1 there", text.lower())
    return [word for word in words if re.search(rf"(?<!\w){re.escape(word)}(?:e?[ds]|er|ly)?(?!\w)", bare)]


def worries(pitch):
    lowered = pitch.lower()
    return [
        checked(f"speaks of {word}", bool(re.search(rf"\b{re.escape(word)}", lowered)), hint)
        for word, hint in READER_WORRIES.items()
    ]


def checked(name, passed, advice):
    return {"check": name, "passed": passed, "advice": "" if passed else advice[:300]}


def shorter(input, sentences):
    """The sentences that say most: those with figures, about the reader, or about the offer; in their order. One that
    praises itself or reads like spam is left out whole: without the word it may be no English.
    """
    offer = {word[:5] for word in re.findall(r"[a-z]{4,}", (input.get("offer", "") + " " + input["audience"]).lower())}
    weighed = []
    for place, one in enumerate(dict.fromkeys(sentences)):
        lowered = one.lower()
        weight = 2 * bool(re.search(r"\d", one)) + len(re.findall(r"\byou", lowered))
        weight += len(offer & {word[:5] for word in re.findall(r"[a-z]{4,}", lowered)})
        weight -= len(said(LOOSE, lowered)) + len(one.split()) / 25
        if not (one.endswith("?") or ASKS.search(one) or GREETING.match(one) or said((*PRAISE, *SPAM), one)):
            weighed.append((weight, -place, one))
    best = sorted(sorted(weighed, reverse=True)[:3], key=lambda item: -item[1])
    told = [without_filler(one) for _, _, one in best] or [topic(input)]
    lines = ["Hello,", "", *told, "", request(input, sentences)]
    return "\n".join(lines)


def request(input, sentences):
    wanted = input.get("call_to_action", "").strip()
    if wanted:
        return wanted if wanted[-1] in "?.!" else f"{wanted}?"
    asks = [one for one in sentences if one.endswith("?") or ASKS.search(one)]
    asks = [without_filler(one) for one in asks if not said((*PRAISE, *SPAM), one)]
    return asks[-1] if asks else "Is this of interest to you?"


def topic(input):
    """What the message is about, where none of its sentences may stay."""
    audience, offer = " ".join(input["audience"].split()), " ".join(input.get("offer", "").split())
    return f"I am writing to {audience} about {offer or SUBJECT}."


def without_filler(text):
    bare = re.sub(rf"\b(?:{'|'.join(LOOSE)})\s+", "", text, flags=re.IGNORECASE)
    return bare[:1].upper() + bare[1:]


def subject_lines(input, sentences):
    audience = " ".join(input["audience"].split()[:6])
    figure = next(
        (found.group() for one in sentences if (found := re.search(r"[$€£]?\d[\d.,]*\s?(?:%|[a-z]+)?", one))), ""
    )
    offer = " ".join(input.get("offer", "").split()[:6]) or SUBJECT
    lines = [f"A question about {offer}", f"{offer.capitalize()} for {audience}"]
    if figure:
        lines.append(f"{figure.strip(' .,')}: {offer}")
    return [line[:70] for line in lines]


def first_advice(checks):
    return next((f"Start here: {check['advice']}" for check in checks if not check["passed"]), "It is ready to send.")
