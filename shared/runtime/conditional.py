"""Whether a caller has a representation already (RFC 9110, section 13): entity tags, and what If-None-Match says of
them. Pure.
"""

import re
from hashlib import sha256

_TAG = re.compile(r'(?:W/)?("[\x21\x23-\x7e\x80-\U0010ffff]*")')
_LIST = re.compile(rf"[ \t,]*(?:{_TAG.pattern}[ \t]*(?:,[ \t,]*{_TAG.pattern}[ \t]*)*(?:,[ \t]*)*)?")


def make_entity_tag(body: bytes) -> str:
    """A strong tag: the same bytes, the same tag, whichever function made them and when."""
    return f'"{sha256(body).hexdigest()[:32]}"'


def is_known(if_none_match: str, tag: str) -> bool:
    """Whether the field names this tag, or any by `*`. Tags are compared weakly: a cache in between may have compressed
    the body and marked its tag `W/`.

    A field that is no list of tags says nothing, so the caller gets the whole answer.
    """
    if if_none_match.strip() == "*":
        return True
    return _LIST.fullmatch(if_none_match) is not None and tag.removeprefix("W/") in _TAG.findall(if_none_match)
