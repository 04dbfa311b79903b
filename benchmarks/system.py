"""The product as a whole on this machine: start, scan, build, answer, and what it weighs while nobody asks anything."""

import json
import statistics
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx2

from local.embedded_cloud import EmbeddedCloud, embedded_cloud

Figure = tuple[str, float, str]
POSTS = Path(__file__).parents[1] / "events" / "reddit_posts" / "entrepreneur.jsonl"
SCANNED = 100
BUILDS = 5
SETTLE_SECONDS = 5


def figures() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="mam-bench-") as folder:
        started = time.monotonic()
        with embedded_cloud(Path(folder)) as cloud:
            yield "start and deploy, empty state", time.monotonic() - started, "s"
            yield from _workflows(cloud)
            yield from _demos(cloud)
            time.sleep(SETTLE_SECONDS)
            yield "idle system, proportional memory", resident_megabytes(cloud), "MB"
        started = time.monotonic()
        with embedded_cloud(Path(folder)):
            yield "start and deploy, existing state", time.monotonic() - started, "s"


def _workflows(cloud: EmbeddedCloud) -> Iterator[Figure]:
    posts = [json.loads(line) for line in POSTS.read_text(encoding="utf-8").splitlines()[: SCANNED * 2]]
    for name, chosen in (("first", posts[:SCANNED]), ("second", posts[SCANNED:])):
        request = cloud.feed_posts(chosen)
        yield (
            f"scan of {SCANNED} posts, {name}",
            _seconds(lambda r=request: cloud.run_workflow("market-scan", r)),
            "s",
        )
    builds = [_seconds(lambda: cloud.run_workflow("agent-factory")) for _ in range(BUILDS)]
    yield f"opportunity to published agent, median of {BUILDS}", statistics.median(builds), "s"
    yield "opportunity to published agent, fastest and", min(builds), "s"
    yield "slowest (watchers fetch many pages)", max(builds), "s"


def _demos(cloud: EmbeddedCloud) -> Iterator[Figure]:
    listed: list[dict[str, Any]] = cloud.request("GET", "/api/v1/agents").json()["items"]
    if not listed:
        return
    detail = cloud.request("GET", f"/api/v1/agents/{listed[0]['slug']}").json()
    body = {"input": detail["examples"][0]["input"]}
    path = f"/api/v1/agents/{detail['slug']}/demo"
    yield "demo, first call", _milliseconds(lambda: cloud.request("POST", path, json=body)), "ms"
    yield "demo, warm", _milliseconds(lambda: cloud.request("POST", path, json=body)), "ms"
    # A client of its own: making one anew for each request would be most of what is measured.
    with httpx2.Client(base_url=cloud.url, timeout=60) as client:
        lists = [_milliseconds(lambda: client.get("/api/v1/agents")) for _ in range(21)]
    yield "GET /agents through the front door, median", statistics.median(lists), "ms"


def resident_megabytes(cloud: EmbeddedCloud) -> float:
    """Shared pages counted once (PSS), over the services and everything that they started."""
    roots = {state.pid for state in cloud.supervisor.states() if state.pid}
    return sum(_pss_kilobytes(pid) for pid in _with_descendants(roots)) / 1024


def _with_descendants(roots: set[int]) -> set[int]:
    parents = {int(path.name): _parent(path) for path in Path("/proc").iterdir() if path.name.isdigit()}
    found = set(roots)
    while True:
        more = {pid for pid, parent in parents.items() if parent in found} - found
        if not more:
            return found
        found |= more


def _parent(process: Path) -> int:
    try:
        return int((process / "stat").read_text().rpartition(")")[2].split()[1])
    except OSError:
        return 0


def _pss_kilobytes(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


def _seconds(action: Callable[[], Any]) -> float:
    started = time.monotonic()
    action()
    return time.monotonic() - started


def _milliseconds(action: Callable[[], Any]) -> float:
    return _seconds(action) * 1000
