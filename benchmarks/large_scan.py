"""Scans far larger than a schedule's: how long they take, and what they weigh.

`python -m benchmarks.large_scan POSTS CHARACTERS` scans so many posts of about so many characters.
"""

import json
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import cycle, islice
from pathlib import Path
from random import Random
from threading import Event, Thread
from typing import Any

from benchmarks.system import resident_megabytes
from local.embedded_cloud import EmbeddedCloud, embedded_cloud
from local.standins.reddit.posts import bundled_posts

Figure = tuple[str, float, str]
POSTS = 10_000
CHARACTERS = 1_200
LONGEST_SECONDS = 3_600
LOOKS_EVERY_SECONDS = 2


def figures() -> Iterator[Figure]:
    yield from scan_figures(POSTS, CHARACTERS)


def scan_figures(count: int, characters: int) -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="mam-bench-") as folder, embedded_cloud(Path(folder)) as cloud:
        cloud.switch_rules(on=False)
        request = cloud.feed_posts(list(made_posts(count, characters)))
        before, peak, done = resident_megabytes(cloud), [0.0], Event()
        watcher = Thread(target=_watch, args=(cloud, peak, done), daemon=True)
        watcher.start()
        started = time.monotonic()
        ended = cloud.run_workflow("market-scan", request, timeout=LONGEST_SECONDS)
        seconds = time.monotonic() - started
        done.set()
        watcher.join()
        if not ended.succeeded:
            raise RuntimeError(f"the scan ended as {ended.status}: {ended.error} {ended.cause[:500]}")
        name = f"scan of {count:,} posts of {characters:,} characters"
        yield name, seconds, "s"
        yield f"{name}: cards", ended.output["saved"], ""
        yield f"{name}: memory of the system before", before, "MB"
        yield f"{name}: and at its peak", peak[0], "MB"


def made_posts(count: int, characters: int) -> Iterator[dict[str, Any]]:
    """Real titles over mixtures of real paragraphs: no two texts are alike, and all speak as people do."""
    random = Random(1)
    real = bundled_posts()
    paragraphs = [part for post in real for part in post.selftext.split("\n\n") if 40 <= len(part) <= 2_000]
    for number, post in enumerate(islice(cycle(real), count)):
        text = post.selftext[:characters]
        while len(text) < characters:
            text += "\n\n" + random.choice(paragraphs)
        yield {
            "id": f"b{number:06}",
            "subreddit": post.subreddit,
            "title": post.title,
            "selftext": f"{text[:characters]}\n\nThis was case {number}.",
            "created_utc": 1_600_000_000 + 600 * number,
        }


def _watch(cloud: EmbeddedCloud, peak: list[float], done: Event) -> None:
    while not done.wait(LOOKS_EVERY_SECONDS):
        peak[0] = max(peak[0], resident_megabytes(cloud))


if __name__ == "__main__":
    for figure in scan_figures(int(sys.argv[1]), int(sys.argv[2])):
        print(json.dumps(figure), flush=True)
