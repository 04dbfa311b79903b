"""`python -m local scan --subreddits a,b`: a market scan of what is new there, as the schedule would start it."""

import re

from local.cli.console import emit, progress, results
from local.cli.left_out import tell_left_out
from local.cli.posts_file import SOURCE
from local.cli.scan import ScanFailed
from local.cli.way_on import way_on
from local.ports import Ports
from local.workflows import Workflows

_NAME = re.compile(r"(?:/?r/)?([A-Za-z0-9_]{2,21})/?")
MOST = 100


class SubredditsUnusable(Exception):
    """One of the names cannot be a subreddit's."""


def named_subreddits(text: str | None) -> list[str]:
    """Each once, in the order named; r/ before a name does not matter. None: those that every scan reads."""
    if text is None:
        return []
    parts = [part.strip() for part in text.split(",") if part.strip()]
    names = [match.group(1) if (match := _NAME.fullmatch(part)) else _refuse(part) for part in parts]
    if not 0 < len(set(names)) <= MOST:
        raise SubredditsUnusable(
            f"name 1 to {MOST} subreddits, with commas between them: --subreddits startups,smallbusiness"
        )
    return list(dict.fromkeys(names))


def _refuse(part: str) -> str:
    raise SubredditsUnusable(
        f"{part!r} is no name of a subreddit, which has 2 to 21 letters, digits and underscores: startups"
    )


def scan_subreddits(names: list[str], ports: Ports, *, as_json: bool) -> None:
    """Raises ScanFailed."""
    request = {"sources": [SOURCE + name for name in names]} if names else {}
    with progress("Scanning") as shown:
        execution = Workflows(ports).run("market-scan", request, tell=lambda what: shown.say(f"Scanning: {what}"))
    if not execution.succeeded:
        raise ScanFailed(
            f"the scan {execution.name} failed: {execution.cause or execution.error}\n{way_on(execution)}".rstrip()
        )
    if as_json:
        emit({**execution.output, "execution": execution.arn})
        return
    done = execution.output
    results.print(
        f"[green]✓[/green] new posts: {done['post_count']}{tell_left_out(done.get('left_out', {}))}; "
        f"opportunities saved: {done['saved']}, unchanged: {done['unchanged']}",
        soft_wrap=True,
    )
    results.print("See them: .venv/bin/python -m local opportunities list", soft_wrap=True)
