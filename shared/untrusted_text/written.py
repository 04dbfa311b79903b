"""A stranger's text as its readers saw it: without escapes added in transit, and without invisible marks.

All quotes are compared with this form, so it is made once, where the text enters the system.
"""

import html
import re
import unicodedata

_ENTITY = re.compile(r"&(?:#\d{1,7}|#x[0-9a-f]{1,6}|[a-z][a-z0-9]{1,30});", re.IGNORECASE)
_MADE_BY_EDITORS = re.compile(r"&(?:#x?[0-9a-f]{1,7}|nbsp|amp|quot|apos);", re.IGNORECASE)
"""Entities that editors write into the text itself, so that they are escaped twice (`&amp;#x200B;`)."""

_UNSEEN = dict.fromkeys(
    [
        *(ord(one) for one in "\u061c\u200b\u200e\u200f\u2060\u00ad\ufeff"),
        *range(0x202A, 0x202D),  # embeddings and their end
        *range(0x2066, 0x206A),  # isolates and their end
    ]
) | {code: " " for code in (*range(0x20), *range(0x7F, 0xA0)) if chr(code) not in "\n\r\t\x85"}
"""Direction and joint marks are removed; control characters become a space. Joiners stay, since Persian and many emoji
need them. Direction overrides (U+202D, U+202E) also stay, since removing them would change how the text reads;
`hides_text` refuses such a text."""


def read_as_written(text: str) -> str:
    """The text with entities decoded once, editors' entities decoded twice, and invisible marks removed."""
    once = _ENTITY.sub(lambda entity: html.unescape(entity.group()), text)
    return _MADE_BY_EDITORS.sub(_unescape_harmless, once).translate(_UNSEEN)


def normalise(text: str) -> str:
    """A form that is equal for copies of one text: only letters and digits, in one case and one Unicode form."""
    folded = unicodedata.normalize("NFKC", text).casefold()
    return " ".join("".join(one if one.isalnum() else " " for one in folded).split())


def _unescape_harmless(entity: re.Match[str]) -> str:
    """Decode an entity, unless it is a bracket: an author who wrote `&lt;` wanted the entity."""
    sign = html.unescape(entity.group())
    return entity.group() if sign in "<>" else sign
