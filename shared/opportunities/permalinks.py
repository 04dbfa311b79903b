"""Addresses of Reddit posts. Evidence is shown as a link, so nothing else may pass as one."""

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


def reddit_path(permalink: str) -> str | None:
    """The site-relative path of a post's address, as Reddit's API writes it; None if it is no post's address.

    Takes what collections of posts hold: paths with or without the first and the last slash, and addresses on
    reddit.com and its other hosts (www, old, np …), whose query is left out.
    """
    if len(permalink) > LONGEST or not permalink.isprintable():
        return None
    path = re.split(r"[?#]", _SITE.sub("", permalink), maxsplit=1)[0]
    path = path if path.startswith("/") else f"/{path}"
    climbs = any(unquote(part) in (".", "..") for part in path.split("/"))
    return path if _POST.fullmatch(path) and not climbs else None


def post_url(path: str) -> str:
    """The absolute address of a post whose site-relative path is stored."""
    return ORIGIN + path


def same_post(one: str, other: str) -> bool:
    """Whether two paths lead to one post: Reddit goes by the id and takes any words and slashes around it."""
    first, second = (path.partition("/comments/")[2].split("/")[0] for path in (one, other))
    return first == second != ""
