"""`python -m local scan --posts FILE`: a market scan of exactly these posts, and the opportunities they are in."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from local.access import loopback
from local.cli.console import console, emit, progress
from local.cli.left_out import tell_left_out
from local.cli.posts_file import naming_the_file, scan_request
from local.cli.way_on import way_on
from local.emulator.function_environment import OVERLAY_FILE, EndpointOverlay
from local.market_data import MarketData
from local.ports import Ports
from local.standins.reddit.posts import Post, PostsInvalid, parse_posts, to_jsonl
from local.state import StateDir
from local.workflows import Execution, Workflows
from shared.opportunities.sources import post_id

TOO_MUCH = frozenset({"States.DataLimitExceeded", "States.Runtime"})


class PostsUnusable(Exception):
    """The posts file cannot be scanned; the message names the line and the field."""


class ScanFailed(Exception):
    """The workflow ended without success."""


def read_posts(path: Path) -> list[Post]:
    try:
        posts = parse_posts(path.read_bytes())
    except OSError as error:
        raise PostsUnusable(f"cannot read {path}: {error}") from error
    except PostsInvalid as error:
        raise PostsUnusable(f"{path}, {error}") from error
    if not posts:
        raise PostsUnusable(f"{path} holds no posts")
    return posts


def scan_posts(posts: Sequence[Post], ports: Ports, state: StateDir) -> Execution:
    """Feeds the Reddit stand-in with these posts and runs the workflow on what it is then to ask for."""
    if "REDDIT_URL" not in EndpointOverlay(state.run / OVERLAY_FILE).values():
        raise PostsUnusable(
            "this system reads the real Reddit, which cannot be fed. Start one without REDDIT_CLIENT_ID "
            "(MAM_STATE_DIR and MAM_PORT set it apart) and scan the file there"
        )
    taken = loopback.command(ports, ports.reddit, "POST", "/_standin/feeds", content=to_jsonl(posts))
    if taken.status_code in (413, 422):
        raise PostsUnusable(f"the posts cannot be scanned: {taken.json()['error'][:500]}")
    request = scan_request(taken.raise_for_status().json()["subreddits"])
    with progress("Scanning") as shown:
        return Workflows(ports).run(
            "market-scan", request, tell=lambda what: shown.say(f"Scanning: {naming_the_file(what)}")
        )


def scan(path: Path, ports: Ports, state: StateDir) -> None:
    """One opportunity per line, the best first."""
    posts = {post_id("reddit", post.bare_id): post for post in read_posts(path)}
    execution = scan_posts(list(posts.values()), ports, state)
    if not execution.succeeded:
        raise ScanFailed(
            f"the scan {execution.name} failed: {naming_the_file(execution.cause) or execution.error}\n"
            f"{advice(execution)}".rstrip()
        )
    found = MarketData(ports).opportunities_of(posts)
    left_out = tell_left_out(execution.output.get("left_out", {}))
    console.print(
        f"[green]✓[/green] posts: {len(posts)}, new: {execution.output['post_count']}{left_out}; "
        f"opportunities that hold problems of theirs: {len(found)}",
        soft_wrap=True,
    )
    for opportunity in found:
        emit({**opportunity, "problems": [as_written(each, posts) for each in opportunity["problems"]]})


def advice(execution: Execution) -> str:
    """Nothing is gained by doing again what was too much."""
    if execution.error in TOO_MUCH:
        return "The same file will fail again: split it into smaller ones, and report this as a fault of MAM."
    return f"You can scan the file again. {way_on(execution)}"


def as_written(problem: Mapping[str, Any], posts: Mapping[str, Post]) -> dict[str, Any]:
    """With id and permalink in the form that the file has, so that its owner finds the post again."""
    post = posts[problem["post_id"]]
    return {"post_id": post.id, "permalink": post.permalink, "quote": problem["quote"]}
