"""Does a text reveal a value that we planted ourselves? Looks for exactly this value, plain or in a simple encoding.

Only letters and digits are compared, so that separators, case and look-alikes cannot hide the value.
"""

import base64
import codecs
import re
import urllib.parse
from collections.abc import Callable
from functools import lru_cache

from shared.untrusted_text.folding import fold

_ESCAPED = re.compile(r"\\+u([0-9a-fA-F]{4})|\\+x([0-9a-fA-F]{2})")
_SEPARATORS = re.compile(r"[^A-Za-z0-9+/_=-]+")
_MOST_LAYERS = 3


def reveals(text: str, value: str) -> bool:
    """Whether the text holds the value: plain, split, backwards, in rot13, hexadecimal, character codes, base32 or
    base64, or in URL, HTML or backslash escapes, which may be nested three deep.
    """
    forms, letters = _list_forms(_strip(value)), _list_cased_forms(value)
    for reading in _decode(text):
        bare = _strip(fold(reading))
        if any(form in bare for form in forms):
            return True
        joined = _SEPARATORS.sub("", reading).translate(_STANDARD)
        if any(form in joined for form in letters):
            return True
    return False


_STANDARD = str.maketrans("-_", "+/")
"""Translates URL-safe base64 to the standard alphabet."""


def _decode(text: str) -> list[str]:
    """The text, and the text with URL encoding and backslash escapes decoded."""
    readings = [text]
    for _ in range(_MOST_LAYERS):
        plainer = _ESCAPED.sub(_decode_escape, urllib.parse.unquote(readings[-1], errors="ignore"))
        if plainer == readings[-1]:
            break
        readings.append(plainer)
    return readings


def _decode_escape(escape: re.Match[str]) -> str:
    return chr(int(escape[1] or escape[2], 16))


def _strip(text: str) -> str:
    return "".join(one for one in text.lower() if one.isalnum())


@lru_cache(256)
def _list_forms(bare: str) -> tuple[str, ...]:
    """The encodings of a value of lower-case letters and digits that are themselves only letters and digits."""
    dressed = {bare, bare[::-1], codecs.encode(bare, "rot13")}
    for case in (bare, bare.upper()):
        raw = case.encode()
        dressed |= {raw.hex(), "".join(str(one) for one in raw), *_shift(base64.b32encode, raw, 5, 5)}
    return tuple(form.lower() for form in dressed)


@lru_cache(256)
def _list_cased_forms(value: str) -> tuple[str, ...]:
    return tuple(
        form for text in (value, value.upper(), value[::-1]) for form in _shift(base64.b64encode, text.encode(), 3, 6)
    )


def _shift(encode: Callable[[bytes], bytes], raw: bytes, group: int, bits: int) -> list[str]:
    """The encoded value at every possible offset in a longer text, without the characters that also encode
    neighbours.
    """
    forms: list[str] = []
    for shift in range(group):
        encoded = encode(b"\0" * shift + raw).decode()
        begin, end = -(-shift * 8 // bits), (shift + len(raw)) * 8 // bits
        forms.append(encoded[begin:end])
    return forms
