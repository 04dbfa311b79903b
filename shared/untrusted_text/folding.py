"""Text as a reader takes it in, whatever characters it was written with. For rules to look at, never to be shown.

Full-width and mathematical letters, accents, look-alikes of other alphabets, invisible characters and entities are how
an order is hidden from a rule while a model still reads it.
"""

import html
import re
import unicodedata

MOST_ESCAPES = 5
"""Escaped once is how archives write `&`; more often than this is nobody's habit."""

_LOOK_ALIKES = str.maketrans(
    # Cyrillic, Greek and phonetic letters that are drawn like Latin ones.
    "аеорсухіјѕԁһѵкмтвн" + "αεορτυνικηχγ" + "ıɑɡℓ" + "ᴀʙᴄᴅᴇɢʜɪᴊᴋʟᴍɴᴏᴘʀᴛᴜᴠᴡʏᴢ",
    "aeopcyxijsdhvkmtbh" + "aeoptuvikhxy" + "iagl" + "abcdeghijklmnoprtuvwyz",
)
_TAGS = {0xE0000 + code: code for code in range(0x20, 0x7F)}
"""Unicode's invisible tag characters spell ASCII that only a machine reads."""
_DIGITS_AS_LETTERS = str.maketrans("013457@$", "oieastas")
_SPACES = re.compile(r"\s+")
_OVERRIDE = "\u202e"


def fold(text: str) -> str:
    """Lower-case letters without accents or disguise, punctuation as it stands, single spaces."""
    plain = unescape(text)
    if plain.isascii():  # nothing can be disguised, and most pages are
        return _SPACES.sub(" ", plain.lower()).strip()
    visible = plain.translate(_TAGS)
    decomposed = unicodedata.normalize("NFKD", visible).lower()
    kept = "".join(one for one in decomposed if unicodedata.category(one) not in {"Mn", "Me", "Cf"})
    return _SPACES.sub(" ", kept.translate(_LOOK_ALIKES)).strip()


def squeeze(folded: str) -> str:
    """The letters of a folded text alone, digits as the letters they look like: `1gn0re-a.l.l` → `ignoreall`."""
    return "".join(one for one in folded.translate(_DIGITS_AS_LETTERS) if one.isalpha())


def list_readings(text: str) -> tuple[str, ...]:
    """The folded text; also backwards where a mark turns the reading direction."""
    folded = fold(text)
    return (folded, folded[::-1]) if _OVERRIDE in text else (folded,)


def unescape(text: str) -> str:
    """HTML entities as the characters they stand for, escaped up to `MOST_ESCAPES` times."""
    for _ in range(MOST_ESCAPES):
        plainer = html.unescape(text)
        if plainer == text:
            break
        text = plainer
    return text
