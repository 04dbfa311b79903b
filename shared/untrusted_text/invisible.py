"""Does a text hold invisible characters?"""

import unicodedata

_UNSEEN = frozenset({"Cc", "Cf", "Co", "Cs", "Cn", "Zl", "Zp"})
_HIDING = frozenset({"Cc", "Cf", "Co", "Cs"})
_HARMLESS = frozenset("\n\r\t\u200b\u200c\u200d\u2060\u00ad\ufeff")
"""Line ends, and marks that keyboards, phones and editors leave in ordinary posts. None changes the reading
direction.
"""
_REPLACEMENT = "\ufffd"


def has_invisible(text: str) -> bool:
    """For our own one-line texts: whether any character is invisible."""
    return any(unicodedata.category(one) in _UNSEEN for one in text)


def hides_text(text: str) -> bool:
    """For other people's texts: whether a text reads differently than it looks (direction overrides, tags, lost
    bytes).
    """
    return _REPLACEMENT in text or any(unicodedata.category(one) in _HIDING and one not in _HARMLESS for one in text)


def drop_invisible(text: str) -> str:
    return "".join(one for one in text if not unicodedata.category(one).startswith("C"))
