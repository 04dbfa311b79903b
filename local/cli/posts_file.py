"""The Reddit stand-in serves a posts file as subreddits of its own, whose names nobody knows who wrote the file."""

import re

from local.standins.reddit.feeds import LISTING
from local.workflows import Execution

_FED = re.compile(rf"\br/{LISTING.pattern}")


def of_a_file(execution: Execution) -> bool:
    names = execution.request.get("subreddits") if isinstance(execution.request, dict) else None
    return any(LISTING.fullmatch(str(name)) for name in names or [])


def naming_the_file(text: str) -> str:
    """An error's text that says of such a subreddit what it is."""
    return _FED.sub(r"\g<0> (the posts file)", text, count=1)
