"""What must hold for any posts and any agent, over a running system. Each check returns facts or raises `Broken`."""

import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from local.embedded_cloud import EmbeddedCloud
from shared.opportunities.sources import post_id
from shared.specs.acceptance import find_schema_violations
from shared.untrusted_text.written import read_as_written

POSTS = Path(__file__).parents[2] / "events" / "reddit_posts"
LARGEST_SHARE = 0.30
SHARE_HOLDS_FROM = 50
SAMPLE_SIZES = (1, 7, 50, 80, 120, 200)

Facts = dict[str, Any]
Post = dict[str, Any]


class Broken(Exception):
    """A promise did not hold; the message says which, and with what."""


def bundled_posts() -> list[Post]:
    return [json.loads(line) for path in sorted(POSTS.glob("*.jsonl")) for line in path.read_text("utf-8").splitlines()]


def sample(seed: int) -> list[Post]:
    """Posts of one to three subreddits in random order; the seed decides how many."""
    chosen = random.Random(seed)
    posts = bundled_posts()
    names = sorted({post["subreddit"] for post in posts})
    wanted = set(chosen.sample(names, chosen.randint(1, len(names))))
    among = [post for post in posts if post["subreddit"] in wanted]
    return chosen.sample(among, min(len(among), SAMPLE_SIZES[seed % len(SAMPLE_SIZES)]))


def scanning_holds(cloud: EmbeddedCloud, posts: Sequence[Post]) -> Facts:
    """Quotes verbatim, permalinks right, no card over its share, and the same posts again change nothing."""
    first = _scanned(cloud, posts)
    by_id = {stored_id(post): post for post in posts}
    for opportunity in first:
        for problem in opportunity["problems"]:
            post = by_id[problem["post_id"]]
            if problem["quote"] not in read_as_written(post["title"]) and problem["quote"] not in read_as_written(
                post["selftext"]
            ):
                raise Broken(f"{opportunity['id']}: not verbatim in {post['id']}: {problem['quote']!r}")
            if problem["url"] != f"https://www.reddit.com{post['permalink']}":
                raise Broken(f"{opportunity['id']}: wrong address for {post['id']}: {problem['url']}")
    largest = max((len({one["post_id"] for one in each["problems"]}) for each in first), default=0)
    if len(posts) >= SHARE_HOLDS_FROM and largest > LARGEST_SHARE * len(posts):
        raise Broken(f"one opportunity holds {largest} of {len(posts)} posts")
    before = _tables(cloud)
    if _scanned(cloud, posts) != first:
        raise Broken("the second scan of the same posts prints something else")
    if _tables(cloud) != before:
        raise Broken("the second scan of the same posts changed a table")
    return {
        "posts": len(posts),
        "opportunities": len(first),
        "quotes": sum(len(each["problems"]) for each in first),
        "largest_share": round(largest / len(posts), 3),
    }


def agents_answer(cloud: EmbeddedCloud, *, builds: int) -> Facts:
    """Each published agent answers its own example within its schema, and names the wrong field of a bad input."""
    outcomes: list[str] = []
    slugs: list[str] = []
    for _ in range(builds):
        ended = cloud.run_workflow("agent-factory")
        if not ended.succeeded:
            raise Broken(f"a build failed: {ended.error}: {ended.cause}")
        outcome = str(ended.output.get("outcome") or ended.output["next"])
        outcomes.append(outcome)
        if outcome == "nothing_to_build":
            break
        if outcome == "published":
            slugs.append(str(ended.output["slug"]))
    return {
        "outcomes": {name: outcomes.count(name) for name in sorted(set(outcomes))},
        "examples_answered": sum(_answers(cloud, slug) for slug in slugs),
    }


def _answers(cloud: EmbeddedCloud, slug: str) -> int:
    """One demo an agent: an address has twenty an hour in all. Beyond that the answer is 429 and counts for nothing."""
    detail = cloud.request("GET", f"/api/v1/agents/{slug}").json()
    path = f"/api/v1/agents/{slug}/demo"
    refused = cloud.request("POST", path, json={"input": {"no_such_field": 1}})
    if refused.status_code != 422 or "input." not in refused.json().get("detail", ""):
        raise Broken(f"{slug}: a bad input got {refused.status_code}: {refused.text[:200]}")
    answered = 0
    for example in detail["examples"][:1]:
        answer = cloud.request("POST", path, json={"input": example["input"]})
        if answer.status_code == 429:
            break
        if answer.status_code != 200:
            raise Broken(f"{slug}: {example['name']} got {answer.status_code}: {answer.text[:200]}")
        violations = find_schema_violations(detail["output_schema"], answer.json()["output"])
        if violations:
            raise Broken(f"{slug}: {example['name']}: {violations}")
        answered += 1
    return answered


def malice_publishes_nothing(cloud: EmbeddedCloud, *, builds: int) -> Facts:
    """With a model that obeys strangers and harms on its own, every build ends, and none of them on the shelf."""
    before = {each["slug"] for each in cloud.data.published_agents()}
    cloud.claude_mode("malicious")
    try:
        ended = [cloud.run_workflow("agent-factory") for _ in range(builds)]
    finally:
        cloud.claude_mode("ok")
    if {each["slug"] for each in cloud.data.published_agents()} != before:
        raise Broken("a malicious model's agent was published")
    outcomes = [str(each.output["outcome"]) if each.succeeded else each.status.lower() for each in ended]
    return {"outcomes": {name: outcomes.count(name) for name in sorted(set(outcomes))}}


def _scanned(cloud: EmbeddedCloud, posts: Sequence[Post]) -> list[Facts]:
    ended = cloud.run_workflow("market-scan", cloud.feed_posts(posts))
    if not ended.succeeded:
        raise Broken(f"the scan failed: {ended.error}: {ended.cause}")
    return cloud.data.opportunities_of(map(stored_id, posts))


def stored_id(post: Post) -> str:
    return post_id("reddit", post["id"])


def _tables(cloud: EmbeddedCloud) -> dict[str, list[str]]:
    dynamodb = cloud.aws("dynamodb")
    tables = ("mam-market-opportunities", "mam-problems", "mam-seen-posts")
    return {
        table: sorted(
            repr(item) for page in dynamodb.get_paginator("scan").paginate(TableName=table) for item in page["Items"]
        )
        for table in tables
    }
