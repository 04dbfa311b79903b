"""`python -m local scan --posts FILE`: a market scan of exactly these posts, and the opportunities they are in."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

import httpx2

from local.cli.console import emit, progress
from local.market_data import MarketData
from local.ports import Ports, url
from local.workflows import Execution, Workflows

MAX_POSTS_PER_LISTING = 1000


class PostsUnusable(Exception):
    """The posts file cannot be scanned; the message names the line."""


class ScanFailed(Exception):
    """The workflow ended without success."""


def read_posts(path: Path) -> list[dict[str, Any]]:
    try:
        lines = path.read_text(encoding="utf-8").splitlines()
    except (OSError, UnicodeDecodeError) as error:
        raise PostsUnusable(f"cannot read {path}: {error}") from error
    posts = [_post(path, number, line) for number, line in enumerate(lines, 1) if line.strip()]
    if not posts:
        raise PostsUnusable(f"{path} holds no posts")
    return posts


def _post(path: Path, number: int, line: str) -> dict[str, Any]:
    try:
        post = json.loads(line)
    except json.JSONDecodeError as error:
        raise PostsUnusable(f"{path}, line {number}: not JSON ({error})") from error
    if not isinstance(post, dict):
        raise PostsUnusable(f"{path}, line {number}: a post is a JSON object")
    missing = [name for name in ("id", "subreddit", "title") if not isinstance(post.get(name), str)]
    if missing:
        raise PostsUnusable(f"{path}, line {number}: a post needs {', '.join(missing)}")
    return post


def scan_posts(posts: list[dict[str, Any]], ports: Ports) -> Execution:
    """Feeds the Reddit stand-in with these posts, runs the workflow on their subreddits, takes the feed away again."""
    counts = Counter(str(post["subreddit"]).lower() for post in posts)
    feed = f"{url(ports.reddit)}/_standin/feed"
    body = "".join(json.dumps(post) + "\n" for post in posts).encode()
    httpx2.put(feed, content=body, timeout=60).raise_for_status()
    request = {"subreddits": sorted(counts), "limit": min(max(counts.values()), MAX_POSTS_PER_LISTING)}
    try:
        with progress("Scanning") as shown:
            return Workflows(ports).run("market-scan", request, entered=lambda state: shown.say(f"Scanning: {state}"))
    finally:
        httpx2.delete(feed, timeout=60)


def scan(path: Path, ports: Ports) -> None:
    """One opportunity per line, the best first."""
    posts = read_posts(path)
    execution = scan_posts(posts, ports)
    if not execution.succeeded:
        raise ScanFailed(f"the scan {execution.name} failed: {execution.error}: {execution.cause}")
    for opportunity in MarketData(ports).opportunities_of(str(post["id"]) for post in posts):
        emit(opportunity)
