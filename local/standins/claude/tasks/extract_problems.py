"""Finds the problems in posts: sentences whose words say that their author has one, and what each is about."""

import re

from local.standins.claude.language.cues import Sentence, announcement, weighed
from local.standins.claude.language.phrases import phrase_of, topic_of
from local.standins.claude.language.plain_words import plain_words
from local.standins.claude.language.sentences import sentences, shortened
from shared.values import Json
from shared.words.stemming import stem
from shared.words.telling import find_telling_words

MOST = 2
ENOUGH = 2.0
TITLE_BONUS = 1.0
FIRST_SENTENCES = 40
SHORTEST = 20
STATEMENT_WORDS = 18

_WHO = re.compile(
    r"\b(?:i am|i'm|we are|we're|as) (?:currently |just |now |only )?(?P<is>an? (?!bit|little|lot|few|newbie|question|problem)[a-z][\w' /-]{3,40}?)(?=[,.;:!?)\n]| and\b| who\b| with\b| in\b| that\b| looking\b| trying\b| for\b| at\b| but\b)"
    r"|\b(?:i|we) (?:just |recently |currently )?(?:own|run|manage|operate|started|opened|have) (?P<owns>an? [\w' -]{0,30}?(?:business|company|shop|store|restaurant|startup|start-up|agency|firm|bar|studio|site|website|practice|farm|cafe|bakery|salon|service))\b",
    re.IGNORECASE,
)
_NOW = re.compile(
    r"\b(?:i|we)(?:'ve| have|'m| am|'re| are)? (?:currently |already |just |been )*(?:use|using|used|tried|trying out|rely on|relying on|do it with|keep track|looked at|looked into|hired|pay|paying)\b[^.!?\n]{5,140}",
    re.IGNORECASE,
)
_GREETING = re.compile(r"^(?:hey|hi|hello|ok|okay|so|dear)\b[^,.!?:;]{0,25}[,.!:;]\s*", re.IGNORECASE)
_BY_COMMUNITY = {
    "smallbusiness": "small business owners",
    "startups": "startup founders",
    "entrepreneur": "entrepreneurs",
}

_ADJECTIVES = frozenset({"aspiring", "existing", "upcoming", "interesting", "exciting", "outstanding"})


def answer(data: dict[str, Json], schema: dict[str, Json]) -> dict[str, Json]:
    return {"problems": [problem for post in data.get("posts", []) for problem in _problems(post)]}


def _problems(post: dict[str, Json]) -> list[dict[str, str]]:
    title, text = str(post.get("title", "")), str(post.get("text", ""))
    bar = ENOUGH + announcement(title, text)
    candidates = _candidates(title, text)
    chosen: list[Sentence] = []
    for candidate in sorted(candidates, key=lambda one: -one.trouble):
        if candidate.trouble < (bar if not chosen else max(bar, chosen[0].trouble - 1.0, 4.5)) or len(chosen) == MOST:
            break
        if not any(_same(candidate.text, other.text) for other in chosen):
            chosen.append(candidate)
    found = [_problem(post, title, text, one.text) for one in chosen]
    return [problem for problem in found if problem]


def _candidates(title: str, text: str) -> list[Sentence]:
    heads = [Sentence(one.text, one.trouble + _title_bonus(one)) for one in map(weighed, sentences(title))]
    body = [weighed(one) for one in sentences(text)[:FIRST_SENTENCES]]
    return [one for one in [*heads, *body] if len(one.text) >= SHORTEST and find_telling_words(one.text)]


def _title_bonus(sentence: Sentence) -> float:
    """A title says what a post is about; one that asks is the post's question."""
    if sentence.text.endswith("?"):
        return TITLE_BONUS + 0.5
    return TITLE_BONUS if sentence.trouble else 0.0


def _problem(post: dict[str, Json], title: str, text: str, sentence: str) -> dict[str, str] | None:
    quote = shortened(sentence)
    statement = _statement(plain_words(quote), plain_words(title))
    if statement is None:
        return None
    return {
        "post_id": str(post.get("id", "")),
        "quote": quote,
        "statement": statement,
        "sufferer": plain_words(_sufferer(str(post.get("community", "")), f"{title}. {text}")),
        "workaround": plain_words(_workaround(text)),
    }


def _statement(quote: str, title: str) -> str | None:
    """What it is about in a few words; if the sentence alone says too little, what the title is about comes with it."""
    phrase, topic = phrase_of(quote), topic_of(title)
    if phrase is None:
        return _told(quote) if quote in title or topic is None else _sentence(topic.text)
    if topic is None or phrase.weight >= 3 or _covers(phrase.text, topic.text):
        return _sentence(phrase.text)
    if _covers(topic.text, phrase.text):
        return _sentence(topic.text)
    return _sentence(f"{phrase.text}: {topic.text}")


def _sentence(phrase: str) -> str:
    words = phrase.split()[:STATEMENT_WORDS]
    gerund = words[0].endswith("ing") and words[0] not in _ADJECTIVES
    return f"Trouble {'' if gerund else 'with '}{' '.join(words)}."


def _told(sentence: str) -> str | None:
    """A sentence that no phrase can be taken from says best itself what the matter is."""
    bare = _GREETING.sub("", sentence).strip(" \"'*_-:?!.")
    words = bare.split()[:STATEMENT_WORDS]
    cut = "…" if len(words) < len(bare.split()) else "?" if sentence.rstrip(" \"'*_").endswith("?") else "."
    return f"{bare[0].upper()}{' '.join(words)[1:]}{cut}" if len(find_telling_words(bare)) >= 2 else None


def _covers(phrase: str, topic: str) -> bool:
    have = {stem(word) for word in find_telling_words(phrase)}
    return {stem(word) for word in find_telling_words(topic)} <= have


def _same(one: str, other: str) -> bool:
    first, second = ({stem(word) for word in find_telling_words(text)} for text in (one, other))
    return one in other or other in one or len(first & second) > 0.5 * min(len(first), len(second))


def _sufferer(community: str, text: str) -> str:
    match = _WHO.search(text)
    if match is None:
        return _BY_COMMUNITY.get(community.lower(), f"people in {community}")
    if match.group("owns"):
        return f"owner of {' '.join(match.group('owns').split())}"
    return " ".join(match.group("is").split())


def _workaround(text: str) -> str:
    match = _NOW.search(text)
    return " ".join(match.group(0).split()[:15]).strip(" ,;:-") if match else ""
