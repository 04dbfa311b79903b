"""Addresses of Reddit posts. They are shown as links to evidence, so no other address may be accepted."""

import re
from urllib.parse import unquote

SOURCE = "reddit"
ORIGIN = "https://www.reddit.com"
LONGEST = 1_000

_SITE = re.compile(r"\A(?:https?://)?(?:[a-z0-9-]+\.)?reddit\.com(?=/)", re.IGNORECASE)
_PART = r"[^\s/\\<>\"'`{|}^]+"
_POST = re.compile(
    rf"""
    (?:/(?:r|u|user)/[A-Za-z0-9_.:-]{{1,64}})?   # a subreddit or somebody's own page; the short form has neither
    /comments/[A-Za-z0-9_]{{1,32}}
    (?:/{_PART}){{0,2}}                          # the title in words; a comment
    /?
    """,
    re.VERBOSE,
)


def read_reddit_path(permalink: str) -> str | None:
    """The site-relative path of a post, as Reddit's API writes it; None if this is not a post's address.

    Accepts the forms that occur in collections of posts: paths with or without the first and last slash, and addresses
    on reddit.com and its other hosts (www, old, np …), whose query is dropped.
    """
    if len(permalink) > LONGEST or not permalink.isprintable():
        return None
    path = re.split(r"[?#]", _SITE.sub("", permalink), maxsplit=1)[0]
    path = path if path.startswith("/") else f"/{path}"
    climbs = any(unquote(part) in (".", "..") for part in path.split("/"))
    return path if _POST.fullmatch(path) and not climbs else None


def leads_to(path: str, post_id: str) -> bool:
    """Whether a path leads to this post. Reddit uses only the id (base 36, in any case) and ignores the words around
    it.
    """
    return path.partition("/comments/")[2].split("/")[0].lower() == post_id.lower()


def post_url(path: str) -> str:
    """The absolute address of a post, as shown with the evidence."""
    return ORIGIN + path
