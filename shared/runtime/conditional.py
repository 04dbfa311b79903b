"""Whether a caller already has a representation (RFC 9110, section 13): entity tags and If-None-Match. Pure."""

import re
from hashlib import sha256

_TAG = re.compile(r'(?:W/)?("[\x21\x23-\x7e\x80-\U0010ffff]*")')
_LIST = re.compile(rf"[ \t,]*(?:{_TAG.pattern}[ \t]*(?:,[ \t,]*{_TAG.pattern}[ \t]*)*(?:,[ \t]*)*)?")


def make_entity_tag(body: bytes) -> str:
    """A strong tag: the same bytes always give the same tag, in any function at any time."""
    return f'"{sha256(body).hexdigest()[:32]}"'


def is_known(if_none_match: str, tag: str) -> bool:
    """Whether the field lists this tag, or is `*`. Tags are compared weakly, since a cache on the way may have
    compressed the body and marked the tag `W/`.

    A malformed field is ignored, so the caller gets the whole answer.
    """
    if if_none_match.strip() == "*":
        return True
    return _LIST.fullmatch(if_none_match) is not None and tag.removeprefix("W/") in _TAG.findall(if_none_match)
