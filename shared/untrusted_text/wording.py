"""Words that a model wrote and people will read: made plain, and held against what they are about.

A model that obeys a planted text can write anything into a title. So markup, links and invisible characters are taken
out, and a text must speak of the same things as its sources, in words that are not codes the sources lack.
"""

import html
import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from shared.untrusted_text.orders import gives_orders

MOST_ESCAPES = 5

_LINK = re.compile(r"!?\[([^\]]*)\]\([^)]*\)")
_TAG = re.compile(r"<[^>]{0,500}>?")
_URL = re.compile(r"\b(?:https?|ftp|javascript|data|mailto)\s*:\s*\S+|\bwww\.\S+", re.IGNORECASE)
_MARKS = re.compile(r"[*_`#~|\\{}<>\[\]]+")
_SPACE = re.compile(r"\s+")
_WORD = re.compile(r"[^\W_][\w'’-]*")
_CODE = re.compile(r"(?<!\S)(?:(?=\S*\d)(?=\S*[^\W\d_])\S{5,}|\S*[A-Z]{2,}[-_:][A-Z0-9]{2,}\S*|\S{25,})")
_PUNCTUATION = ".,;:!?()'\"“”’"
_ENDINGS = ("ations", "ation", "ings", "ing", "ers", "er", "ies", "es", "ed", "s", "e", "y")
_COMMON_WORDS = """
about after again agent also another because been before begin beginning being best between business businesses
cannot coming could dealing decide deciding difficulty does doing down each every find finding from getting giving
going hard have having help how into just keep know knowing lack like looking made make makes making many more most
much need needed needs only other over owner owners people person problem problems putting really right same saying
seeing should small some someone something start starting still such take taking than that their them then there
these they thing things this those through time tool trouble trying unclear understanding unsure using very want
wants well were what when where whether which while with within without work working would your
"""
_COMMON = frozenset(_COMMON_WORDS.split())


@dataclass(frozen=True, slots=True)
class Plain:
    """`changed` says that something had to be taken out, beyond white space."""

    text: str
    changed: bool


def plain(text: str, limit: int) -> Plain:
    """One line without markup, links, control or invisible characters, of at most `limit` characters."""
    spaced = _SPACE.sub(" ", _unescaped(text)).strip()
    bare = "".join(character for character in spaced if not unicodedata.category(character).startswith("C"))
    bare = _LINK.sub(r"\1", bare)
    bare = _URL.sub("", _TAG.sub("", bare))
    bare = _SPACE.sub(" ", _MARKS.sub("", bare)).strip(" -–—:;,")
    return Plain(_cut(bare, limit), changed=bare != spaced.strip(" -–—:;,"))


def _unescaped(text: str) -> str:
    """`&amp;` is how Reddit's own archives write `&`; escaped more than once it may hide markup."""
    for _ in range(MOST_ESCAPES):
        plainer = html.unescape(text)
        if plainer == text:
            return text
        text = plainer
    return text.replace("&", "")


def fits(text: str, sources: Iterable[str], *, share: float = 0.34) -> bool:
    """Whether a text is about its sources: it gives no orders, brings no codes of its own, and at least `share` of its
    telling words are theirs: two at least, or one if the share is below a third. A share of 0 asks for no common words.
    """
    known_text = "\n".join(sources)
    if gives_orders(text) or any(code.strip(_PUNCTUATION) not in known_text for code in _CODE.findall(text)):
        return False
    if share == 0:
        return True
    known = {stem(word) for word in _WORD.findall(known_text.lower())}
    telling = telling_stems(text)
    if not telling:
        return any(stem(word) in known for word in _WORD.findall(text.lower()))
    fewest = 2 if share > 1 / 3 else 1
    return len(telling & known) >= max(min(fewest, len(telling)), share * len(telling))


def telling_stems(text: str) -> set[str]:
    """Stems of the words that carry meaning."""
    return {stem(word) for word in _WORD.findall(text.lower()) if len(word) > 3 and word not in _COMMON}


def stem(word: str) -> str:
    """Close enough to compare an inflected word with another: `manufacturers` and `manufacturing` agree."""
    base = word.split("'")[0].split("’")[0]
    for ending in _ENDINGS:
        if base.endswith(ending) and len(base) - len(ending) >= 3:
            base = base[: -len(ending)]
            break
    return base[:-1] if len(base) > 3 and base[-1] == base[-2] else base


def _cut(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    return text[: limit - 1].rsplit(" ", 1)[0].rstrip(" ,;:-–—") + "…"
