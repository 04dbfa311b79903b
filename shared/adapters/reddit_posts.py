"""Reddit through PRAW, read-only: the newest posts of subreddits. The only module that imports `praw`."""

import time
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from shared.adapters.reddit_permalinks import SOURCE, leads_to, post_url, read_reddit_path
from shared.opportunities.errors import SourceRefused, SourceThrottled, SourceUnavailable
from shared.opportunities.gone import is_gone
from shared.opportunities.models import Post
from shared.opportunities.sources import Listing, post_id
from shared.opportunities.voices import make_author_key
from shared.untrusted_text.written import read_as_written

if TYPE_CHECKING:
    import praw

TIMEOUT_SECONDS = 16
ATTEMPTS = 4
FIRST_WAIT_SECONDS = 1.0
LONGEST_WAIT_SECONDS = 30.0
MAX_TITLE = 500
MAX_TEXT = 20_000

_NOBODY = frozenset({"[deleted]", "[removed]", "none", ""})
SLACK_SECONDS = 300
"""How far Reddit's clock may be ahead of ours."""


class _Unusable(Exception):
    """A submission that cannot become a post."""


class RedditPosts:
    """Implements `shared.opportunities.sources.PostSource`; a community is a subreddit.

    `url` replaces both of Reddit's hosts. `wait` sleeps between tries; tests pass their own.
    """

    def __init__(
        self,
        *,
        client_id: str,
        client_secret: str,
        user_agent: str,
        url: str | None = None,
        wait: Callable[[float], None] = time.sleep,
        clock: Callable[[], float] = time.time,
    ) -> None:
        self._credentials = {"client_id": client_id, "client_secret": client_secret, "user_agent": user_agent}
        self._url = url
        self._wait = wait
        self._clock = clock

    def newest(self, names: Sequence[str], limit: int) -> Listing:
        """The last `limit` posts of each subreddit, each post once, without removed and deleted ones.

        A subreddit that Reddit refuses is skipped and reported, and so is a post that lacks a field or whose permalink
        leads elsewhere. Raises SourceThrottled or SourceUnavailable if that happens for any subreddit.
        """
        posts: dict[str, Post] = {}
        refused: list[str] = []
        unusable: list[str] = []
        removed = 0
        for subreddit in names:
            try:
                submissions = self._list(subreddit, limit)
            except SourceRefused as error:
                refused.append(str(error))
                continue
            for submission in submissions:
                # `vars`, because reading an attribute that the listing lacks would fetch the submission again.
                fields = cast(dict[str, Any], vars(submission))
                if _is_gone(fields):
                    removed += 1
                    continue
                try:
                    post = _post(fields, self._clock() + SLACK_SECONDS)
                except _Unusable as error:
                    unusable.append(f"r/{subreddit}: {error}")
                else:
                    posts.setdefault(post.id, post)
        return Listing(tuple(posts.values()), tuple(refused), tuple(unusable), removed)

    def _list(self, subreddit: str, limit: int) -> list[Any]:
        from prawcore import exceptions as reddit

        for attempt in range(ATTEMPTS):
            try:
                return list(self._reddit.subreddit(subreddit).new(limit=limit))
            except reddit.RequestException as error:
                raise SourceUnavailable(f"r/{subreddit}: {type(error).__name__}") from error
            except reddit.PrawcoreException as error:
                status = _read_status(error)
                if status >= 500:
                    raise SourceUnavailable(f"r/{subreddit}: {status}") from error
                if status != 429:
                    raise SourceRefused(f"r/{subreddit}: {type(error).__name__}: {error}") from error
                if attempt == ATTEMPTS - 1:
                    raise SourceThrottled(f"r/{subreddit}: 429 after {ATTEMPTS} tries") from error
                self._wait(_pause(error, attempt))
        raise AssertionError("every turn of the loop returns, raises or waits")

    @cached_property
    def _reddit(self) -> "praw.Reddit":
        import os

        os.environ.setdefault("PRAW_ALLOW_ENDPOINT_OVERRIDE", "1")
        import praw

        hosts = {"reddit_url": self._url, "oauth_url": self._url} if self._url else {}
        # Given as None, they are not read from a praw.ini or the environment: no person's account must be used here.
        person: dict[str, Any] = {"username": None, "password": None, "refresh_token": None}
        options: dict[str, Any] = {**self._credentials, **hosts, **person, "timeout": TIMEOUT_SECONDS}
        return praw.Reddit(**options, check_for_updates=False)


def _read_status(error: Any) -> int:
    """The HTTP status. Read from the response, since the token endpoint and the listings raise different error
    classes.
    """
    return int(getattr(getattr(error, "response", None), "status_code", 0))


def _pause(error: Any, attempt: int) -> float:
    """The pause that Retry-After demands, else one that doubles each time; never longer than a stage can afford."""
    asked = getattr(getattr(error, "response", None), "headers", {}).get("retry-after", "")
    wait = float(asked) if asked.replace(".", "", 1).isdigit() else FIRST_WAIT_SECONDS * 2**attempt
    return min(wait, LONGEST_WAIT_SECONDS)


def _is_gone(fields: Mapping[str, Any]) -> bool:
    texts = (str(fields.get("title") or ""), str(fields.get("selftext") or ""))
    return any(is_gone(text) for text in texts) or bool(fields.get("removed_by_category") or fields.get("banned_by"))


def _post(fields: Mapping[str, Any], latest: float) -> Post:
    path = read_reddit_path(str(fields.get("permalink")))
    if path is None or not leads_to(path, str(fields.get("id"))):
        raise _Unusable(f"{_name_post(fields)}: not the address of this post: {str(fields.get('permalink'))[:200]!r}")
    try:
        return Post(
            id=post_id(SOURCE, str(fields["id"])),
            source=SOURCE,
            community=str(fields["subreddit"]),
            title=_store_text(fields["title"], MAX_TITLE),
            text=_store_text(fields.get("selftext"), MAX_TEXT),
            created_utc=_read_seconds(fields["created_utc"], latest),
            url=post_url(path),
            author=_read_author(fields.get("author")),
            score=int(fields.get("score") or 0),
            comments=int(fields.get("num_comments") or 0),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise _Unusable(f"{_name_post(fields)}: {type(error).__name__}: {str(error)[:200]}") from error


def _read_seconds(value: Any, latest: float) -> float:
    seconds = float(value)
    if not 0 <= seconds <= latest:
        raise ValueError(f"created_utc is no time in the past: {seconds:.0f}")
    return seconds


def _read_author(author: Any) -> str:
    """The author's name. PRAW gives an object with a name, or None for a deleted account."""
    name = str(getattr(author, "name", author) or "")
    return "" if name.lower() in _NOBODY else make_author_key(SOURCE, name)


def _name_post(fields: Mapping[str, Any]) -> str:
    return f"post {str(fields.get('id'))[:40]!r}"


def _store_text(text: Any, limit: int) -> str:
    """A prefix of the text as its readers saw it. A half surrogate pair becomes U+FFFD, which no quote may contain."""
    whole = "".join("\ufffd" if 0xD800 <= ord(one) <= 0xDFFF else one for one in str(text or ""))
    return read_as_written(whole)[:limit]
