"""`python -m local scan --posts FILE`: a market scan of exactly these posts, and the opportunities they are in."""

import fcntl
import json
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx2

from local.cli.console import emit, progress
from local.market_data import MarketData
from local.ports import Ports, url
from local.state import StateDir
from local.workflows import Execution, Workflows

MAX_POSTS_PER_LISTING = 1000


class PostsUnusable(Exception):
    """The posts file cannot be scanned; the message names the line."""


class ScanFailed(Exception):
    """The workflow ended without success."""


def read_posts(path: Path) -> list[dict[str, Any]]:
    try:
        # Not splitlines(): JSON may hold U+2028 and the like inside a string.
        lines = path.read_text(encoding="utf-8-sig").split("\n")
    except (OSError, UnicodeDecodeError) as error:
        raise PostsUnusable(f"cannot read {path}: {error}") from error
    posts = [_post(path, number, line) for number, line in enumerate(lines, 1) if line.strip()]
    if not posts:
        raise PostsUnusable(f"{path} holds no posts")
    return posts


def _post(path: Path, number: int, line: str) -> dict[str, Any]:
    try:
        post = json.loads(line)
    except (ValueError, RecursionError) as error:
        raise PostsUnusable(f"{path}, line {number}: not JSON ({str(error)[:200]})") from error
    if not isinstance(post, dict):
        raise PostsUnusable(f"{path}, line {number}: a post is a JSON object")
    missing = [name for name in ("id", "subreddit", "title") if not isinstance(post.get(name), str)]
    if missing:
        raise PostsUnusable(f"{path}, line {number}: a post needs {', '.join(missing)}")
    return post


@contextmanager
def alone(state: StateDir) -> Iterator[None]:
    """Reddit's stand-in has one feed: scans of files take turns."""
    with (state.run / "scan.lock").open("w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        yield


def scan_posts(posts: list[dict[str, Any]], ports: Ports) -> Execution:
    """Feeds the Reddit stand-in with these posts, runs the workflow on their subreddits, takes the feed away again."""
    counts = Counter(str(post["subreddit"]).lower() for post in posts)
    feed = f"{url(ports.reddit)}/_standin/feed"
    body = "".join(json.dumps(post) + "\n" for post in posts).encode()
    taken = httpx2.put(feed, content=body, timeout=60)
    if taken.status_code == 422:
        raise PostsUnusable(f"the posts cannot be scanned: {taken.json()['error'][:500]}")
    taken.raise_for_status()
    request = {"subreddits": sorted(counts), "limit": min(max(counts.values()), MAX_POSTS_PER_LISTING)}
    try:
        with progress("Scanning") as shown:
            return Workflows(ports).run("market-scan", request, entered=lambda state: shown.say(f"Scanning: {state}"))
    finally:
        httpx2.delete(feed, timeout=60)


def scan(path: Path, ports: Ports, state: StateDir) -> None:
    """One opportunity per line, the best first."""
    posts = read_posts(path)
    with alone(state):
        execution = scan_posts(posts, ports)
    if not execution.succeeded:
        raise ScanFailed(
            f"the scan {execution.name} failed: {execution.cause or execution.error}\n"
            f"Scan the file again, or let this execution go on: python -m local redrive {execution.name}"
        )
    for opportunity in MarketData(ports).opportunities_of(str(post["id"]) for post in posts):
        emit(opportunity)
