"""Words that a model wrote and people will read: made plain, and held against what they are about.

A model that obeys a planted text can write anything into a title. So markup, links and invisible characters are taken
out, and a text must speak of the same things as its sources, in words that are not codes the sources lack.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from shared.untrusted_text.codes import foreign_codes
from shared.untrusted_text.folding import unescape
from shared.untrusted_text.invisible import without_invisible
from shared.untrusted_text.orders import gives_orders
from shared.words.stemming import stem
from shared.words.telling import split_words, telling_stems

_LINK = re.compile(r"!?\[([^\[\]]{0,300})\]\([^()]{0,300}\)")
_TAG = re.compile(r"<[^<>]{0,500}>?")
_URL = re.compile(r"\b(?:https?|ftp|javascript|data|mailto)\s{0,9}:\s{0,9}\S+|\bwww\.\S+", re.IGNORECASE)
_MARKS = re.compile(r"[*_`#~|\\{}<>\[\]]+")
_SPACE = re.compile(r"\s+")
_ENDS = " -–—:;,"


@dataclass(frozen=True, slots=True)
class Plain:
    """`changed` says that something had to be taken out, beyond white space."""

    text: str
    changed: bool


def plain(text: str, limit: int) -> Plain:
    """One line without markup, links, control or invisible characters, of at most `limit` characters."""
    spaced = _SPACE.sub(" ", _unescaped(text)).strip()
    bare = _LINK.sub(r"\1", without_invisible(spaced))
    bare = _URL.sub("", _TAG.sub("", bare))
    bare = _SPACE.sub(" ", _MARKS.sub("", bare)).strip(_ENDS)
    return Plain(_cut(bare, limit), changed=bare != spaced.strip(_ENDS))


def _unescaped(text: str) -> str:
    """Escaped more often than anybody does: what is left must not become an entity again."""
    plainer = unescape(text)
    return plainer if unescape(plainer) == plainer else plainer.replace("&", "")


def fits(text: str, sources: Iterable[str], *, share: float = 0.34) -> bool:
    """Whether a text is about its sources: it gives no orders, brings no codes of its own, and at least `share` of its
    telling words are theirs: two at least, or one if the share is below a third. A share of 0 asks for no common words.
    """
    known_text = "\n".join(sources)
    if gives_orders(text) or foreign_codes(text, known_text):
        return False
    if share == 0:
        return True
    known = _stems(known_text)
    telling = telling_stems(text)
    if not telling:
        return not known.isdisjoint(_stems(text))
    fewest = 2 if share > 1 / 3 else 1
    return len(telling & known) >= max(min(fewest, len(telling)), share * len(telling))


def _stems(text: str) -> set[str]:
    return {stem(word) for word in split_words(text)}


def _cut(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    return text[: limit - 1].rsplit(" ", 1)[0].rstrip(" ,;:-–—") + "…"
