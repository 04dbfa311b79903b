"""What the market scan promises of any posts: verbatim quotes, the posts' own permalinks, and nothing twice."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.integration.market_scan_run import ROOT, MarketScan, market_scan

Json = Any


@pytest.fixture
def scan(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[MarketScan]:
    with market_scan(tmp_path, monkeypatch) as running:
        yield running


@pytest.fixture(scope="module")
def posts() -> list[dict[str, Json]]:
    """120 real posts of three subreddits."""
    files = sorted((ROOT / "events" / "reddit_posts").glob("*.jsonl"))
    return [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines()[:40]]


def test_a_scan_of_real_posts_keeps_its_promises(scan: MarketScan, posts: list[dict[str, Json]]) -> None:
    saved = scan.run(posts)
    stored = scan.stored()
    by_id = {post["id"]: post for post in posts}
    problems = stored["problems"].values()
    assert saved["post_count"] == len(posts)
    assert saved["saved"] == len(stored["market_opportunities"]) >= 1
    assert len(problems) >= 30
    for problem in problems:
        post = by_id[problem["post_id"]["S"]]
        assert problem["quote"]["S"] in post["title"] or problem["quote"]["S"] in post["selftext"]
        assert problem["permalink"]["S"] == post["permalink"]
    for opportunity_id in stored["market_opportunities"]:
        own = {one["post_id"]["S"] for one in problems if one["opportunity_id"]["S"] == opportunity_id}
        assert 3 <= len(own) <= 0.3 * len(posts)
    assert set(stored["seen_posts"]) == {*by_id, "#newest"}


def test_a_second_scan_of_the_same_posts_changes_nothing(scan: MarketScan, posts: list[dict[str, Json]]) -> None:
    scan.run(posts)
    before, calls = scan.stored(), scan.calls()
    assert scan.run(posts) == {"scan_id": "scan-2", "post_count": 0, "saved": 0, "unchanged": 0}
    assert scan.stored() == before
    assert scan.calls() == calls
