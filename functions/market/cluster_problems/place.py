"""Assigns each problem of a scan to an existing opportunity, to a new one, or to none yet."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from functions.market.cluster_problems.portions import POOL, assign_in_portions
from functions.market.cluster_problems.vectors import pack_mean, pack_vector, unpack_mean, unpack_vector
from shared.adapters.artifacts import Artifacts
from shared.opportunities.identity import OpportunityCentroid, ProblemVector, limit_theme
from shared.opportunities.models import Problem
from shared.opportunities.repository import (
    UNCLUSTERED,
    Opportunities,
    Problems,
    StoredOpportunity,
    StoredProblem,
)
from shared.opportunities.scan import (
    Batch,
    Clustered,
    Clusters,
    PlacedProblem,
    Scanned,
    TouchedOpportunity,
    encode_bytes,
)

READ_AT_ONCE = 16


class Embedder(Protocol):
    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]: ...


@dataclass(frozen=True)
class Placement:
    """`owners`: the present opportunity of each problem that this scan found or moved."""

    problems: dict[str, StoredProblem]
    owners: dict[str, str]
    found: frozenset[str]


def place(
    request: Scanned, *, embedder: Embedder, opportunities: Opportunities, problems: Problems, artifacts: Artifacts
) -> Clustered:
    found = _read_found(request, artifacts)
    existing = {stored.card.opportunity_id: stored for stored in opportunities.all()} if found else {}
    placement = _place(request, found, existing, embedder, problems)
    clusters = Clusters(touched=tuple(_list_touched(placement, existing)))
    return Clustered(
        **request.model_dump(),
        problems_key=artifacts.put_lines(f"scans/{request.scan_id}/problems.jsonl", _write_lines(placement)),
        clusters_key=artifacts.put_model(f"scans/{request.scan_id}/clusters.json", clusters),
    )


def _read_found(request: Scanned, artifacts: Artifacts) -> dict[str, Problem]:
    batches = artifacts.get_lines(request.batches_key, Batch)
    with ThreadPoolExecutor(READ_AT_ONCE) as pool:
        parts = pool.map(partial(artifacts.get_lines, kind=Problem), [batch.problems_key for batch in batches])
        return {one.problem_id: one for part in parts for one in part}


def _place(
    request: Scanned,
    found: Mapping[str, Problem],
    existing: Mapping[str, StoredOpportunity],
    embedder: Embedder,
    problems: Problems,
) -> Placement:
    """Place the problems. A problem that is stored already (an earlier try of this scan died while saving) keeps its
    opportunity.
    """
    if not found:
        return Placement({}, {}, frozenset())
    stored = problems.get_many(found)
    fresh = _embed([found[one] for one in sorted(found.keys() - stored.keys())], embedder)
    pool = sorted(problems.of_opportunity(UNCLUSTERED), key=lambda one: -one.problem.created_utc)[:POOL]
    known = {one.problem.problem_id: one for one in [*pool, *stored.values(), *fresh]}
    placed = {key: one.opportunity_id for key, one in stored.items() if one.opportunity_id != UNCLUSTERED}
    assignment = assign_in_portions(
        [_read_vector(known[one]) for one in sorted(found.keys() - placed.keys())],
        [_read_vector(one) for one in pool],
        [_read_centroid(one) for one in existing.values()],
        request.post_count,
    )
    created = {problem: owner for owner, founders in assignment.created.items() for problem in founders}
    joined = _keep_within_share(assignment.joined, placed, known, limit_theme(request.post_count))
    return Placement(known, dict.fromkeys(found, UNCLUSTERED) | joined | created | placed, frozenset(found))


def _keep_within_share(
    joined: Mapping[str, str], placed: Mapping[str, str], known: Mapping[str, StoredProblem], largest: int
) -> dict[str, str]:
    """The joining problems for which an opportunity has room, besides those that an earlier try of this scan added."""
    voices: dict[str, set[str]] = defaultdict(set)
    for problem_id, owner in placed.items():
        voices[owner].add(known[problem_id].problem.voice)
    kept: dict[str, str] = {}
    for problem_id, owner in sorted(joined.items()):
        voice = known[problem_id].problem.voice
        if voice in voices[owner] or len(voices[owner]) < largest:
            voices[owner].add(voice)
            kept[problem_id] = owner
    return kept


def _list_touched(placement: Placement, existing: Mapping[str, StoredOpportunity]) -> Iterable[TouchedOpportunity]:
    members: dict[str, list[StoredProblem]] = defaultdict(list)
    for problem_id, owner in sorted(placement.owners.items()):
        if owner != UNCLUSTERED:
            members[owner].append(placement.problems[problem_id])
    for owner, own in sorted(members.items()):
        before = existing.get(owner)
        joining = [one for one in own if one.opportunity_id != owner] if before else own
        yield TouchedOpportunity(
            opportunity_id=owner,
            based_on=before.revision if before else None,
            mean=encode_bytes(_compute_mean(joining, before)),
            problem_count=len(joining) + (before.problem_count if before else 0),
        )


def _compute_mean(joining: Sequence[StoredProblem], before: StoredOpportunity | None) -> bytes:
    """The plain mean of all members, old and joining, computed without reading the old members again."""
    if before is not None and not joining:
        return before.mean
    vectors = [unpack_vector(one.vector).astype(np.float64) for one in joining]
    if before is not None:
        vectors.append(unpack_mean(before.mean).astype(np.float64) * before.problem_count)
    size = len(joining) + (before.problem_count if before else 0)
    return pack_mean(np.asarray(np.stack(vectors).sum(axis=0) / size, dtype=np.float32))


def _write_lines(placement: Placement) -> list[PlacedProblem]:
    return [
        PlacedProblem(
            problem=placement.problems[problem_id].problem,
            vector=encode_bytes(placement.problems[problem_id].vector),
            opportunity_id=owner,
            found=problem_id in placement.found,
        )
        for problem_id, owner in sorted(placement.owners.items())
    ]


def _embed(problems: Sequence[Problem], embedder: Embedder) -> list[StoredProblem]:
    if not problems:
        return []
    vectors = embedder.embed([problem.statement for problem in problems])
    return [
        StoredProblem(problem, pack_vector(vector), UNCLUSTERED)
        for problem, vector in zip(problems, vectors, strict=True)
    ]


def _read_vector(stored: StoredProblem) -> ProblemVector:
    return ProblemVector(stored.problem.problem_id, stored.problem.voice, unpack_vector(stored.vector))


def _read_centroid(stored: StoredOpportunity) -> OpportunityCentroid:
    return OpportunityCentroid(
        stored.card.opportunity_id, unpack_mean(stored.mean), stored.problem_count, stored.card.frequency.voices
    )
