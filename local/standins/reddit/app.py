"""The Reddit stand-in: OAuth for script applications and r/<subreddit>/new, as PRAW speaks them.

Real, public-domain posts stand for new ones: those that ship with the project, or those that somebody fed.
"""

import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from urllib.parse import parse_qs

from starlette.applications import Starlette
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from local.standins.mode_switch import METHODS, PATH, ModeSwitch
from local.standins.reddit.feeds import Feeds
from local.standins.reddit.listing import limit_of, page
from local.standins.reddit.mode import NORMAL, ModeName
from local.standins.reddit.posts import Post, PostsInvalid, bundled_posts, parse_posts
from local.standins.reddit.tokens import LIFETIME_SECONDS, client_of, tokens_of
from local.standins.reddit.windows import Windows, newest_first

LARGEST_FEED = 512 * 1024 * 1024
REQUESTS_PER_PERIOD = 600
PERIOD_SECONDS = 600
PRIVATE = frozenset({"lounge"})  # r/lounge is closed to the public on the real Reddit, too

Endpoint = Callable[[Request], Awaitable[Response]]


def create_app(state_dir: Path) -> Starlette:
    """`state_dir` keeps what was fed, how far the bundled posts were shown, and the key of the tokens."""
    state_dir = Path(state_dir)
    state_dir.mkdir(parents=True, exist_ok=True)
    reddit = _Reddit(state_dir)
    return Starlette(
        routes=[
            Route("/api/v1/access_token", reddit.misbehaving(reddit.access_token), methods=["POST"]),
            Route("/r/{subreddits}/new", reddit.misbehaving(reddit.new), methods=["GET"]),
            Route("/r/{subreddits}/new.json", reddit.misbehaving(reddit.new), methods=["GET"]),
            Route("/_standin/feeds", reddit.add_feed, methods=["POST"]),
            Route(PATH, reddit.modes.endpoint, methods=METHODS),
        ],
        exception_handlers={HTTPException: _http_error},
    )


class _Reddit:
    def __init__(self, state_dir: Path) -> None:
        self._tokens = tokens_of(state_dir)
        self._feeds = Feeds(state_dir / "reddit-feeds")
        self._windows = Windows(bundled_posts(), state_dir / "reddit-windows.json")
        self.modes = ModeSwitch(NORMAL)
        self._limit = _RateLimit()

    def misbehaving(self, endpoint: Endpoint) -> Endpoint:
        """Answers as the mode demands, else as the endpoint does; a request without a user agent is turned away."""

        async def answer(request: Request) -> Response:
            mode = self.modes.for_answer()
            if mode.mode is ModeName.THROTTLED:
                wait = str(mode.retry_after)
                return _error(429, "Too Many Requests", headers={"retry-after": wait})
            if mode.mode is ModeName.BROKEN:
                return _error(503 if request.method == "GET" else 500, "Service Unavailable")
            if not request.headers.get("user-agent", "").strip():
                return _error(403, "Forbidden: name your application in the User-Agent header")
            return await endpoint(request)

        return answer

    async def access_token(self, request: Request) -> Response:
        if client_of(request.headers.get("authorization", "")) is None:
            return _error(401, "Unauthorized", headers={"www-authenticate": 'Basic realm="reddit"'})
        form = parse_qs((await request.body()).decode("utf-8", "replace"))
        if form.get("grant_type") != ["client_credentials"]:
            return JSONResponse({"error": "unsupported_grant_type"}, status_code=400)
        token = {
            "access_token": self._tokens.issue(),
            "token_type": "bearer",
            "expires_in": LIFETIME_SECONDS,
            "scope": "*",
        }
        return JSONResponse(token)

    async def new(self, request: Request) -> Response:
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        if scheme.lower() != "bearer" or not self._tokens.valid(token):
            return _error(
                401, "Unauthorized", headers={"www-authenticate": 'Bearer realm="reddit", error="invalid_token"'}
            )
        names = dict.fromkeys(request.path_params["subreddits"].lower().split("+"))
        for name in names:
            if name in PRIVATE:
                return _error(403, "Forbidden", reason="private")
            if not (self._windows.has(name) or self._feeds.listing(name)):
                return _error(404, "Not Found", reason="banned")
        query = request.query_params
        after, before = query.get("after") or None, query.get("before") or None
        limit = limit_of(query.get("limit"))
        listings = [self._posts(name, limit, first_page=after is None and before is None) for name in names]
        posts = listings[0] if len(listings) == 1 else newest_first([post for one in listings for post in one])
        body = page(posts, limit=limit, after=after, before=before, raw=query.get("raw_json") == "1")
        return JSONResponse(body, headers=self._limit.headers())

    def _posts(self, name: str, limit: int, *, first_page: bool) -> list[Post]:
        fed = self._feeds.listing(name)
        if fed is not None:
            return fed
        return self._windows.turn(name, limit) if first_page else self._windows.current(name)

    async def add_feed(self, request: Request) -> Response:
        """Answers with the names to ask for instead of subreddits."""
        content = await request.body()
        if len(content) > LARGEST_FEED:
            return _refusal(413, f"a feed may have {LARGEST_FEED} bytes, this one has {len(content)}")
        try:
            posts = parse_posts(content)
        except PostsInvalid as error:
            return _refusal(422, str(error), line=error.line, field=error.field)
        if not posts:
            return _refusal(422, "holds no post: send one JSON object per line")
        return JSONResponse({"subreddits": self._feeds.add(posts), "posts": len(posts)}, status_code=201)


class _RateLimit:
    """The counters that Reddit sends with every answer. They are told, not enforced: mode `throttled` does that."""

    def __init__(self) -> None:
        self._period = 0
        self._used = 0

    def headers(self) -> dict[str, str]:
        period, since = divmod(int(time.time()), PERIOD_SECONDS)
        if period != self._period:
            self._period, self._used = period, 0
        self._used = min(self._used + 1, REQUESTS_PER_PERIOD - 1)
        return {
            "x-ratelimit-remaining": f"{float(REQUESTS_PER_PERIOD - self._used)}",
            "x-ratelimit-used": str(self._used),
            "x-ratelimit-reset": str(PERIOD_SECONDS - since),
        }


def _error(status: int, message: str, *, reason: str | None = None, headers: dict[str, str] | None = None) -> Response:
    """The shape of Reddit's own errors."""
    body = {"message": message, "error": status, **({"reason": reason} if reason else {})}
    return JSONResponse(body, status_code=status, headers=headers)


def _refusal(status: int, problem: str, **where: int | str | None) -> Response:
    """The shape of this stand-in's own errors."""
    return JSONResponse({"error": problem, **where}, status_code=status)


async def _http_error(_request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    return _error(status, error.detail if isinstance(error, HTTPException) else "Internal Server Error")
