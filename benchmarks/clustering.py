"""Clustering: what it costs, and what it makes of the titles of real posts, scan after scan."""

import time
from collections import Counter
from pathlib import Path

import numpy as np

from local.standins.reddit.posts import bundled_posts
from shared.adapters.embeddings import Embeddings
from shared.opportunities.clustering import UNCLUSTERED, cluster
from shared.opportunities.identity import ProblemVector, assign, compute_centroid

Figure = tuple[str, float, str]
MODEL = Path(__file__).parents[1] / "layers" / "embedder" / "model"
PER_SCAN = 100


def figures() -> list[Figure]:
    posts = [post for post in bundled_posts() if post.subreddit.lower() == "smallbusiness"]
    problems = [
        ProblemVector(post.id, post.id, vector)
        for post, vector in zip(posts, Embeddings(MODEL).embed([post.title for post in posts]), strict=True)
    ]
    return [*_first_scan(problems[:PER_SCAN]), *_scans(problems), _cost(2_000), _cost(5_000)]


def _first_scan(problems: list[ProblemVector]) -> list[Figure]:
    vectors = np.stack([problem.vector for problem in problems])
    labels = cluster(vectors, [problem.voice for problem in problems], largest=30).labels
    sizes = Counter(labels[labels != UNCLUSTERED].tolist())
    share = 100 * max(sizes.values(), default=0) / len(problems)
    return [
        ("themes among 100 posts", len(sizes), ""),
        ("posts in the largest", share, "%"),
        ("posts in none", 100 * float((labels == UNCLUSTERED).mean()), "%"),
    ]


def _scans(problems: list[ProblemVector]) -> list[Figure]:
    """The same market, heard in portions: how many of the later problems find a card that is there already."""
    by_id = {problem.problem_id: problem for problem in problems}
    members: dict[str, list[str]] = {}
    unclustered: list[str] = []
    joined = later = 0
    for start in range(0, len(problems), PER_SCAN):
        new = problems[start : start + PER_SCAN]
        existing = [compute_centroid(key, [by_id[one] for one in own]) for key, own in members.items()]
        found = assign(new, [by_id[one] for one in unclustered], existing, len(new))
        for problem_id, key in found.joined.items():
            members[key].append(problem_id)
        members |= found.created
        unclustered = found.unclustered
        joined, later = joined + len(found.joined), later + (len(new) if start else 0)
    largest = 100 * max(map(len, members.values())) / len(problems)
    return [
        (f"opportunities after {len(problems)} posts in scans of {PER_SCAN}", len(members), ""),
        ("later problems that joined a card of an earlier scan", 100 * joined / later, "%"),
        ("posts in the largest card", largest, "%"),
    ]


def _cost(count: int) -> Figure:
    random = np.random.default_rng(0)
    middles = random.normal(size=(count // 8, 384))
    vectors = (middles[random.integers(len(middles), size=count)] + random.normal(size=(count, 384))).astype(np.float32)
    vectors /= np.linalg.norm(vectors, axis=1, keepdims=True)
    began = time.perf_counter()
    cluster(vectors, [f"post{number:06}" for number in range(count)], largest=count)
    return f"clustering of {count:,} problems", time.perf_counter() - began, "s"
