"""The Reddit stand-in serves a posts file as subreddits of its own, whose names nobody knows who wrote the file."""

import re
from collections.abc import Iterable
from typing import Any

from local.standins.reddit.feeds import LISTING, POSTS_PER_LISTING
from local.workflows import Execution

SOURCE = "reddit:"
_FED = re.compile(rf"\br/{LISTING.pattern}")


def of_a_file(execution: Execution) -> bool:
    names = execution.request.get("sources") if isinstance(execution.request, dict) else None
    return any(LISTING.fullmatch(str(name).removeprefix(SOURCE)) for name in names or [])


def naming_the_file(text: str) -> str:
    """An error's text that says of such a subreddit what it is."""
    return _FED.sub(r"\g<0> (the posts file)", text, count=1)


def scan_request(listings: Iterable[str]) -> dict[str, Any]:
    """A market scan of all that is served under these names."""
    return {"sources": [SOURCE + name for name in listings], "limit": POSTS_PER_LISTING}
