"""Reddit through PRAW, read-only: the newest posts of subreddits. The only module that imports `praw`."""

import time
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, cast

from shared.opportunities.models import Post
from shared.opportunities.permalinks import reddit_path
from shared.opportunities.repository import Listing

if TYPE_CHECKING:
    import praw

TIMEOUT_SECONDS = 16
ATTEMPTS = 4
FIRST_WAIT_SECONDS = 1.0
LONGEST_WAIT_SECONDS = 30.0
MAX_TITLE = 500
MAX_TEXT = 20_000

_GONE = frozenset({"[removed]", "[deleted]", "[removed by reddit]", "[deleted by user]"})


class RedditThrottled(Exception):
    """429 again and again. Worth another try later."""


class RedditUnavailable(Exception):
    """5xx, time-out or no connection, after PRAW's own retries. Worth another try later."""


class RedditRefused(Exception):
    """The credentials are wrong, or the subreddit is private, banned or does not exist: retrying changes nothing."""


class _Unusable(Exception):
    """A submission that cannot become a post."""


class RedditPosts:
    """`url` replaces both of Reddit's hosts. `wait` sleeps between tries; tests pass their own."""

    def __init__(
        self,
        *,
        client_id: str,
        client_secret: str,
        user_agent: str,
        url: str | None = None,
        wait: Callable[[float], None] = time.sleep,
    ) -> None:
        self._credentials = {"client_id": client_id, "client_secret": client_secret, "user_agent": user_agent}
        self._url = url
        self._wait = wait

    def newest(self, subreddits: Sequence[str], limit: int) -> Listing:
        """The last `limit` posts of each subreddit, each post once, without removed and deleted ones.

        A subreddit that Reddit refuses is left out and named; RedditRefused is raised only if all of them are. So is a
        post that lacks a field or whose permalink leads elsewhere. Raises RedditThrottled or RedditUnavailable for any.
        """
        posts: dict[str, Post] = {}
        refused: list[RedditRefused] = []
        unusable: list[str] = []
        for subreddit in subreddits:
            try:
                submissions = self._listing(subreddit, limit)
            except RedditRefused as error:
                refused.append(error)
                continue
            for submission in submissions:
                # `vars`: reading an attribute that the listing lacks would fetch the submission again.
                fields = cast(dict[str, Any], vars(submission))
                if _gone(fields):
                    continue
                try:
                    post = _post(fields)
                except _Unusable as error:
                    unusable.append(f"r/{subreddit}: {error}")
                else:
                    posts.setdefault(post.id, post)
        if refused and len(refused) == len(subreddits):
            raise refused[0]
        return Listing(tuple(posts.values()), tuple(str(error) for error in refused), tuple(unusable))

    def _listing(self, subreddit: str, limit: int) -> list[Any]:
        from prawcore import exceptions as reddit

        for attempt in range(ATTEMPTS):
            try:
                return list(self._reddit.subreddit(subreddit).new(limit=limit))
            except reddit.RequestException as error:
                raise RedditUnavailable(f"r/{subreddit}: {type(error).__name__}") from error
            except reddit.PrawcoreException as error:
                status = _status(error)
                if status >= 500:
                    raise RedditUnavailable(f"r/{subreddit}: {status}") from error
                if status != 429:
                    raise RedditRefused(f"r/{subreddit}: {type(error).__name__}: {error}") from error
                if attempt == ATTEMPTS - 1:
                    raise RedditThrottled(f"r/{subreddit}: 429 after {ATTEMPTS} tries") from error
                self._wait(_pause(error, attempt))
        raise AssertionError("every turn of the loop returns, raises or waits")

    @cached_property
    def _reddit(self) -> "praw.Reddit":
        import os

        os.environ.setdefault("PRAW_ALLOW_ENDPOINT_OVERRIDE", "1")
        import praw

        hosts = {"reddit_url": self._url, "oauth_url": self._url} if self._url else {}
        # Said to be absent, they are not looked for in a praw.ini or the environment: no person's account is used here.
        person: dict[str, Any] = {"username": None, "password": None, "refresh_token": None}
        options: dict[str, Any] = {**self._credentials, **hosts, **person, "timeout": TIMEOUT_SECONDS}
        return praw.Reddit(**options, check_for_updates=False)


def _status(error: Any) -> int:
    """By the response, not by the error's class: the token's endpoint raises others than the listings do."""
    return int(getattr(getattr(error, "response", None), "status_code", 0))


def _pause(error: Any, attempt: int) -> float:
    """What Retry-After asks for, else twice as long each time; never longer than a stage can afford."""
    asked = getattr(getattr(error, "response", None), "headers", {}).get("retry-after", "")
    wait = float(asked) if asked.replace(".", "", 1).isdigit() else FIRST_WAIT_SECONDS * 2**attempt
    return min(wait, LONGEST_WAIT_SECONDS)


def _gone(fields: Mapping[str, Any]) -> bool:
    texts = (str(fields.get("title") or ""), str(fields.get("selftext") or ""))
    return any(text.strip().lower() in _GONE for text in texts) or bool(fields.get("removed_by_category"))


def _post(fields: Mapping[str, Any]) -> Post:
    permalink = reddit_path(str(fields.get("permalink")))
    if permalink is None:
        raise _Unusable(f"{_named(fields)}: not the address of a post: {str(fields.get('permalink'))[:200]!r}")
    try:
        return Post(
            id=str(fields["id"]),
            subreddit=str(fields["subreddit"]),
            title=_stored(fields["title"], MAX_TITLE),
            selftext=_stored(fields.get("selftext"), MAX_TEXT),
            created_utc=float(fields["created_utc"]),
            permalink=permalink,
            score=int(fields.get("score") or 0),
            num_comments=int(fields.get("num_comments") or 0),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise _Unusable(f"{_named(fields)}: {type(error).__name__}: {str(error)[:200]}") from error


def _named(fields: Mapping[str, Any]) -> str:
    return f"post {str(fields.get('id'))[:40]!r}"


def _stored(text: Any, limit: int) -> str:
    """A prefix of the text that can be encoded. Half a surrogate pair becomes U+FFFD, which no quote may contain."""
    return "".join("\ufffd" if 0xD800 <= ord(one) <= 0xDFFF else one for one in str(text or "")[:limit])
