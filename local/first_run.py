"""The first filling of the market: scans of real posts, then builds, until a fresh system has something to show.

Each scan that succeeds starts a build by itself (the rule `scan-succeeded`); it is followed as one of the builds here.
"""

import json
from collections.abc import Callable, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from local.market_data import MarketData
from local.workflows import Execution, Workflows

WANTED_AGENTS = 6
WANTED_TEMPLATES = frozenset({"monitoring", "data_processing", "communication"})
WANTED_POSTS = 100
# More than the one that is scanned every four hours: what few people say once is heard only in many posts.
SOURCES = ("reddit:entrepreneur", "reddit:smallbusiness", "reddit:startups")
MAX_SCANS = 4
MAX_BUILDS = 24
# At once: a build waits for its sandbox and its model about as long as it computes.
BUILDERS = 2
# Builds without a publication that mean: what is left does not work, look at other posts first.
MAX_BARREN = 4

Say = Callable[[str], None]


@dataclass
class Filling:
    """What the first run did, this time and before; `complete` says whether it got what it wanted."""

    posts: int = 0
    scans: int = 0
    builds: list[dict[str, Any]] = field(default_factory=list[dict[str, Any]])
    problems: list[str] = field(default_factory=list[str])
    complete: bool = False


class FirstRun:
    """`record` keeps how many posts were scanned and whether it is complete, so that a run cut off is taken up."""

    def __init__(self, workflows: Workflows, data: MarketData, record: Path, say: Say) -> None:
        self._workflows = workflows
        self._data = data
        self._record = record
        self._say = say

    @staticmethod
    def is_complete(record: Path) -> bool:
        return bool(_read(record).get("complete"))

    def fill(self) -> Filling:
        filling = Filling(posts=int(_read(self._record).get("posts", 0)))
        if filling.posts >= WANTED_POSTS:
            self._build_until_dry(filling)
        while not self._enough(filling) and filling.scans < MAX_SCANS and len(filling.builds) < MAX_BUILDS:
            scan = self._scan(filling)
            self._record.write_text(json.dumps({"posts": filling.posts, "complete": False}))
            begun = self._workflows.started_by(scan.name) if scan.succeeded else []
            found = scan.succeeded and _posts(scan) > 0
            self._build_until_dry(filling, [each.arn for each in begun], more=found)
            if not found:
                break
        filling.complete = self._enough(filling)
        self._record.write_text(json.dumps({"posts": filling.posts, "complete": filling.complete}))
        return filling

    def _enough(self, filling: Filling) -> bool:
        agents = self._data.published_agents()
        templates = {str(agent.get("template")) for agent in agents}
        return filling.posts >= WANTED_POSTS and len(agents) >= WANTED_AGENTS and templates >= WANTED_TEMPLATES

    def _scan(self, filling: Filling) -> Execution:
        self._say(f"Market scan {filling.scans + 1}")
        execution = self._workflows.run(
            "market-scan", {"sources": SOURCES}, tell=lambda state: self._say(f"Market scan: {state}")
        )
        filling.scans += 1
        if execution.succeeded:
            filling.posts += _posts(execution)
        else:
            filling.problems.append(_why(execution))
        return execution

    def _build_until_dry(self, filling: Filling, begun: Sequence[str] = (), *, more: bool = True) -> None:
        """Until there is enough, nothing left to build, or build after build fails; a few at a time.

        `begun` are builds that run already, which are waited for in any case; without `more` no other is started.
        """
        barren, dry = 0, not more
        with ThreadPoolExecutor(BUILDERS) as builders:
            running = {builders.submit(self._follow, arn, len(filling.builds) + 1) for arn in begun}
            while True:
                while (
                    not dry and barren < MAX_BARREN and len(running) < BUILDERS and self._wants_more(filling, running)
                ):
                    running.add(builders.submit(self._build, len(filling.builds) + len(running) + 1))
                if not running:
                    return
                ended, running = wait(running, return_when=FIRST_COMPLETED)
                for execution in (each.result() for each in ended):
                    outcome = build_outcome(execution)
                    if outcome["outcome"] == "nothing_to_build":
                        dry = dry or not _is_repeated(execution)
                        continue
                    filling.builds.append(outcome)
                    if outcome["outcome"] == "failed":
                        filling.problems.append(_why(execution))
                    barren = 0 if outcome["outcome"] == "published" else barren + 1

    def _wants_more(self, filling: Filling, running: set[Future[Execution]]) -> bool:
        room = len(filling.builds) + len(running) < MAX_BUILDS
        return room and filling.posts >= WANTED_POSTS and not self._enough(filling)

    def _build(self, number: int) -> Execution:
        return self._follow(self._workflows.start("agent-factory", {}), number)

    def _follow(self, arn: str, number: int) -> Execution:
        return self._workflows.follow(arn, tell=lambda state: self._say(f"Building agent {number}: {state}"))


def _posts(scan: Execution) -> int:
    return int((scan.output or {}).get("post_count", 0))


def _is_repeated(build: Execution) -> bool:
    """Whether there was nothing to build only because the scan's event came twice, and started another build."""
    return str((build.output or {}).get("reason", "")).startswith("scan_started ")


def _read(record: Path) -> dict[str, Any]:
    try:
        return json.loads(record.read_text())
    except (FileNotFoundError, json.JSONDecodeError):
        return {}


def build_outcome(execution: Execution) -> dict[str, Any]:
    """What a factory execution came to, in the words the command line prints; of a failed one, how far it got."""
    build = execution.output if execution.succeeded else execution.reached
    output: dict[str, Any] = build if isinstance(build, dict) else {}
    ended = str(output.get("outcome") or output.get("next") or "unknown")
    outcome = ended if execution.succeeded else "failed"
    return {
        "build_id": execution.name,
        "outcome": outcome,
        "opportunity_id": output.get("opportunity_id"),
        "slug": output.get("slug"),
        "version": output.get("version"),
        "round": output.get("round"),
        "reason": output.get("reason") if execution.succeeded else _why(execution),
        "seconds": round(execution.seconds, 2),
    }


def _why(execution: Execution) -> str:
    return f"{execution.machine} {execution.name}: {execution.error}: {execution.cause[:500]}"
