"""A stranger's text as its readers saw it: without what machines put in on its way, and without unseen marks.

This is the text that everything else holds quotes against, so it is made once, where the text comes in.
"""

import html
import re
import unicodedata

_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,30});", re.IGNORECASE)
_MADE_BY_EDITORS = re.compile(r"&(?:#x?[0-9a-f]{1,7}|nbsp|amp|quot|apos);", re.IGNORECASE)
"""What editors write into the text itself, and which is escaped a second time on its way (`&amp;#x200B;`)."""

_UNSEEN = dict.fromkeys(
    [
        *(ord(one) for one in "\u061c\u200b\u200e\u200f\u2060\u00ad\ufeff"),
        *range(0x202A, 0x202D),  # embeddings and their end
        *range(0x2066, 0x206A),  # isolates and their end
    ]
) | {code: " " for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\n\r\t\x85"}
"""Marks of direction and of joints leave nothing, control characters a space. Joiners stay, which Persian and many
emoji need; so do overrides of direction (U+202D, U+202E): without them a text would read otherwise than it did, so
`hides_text` refuses it."""


def read_as_written(text: str) -> str:
    """Entities unescaped once, and those of editors a second time; unseen marks taken out."""
    once = _ENTITY.sub(lambda entity: html.unescape(entity.group()), text)
    return _MADE_BY_EDITORS.sub(_unescape_harmless, once).translate(_UNSEEN)


def normalise(text: str) -> str:
    """What two copies of one text have in common: letters and digits only, in one case and one form."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join("".join(one if one.isalnum() else " " for one in folded).split())


def _unescape_harmless(entity: re.Match[str]) -> str:
    """A bracket that somebody wrote as an entity stays one."""
    sign = html.unescape(entity.group())
    return entity.group() if sign in "<>" else sign
