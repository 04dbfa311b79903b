"""Text as a reader understands it, whatever characters it was written with. It is for rules, never to be shown.

Attackers hide an order from a rule, but not from a model, with full-width and mathematical letters, accents,
look-alikes of other alphabets, invisible characters and entities.
"""

import html
import re
import unicodedata

MOST_ESCAPES = 5
"""Archives escape `&` once. Nobody escapes a text more often than this."""

_LOOK_ALIKES = str.maketrans(
    # Cyrillic, Greek and phonetic letters that are drawn like Latin ones.
    "аеорсухіјѕԁһѵкмтвн" + "αεορτυνικηχγ" + "ıɑɡℓ" + "ᴀʙᴄᴅᴇɢʜɪᴊᴋʟᴍɴᴏᴘʀᴛᴜᴠᴡʏᴢ",
    "aeopcyxijsdhvkmtbh" + "aeoptuvikhxy" + "iagl" + "abcdeghijklmnoprtuvwyz",
)
_TAGS = {0xE0000 + code: code for code in range(0x20, 0x7F)}
"""Unicode's invisible tag characters, which encode ASCII that only a machine reads."""
_DIGITS_AS_LETTERS = str.maketrans("013457@$", "oieastas")
_SPACES = re.compile(r"\s+")
_OVERRIDE = "\u202e"


def fold(text: str) -> str:
    """The text in plain lower-case letters without accents or look-alikes, its punctuation unchanged, with single
    spaces.
    """
    plain = unescape(text)
    if plain.isascii():  # most pages are ASCII, which has no look-alikes
        return _SPACES.sub(" ", plain.lower()).strip()
    visible = plain.translate(_TAGS)
    decomposed = unicodedata.normalize("NFKD", visible).lower()
    kept = "".join(one for one in decomposed if unicodedata.category(one) not in {"Mn", "Me", "Cf"})
    return _SPACES.sub(" ", kept.translate(_LOOK_ALIKES)).strip()


def squeeze(folded: str) -> str:
    """Only the letters of a folded text, with digits read as similar letters: `1gn0re-a.l.l` → `ignoreall`."""
    return "".join(one for one in folded.translate(_DIGITS_AS_LETTERS) if one.isalpha())


def list_readings(text: str) -> tuple[str, ...]:
    """The folded text, and also its reverse if a mark changes the reading direction."""
    folded = fold(text)
    return (folded, folded[::-1]) if _OVERRIDE in text else (folded,)


def unescape(text: str) -> str:
    """The text with HTML entities decoded, even if they were escaped up to `MOST_ESCAPES` times."""
    for _ in range(MOST_ESCAPES):
        plainer = html.unescape(text)
        if plainer == text:
            break
        text = plainer
    return text
