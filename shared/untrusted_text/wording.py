"""Texts that a model wrote for people: they are made plain and compared with their sources.

A model that obeys a planted text can write anything into a title. So markup, links and invisible characters are
removed, and a text must share its subject with its sources and hold no codes that the sources lack.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from shared.untrusted_text.codes import find_foreign_codes
from shared.untrusted_text.folding import unescape
from shared.untrusted_text.invisible import drop_invisible
from shared.untrusted_text.orders import gives_orders
from shared.words.stemming import stem
from shared.words.telling import find_telling_stems, split_words

_LINK = re.compile(r"!?\[([^\[\]]{0,300})\]\([^()]{0,300}\)")
_TAG = re.compile(r"<[a-zA-Z/!?][^<>]{0,500}>|<[a-zA-Z/!?][^<>=]{0,200}=[^<>]{0,500}|<(?=[a-zA-Z/!?])")
"""A tag, an unclosed tag with attributes, or the start of a tag. `<5 kg` is not a tag."""
_URL = re.compile(r"\b(?:https?|ftp|javascript|data|mailto)\s{0,9}:\s{0,9}\S+|\bwww\.\S+", re.IGNORECASE)
_MARKS = re.compile(
    r"""[`|\\{}\[\]]+ | ~{2,} | ~(?!\d) | (?<!\w)\#+(?!\w)        # code, tables, strokes, headings
    | (?P<kept>(?<=\d[ ])\*(?=[ ]\d))                           # 2 * 3 inch
    | [*_]{2,} | (?<![^\W_])[*_] | [*_](?![^\W_])                # emphasis; but 2*3 inch and file_name
    | ^(?:>[ ]?)+""",  # a quotation
    re.VERBOSE,
)
_SPACE = re.compile(r"\s+")
_ENDS = " -–—:;,"


@dataclass(frozen=True, slots=True)
class Plain:
    """`changed` is true if more than white space was removed."""

    text: str
    changed: bool


def make_plain(text: str, limit: int) -> Plain:
    """One line without markup, links, control or invisible characters, of at most `limit` characters."""
    spaced = _SPACE.sub(" ", _unescape(text)).strip()
    bare = drop_invisible(spaced)
    while (barer := _drop_markup(bare)) != bare:
        bare = barer
    return Plain(_cut(bare, limit), changed=bare != spaced.strip(_ENDS))


def _drop_markup(text: str) -> str:
    """Remove markup, but keep signs that have a meaning in prose: <100 units, 2*3 inch, file_name, ~5 kg, C#."""
    bare = _URL.sub("", _TAG.sub("", _LINK.sub(r"\1", text)))
    return _SPACE.sub(" ", _MARKS.sub(lambda mark: mark["kept"] or "", bare)).strip(_ENDS)


def _unescape(text: str) -> str:
    """Decode entities. If any remain after `MOST_ESCAPES` rounds, remove every `&`, so that none can reappear."""
    plainer = unescape(text)
    return plainer if unescape(plainer) == plainer else plainer.replace("&", "")


def fits(text: str, sources: Iterable[str], *, share: float = 0.34) -> bool:
    """Whether a text is about its sources: it gives no orders, has no codes of its own, and at least `share` of its
    telling words occur in the sources. At least two words must occur there, or one if the share is below a third; a
    share of 0 requires no common words.
    """
    known_text = "\n".join(sources)
    if gives_orders(text) or find_foreign_codes(text, known_text):
        return False
    if share == 0:
        return True
    known = _list_stems(known_text)
    telling = find_telling_stems(text)
    if not telling:
        return not known.isdisjoint(_list_stems(text))
    fewest = 2 if share > 1 / 3 else 1
    return len(telling & known) >= max(min(fewest, len(telling)), share * len(telling))


def _list_stems(text: str) -> set[str]:
    return {stem(word) for word in split_words(text)}


def _cut(text: str, limit: int) -> str:
    if len(text) <= limit:
        return text
    return text[: limit - 1].rsplit(" ", 1)[0].rstrip(" ,;:-–—") + "…"
