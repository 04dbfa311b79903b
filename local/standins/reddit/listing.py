"""Listings as Reddit's API writes them: things of kind t3 in pages, with fullnames to go on from."""

import html
from collections.abc import Sequence
from typing import Any

from local.standins.reddit.posts import Post

DEFAULT_LIMIT = 25
LARGEST_LIMIT = 100


def limit_of(text: str | None) -> int:
    """Reddit corrects a limit that it does not like instead of refusing it."""
    if text is None or not text.isascii() or not text.isdigit():
        return DEFAULT_LIMIT
    return min(max(int(text[:4]), 1), LARGEST_LIMIT)


def page(posts: Sequence[Post], *, limit: int, after: str | None, before: str | None, raw: bool) -> dict[str, Any]:
    """One page. A fullname that is not in the listing leads to an empty one, as with Reddit."""
    names = [post.fullname for post in posts]
    start, end = 0, len(posts)
    if after is not None:
        start = names.index(after) + 1 if after in names else end
    elif before is not None:
        end = names.index(before) if before in names else 0
        start = max(end - limit, 0)
    chosen = posts[start : min(start + limit, end)]
    more = bool(chosen) and start + len(chosen) < len(posts)
    earlier = bool(chosen) and start > 0
    return {
        "kind": "Listing",
        "data": {
            "after": chosen[-1].fullname if more else None,
            "before": chosen[0].fullname if earlier else None,
            "dist": len(chosen),
            "modhash": None,
            "geo_filter": "",
            "children": [{"kind": "t3", "data": _submission(post, raw=raw)} for post in chosen],
        },
    }


def _submission(post: Post, *, raw: bool) -> dict[str, Any]:
    """The fields of a self-post. Without raw_json Reddit escapes `<`, `>` and `&`."""
    text = _as_it_is if raw else _escaped
    return {
        "id": post.bare_id,
        "name": post.fullname,
        "subreddit": post.subreddit,
        "subreddit_name_prefixed": f"r/{post.subreddit}",
        "subreddit_type": "public",
        "title": text(post.title),
        "selftext": text(post.selftext),
        "selftext_html": None,
        "is_self": True,
        "author": post.author or "[deleted]",
        "created": post.created_utc,
        "created_utc": post.created_utc,
        "permalink": post.path,
        "url": f"https://www.reddit.com{post.path}",
        "domain": f"self.{post.subreddit}",
        "score": post.score,
        "ups": post.score,
        "downs": 0,
        "upvote_ratio": 1.0,
        "num_comments": post.num_comments,
        "over_18": False,
        "locked": False,
        "stickied": False,
        "archived": False,
        "hidden": False,
        "saved": False,
        "spoiler": False,
        "is_video": False,
        "edited": False,
        "removed_by_category": post.removed_by_category or None,
        "link_flair_text": None,
        "distinguished": None,
        "likes": None,
        "media": None,
    }


def _as_it_is(text: str) -> str:
    return text


def _escaped(text: str) -> str:
    return html.escape(text, quote=False)
