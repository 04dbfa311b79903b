"""Voices: one author is one voice, and one text is one voice however often and wherever it was posted."""

import hashlib
import re

from shared.opportunities.models import Post
from shared.untrusted_text.written import normalise

WORDS_THAT_TELL = 25
"""A text with this many words is recognised under any title."""

_POSTED_AGAIN = re.compile(
    r"[\[(]\s*(?:x|cross)[\s-]?post\w*\b[^\])]{0,80}[\])]|\b(?:x|cross)[\s-]?post(?:ed)? from \S+", re.I
)


def make_text_key(post: Post) -> str:
    """A key, "text:<hash>", that is the same for every copy of a text. It is stored beside ids of posts but is
    not one.
    """
    title, text = normalise(_POSTED_AGAIN.sub(" ", post.title)), normalise(post.text)
    told = text if len(text.split()) >= WORDS_THAT_TELL else f"{title}\n{text}"
    return f"text:{_hash(told)}"


def make_voice(post: Post) -> str:
    """The author's key if the author is known, else the text's key."""
    return f"author:{post.author}" if post.author else make_text_key(post)


def make_author_key(source: str, name: str) -> str:
    """A key that tells authors apart without storing their names."""
    return _hash(f"{source}\n{name.casefold()}")


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()[:24]
