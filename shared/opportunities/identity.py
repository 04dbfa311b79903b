"""Which opportunity a newly found problem belongs to, so that a card keeps its identity from scan to scan."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import numpy as np

from shared.opportunities.clustering import UNCLUSTERED, Vectors, cluster

LARGEST_SHARE = 0.30


@dataclass(frozen=True, slots=True, eq=False)
class ProblemVector:
    """A problem as the clustering sees it. `vector` is the unit-length embedding of the problem's statement."""

    problem_id: str
    post_id: str
    vector: Vectors


@dataclass(frozen=True, slots=True, eq=False)
class OpportunityCentroid:
    """What is kept of an opportunity to recognise its problems.

    `mean` is the plain mean of its problems' unit vectors and is NOT normalised: its length says how tight the
    opportunity is. `posts` counts distinct posts.
    """

    opportunity_id: str
    mean: Vectors
    problems: int
    posts: int


@dataclass(frozen=True, slots=True)
class Assignment:
    """Every new problem is in exactly one of the three; earlier unclustered ones appear where they changed place.

    `joined`: problem -> existing opportunity. `created`: new opportunity -> its founding problems, sorted.
    `unclustered`: those of the new and earlier problems that have no opportunity.
    """

    joined: dict[str, str]
    created: dict[str, list[str]]
    unclustered: list[str]


def opportunity_id(founding_problems: Iterable[str]) -> str:
    """The same founding problems give the same id, in whatever order they come."""
    return "opp_" + hashlib.sha256("\n".join(sorted(founding_problems)).encode()).hexdigest()[:16]


def centroid(opportunity_id: str, problems: Sequence[ProblemVector]) -> OpportunityCentroid:
    """The centroid of all problems of one opportunity."""
    mean = np.mean([problem.vector for problem in problems], axis=0, dtype=np.float32)
    return OpportunityCentroid(opportunity_id, mean, len(problems), len({problem.post_id for problem in problems}))


def assign(
    new: Sequence[ProblemVector],
    unclustered: Sequence[ProblemVector],
    existing: Sequence[OpportunityCentroid],
    scan_posts: int,
) -> Assignment:
    """Finds each of the `new` problems its place.

    `unclustered` are the earlier problems without an opportunity; `scan_posts` is the number of distinct posts of this
    scan, those without a problem included: no opportunity receives more than 30% of them. Leave problems out of `new`
    that already belong to an opportunity. The order of the arguments' members does not matter, and giving problems
    again that are already among `unclustered` changes nothing.
    """
    largest = max(3, int(LARGEST_SHARE * scan_posts))
    joined: dict[str, str] = {}
    rest: list[ProblemVector] = []
    for problem in sorted(new, key=lambda one: one.problem_id):
        scores = [float(problem.vector @ one.mean / np.linalg.norm(one.mean)) for one in existing]
        best = int(np.argmax(scores)) if scores else -1
        if best >= 0 and scores[best] >= 0.6:
            joined[problem.problem_id] = existing[best].opportunity_id
        else:
            rest.append(problem)
    pool = sorted([*rest, *unclustered], key=lambda one: one.problem_id)
    if not rest:
        return Assignment(joined, {}, [one.problem_id for one in pool])
    labels = cluster(np.stack([one.vector for one in pool]), [one.post_id for one in pool], largest=largest).labels
    created: dict[str, list[str]] = {}
    for theme in range(int(labels.max()) + 1):
        members = [pool[int(index)].problem_id for index in np.flatnonzero(labels == theme)]
        created[opportunity_id(members)] = sorted(members)
    left = [pool[int(index)].problem_id for index in np.flatnonzero(labels == UNCLUSTERED)]
    return Assignment(joined, created, left)
