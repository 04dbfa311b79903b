"""The text of an API key: `mam_<id>_<secret><checksum>`, letters and digits only. Pure.

The checksum distinguishes a key from similar text. So garbage costs no look-up and no bcrypt, and scanners of published
code can find our keys.
"""

import re
import secrets
import string
import zlib
from dataclasses import dataclass, field

ALPHABET = string.digits + string.ascii_letters
ID_LENGTH, SECRET_LENGTH, CHECKSUM_LENGTH = 12, 32, 6
"""62^32 possible secrets are 190 bits."""
_KEY = re.compile(
    rf"mam_(?P<id>[0-9A-Za-z]{{{ID_LENGTH}}})_(?P<secret>[0-9A-Za-z]{{{SECRET_LENGTH}}})"
    rf"(?P<checksum>[0-9A-Za-z]{{{CHECKSUM_LENGTH}}})"
)


@dataclass(frozen=True)
class KeyText:
    """A key as its owner holds it. `text` is secret: it is shown once and never stored."""

    key_id: str
    text: str = field(repr=False)


def mint_key() -> KeyText:
    key_id, secret = _draw(ID_LENGTH), _draw(SECRET_LENGTH)
    body = f"mam_{key_id}_{secret}"
    return KeyText(key_id, body + compute_checksum(body))


def parse_key(text: str) -> KeyText | None:
    """The key; None if the text is not a complete key."""
    return _check(_KEY.fullmatch(text))


def find_key(text: str) -> KeyText | None:
    """The first complete key within a text."""
    start = text.find("mam_")
    while start >= 0:
        found = _check(_KEY.match(text, start))
        if found is not None:
            return found
        start = text.find("mam_", start + 1)
    return None


def compute_checksum(body: str) -> str:
    """CRC-32 of everything before it, in base 62."""
    number, digits = zlib.crc32(body.encode()), ""
    for _ in range(CHECKSUM_LENGTH):
        number, digit = divmod(number, len(ALPHABET))
        digits = ALPHABET[digit] + digits
    return digits


def _check(found: re.Match[str] | None) -> KeyText | None:
    if found is None or compute_checksum(found[0][:-CHECKSUM_LENGTH]) != found["checksum"]:
        return None
    return KeyText(found["id"], found[0])


def _draw(length: int) -> str:
    return "".join(secrets.choice(ALPHABET) for _ in range(length))
