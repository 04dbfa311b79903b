"""Sorts comments into themes and moods, finds what is urgent, and says where to start."""

import re

from mam_agent import EffectFailed

SUBJECT = "customer reviews"
THEMES = {
    "price": ("price", "expensive", "cheap", "cost", "fee", "overpriced"),
    "service": ("staff", "service", "support", "rude", "friendly", "reply", "answer"),
    "quality": ("broke", "quality", "works", "bug", "crash", "defect", "error"),
    "speed": ("slow", "wait", "late", "delay", "fast", "quick", "took", "weeks", "deliver", "shipping"),
    "reviews": ("review",),
    "customer": ("custom",),
    "complaints": ("complaint",),
}
"""Theme → beginnings of the words that speak of it."""

GLAD = (
    "love",
    "great",
    "excellent",
    "happy",
    "easy",
    "perfect",
    "helpful",
    "friendly",
    "recommend",
    "best",
    "thank",
    "nice",
)
SORRY = (
    "hate",
    "bad",
    "terrible",
    "awful",
    "slow",
    "broke",
    "rude",
    "expensive",
    "confus",
    "annoy",
    "late",
    "refund",
    "worst",
    "never",
    "cancel",
    "ignored",
    "disappoint",
    "crash",
    "waste",
    "unanswered",
)
URGENT = (
    "refund",
    "lawyer",
    "scam",
    "cancel",
    "chargeback",
    "dangerous",
    "unsafe",
    "injur",
    "complain",
    "1 star",
    "one star",
)
NEGATED = re.compile(r"\b(?:not|no|never|isn't|wasn't|don't|didn't|hardly)\s+(?:\w+\s+)?$")
INSTRUCTION = (
    "You get themes found in customers' comments, with counts. Write one headline of at most 15 words on what matters most, and one "
    "next step of at most 25 words that the business can take this week. Use only what the data says."
)
SCHEMA = {
    "type": "object",
    "properties": {"headline": {"type": "string", "maxLength": 200}, "next_step": {"type": "string", "maxLength": 300}},
    "required": ["headline", "next_step"],
    "additionalProperties": False,
}


async def run(input, tools):
    comments = [" ".join(comment.split()) for comment in input["comments"] if comment.strip()]
    read = [{"text": c, "themes": themes_of(c), "mood": mood_of(c)} for c in comments]
    themes = ranked(read)
    moods = {mood: sum(one["mood"] == mood for one in read) for mood in ("glad", "mixed", "sorry")}
    urgent = [one["text"][:300] for one in read if any(word in one["text"].lower() for word in URGENT)]
    words = await advice(themes, moods, len(comments), tools)
    return {
        "themes": themes,
        "glad": moods["glad"],
        "mixed": moods["mixed"],
        "sorry": moods["sorry"],
        "urgent": urgent[:20],
        "unsorted_count": sum(not one["themes"] for one in read),
        "headline": words["headline"],
        "next_step": words["next_step"],
    }


def themes_of(comment):
    lowered = comment.lower()
    return [
        theme for theme, words in THEMES.items() if any(re.search(rf"\b{re.escape(word)}", lowered) for word in words)
    ]


def mood_of(comment):
    lowered = comment.lower()
    score = sum(hits(lowered, word) for word in GLAD) - sum(hits(lowered, word) for word in SORRY)
    return "glad" if score > 0 else "sorry" if score < 0 else "mixed"


def hits(text, word):
    """Occurrences of a word; one that is negated counts the other way."""
    return sum(
        -1 if NEGATED.search(text[max(0, found.start() - 40) : found.start()]) else 1
        for found in re.finditer(rf"\b{word}", text)
    )


def ranked(read):
    themes = []
    for theme in THEMES:
        about = [one for one in read if theme in one["themes"]]
        if about:
            sorry = sum(one["mood"] == "sorry" for one in about)
            quote = next((one["text"] for one in about if one["mood"] == "sorry"), about[0]["text"])
            themes.append(
                {
                    "theme": theme,
                    "mentions": len(about),
                    "share_percent": round(100 * len(about) / len(read), 1),
                    "complaints": sorry,
                    "quote": quote[:300],
                }
            )
    return sorted(themes, key=lambda one: (-one["complaints"], -one["mentions"], one["theme"]))


async def advice(themes, moods, total, tools):
    if not themes:
        return {
            "headline": f"No theme stands out in {total} comments about {SUBJECT}.",
            "next_step": "Collect more comments.",
        }
    worst = themes[0]
    plain = {
        "headline": f"{worst['theme'].capitalize()} comes up in {worst['mentions']} of {total} comments about {SUBJECT}.",
        "next_step": f"Start with {worst['theme']}: complaints among its comments: {worst['complaints']} of {worst['mentions']}.",
    }
    facts = {
        **plain,
        "counts": [f"{one['theme']}: {one['mentions']} mentions, {one['complaints']} complaints" for one in themes],
    }
    try:
        answer = await tools.llm(
            INSTRUCTION, {**facts, "moods": moods, "comments": total}, schema=SCHEMA, max_tokens=300
        )
    except EffectFailed:
        return plain
    return {name: kept(answer[name], plain[name], worst["theme"]) for name in plain}


def kept(text, plain, theme):
    """The model's words, if they are plain, brief and about the theme that the counts put first."""
    odd = re.search(r"https?:|www\.|[<>{}#@]|\b(?:ignore|instruction|prompt)", text.lower())
    return plain if odd or theme not in text.lower() or len(text.split()) > 40 else " ".join(text.split())
