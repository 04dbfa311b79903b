"""Places a large scan in portions, as if it were several scans, because comparing all problems takes quadratic time.

A scan of ordinary size is one portion.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence

from shared.opportunities.identity import Assignment, OpportunityCentroid, ProblemVector, assign, compute_centroid

PORTION = 2_500
POOL = 5_000
"""How many problems without an opportunity, from earlier scans and portions, are still compared to found one."""


def assign_in_portions(
    new: Sequence[ProblemVector],
    unclustered: Sequence[ProblemVector],
    existing: Sequence[OpportunityCentroid],
    scan_posts: int,
    *,
    portion: int = PORTION,
) -> Assignment:
    """Like `assign`, which is called for each portion with the results of the earlier ones. `unclustered` is sorted
    newest first.
    """
    everything = {one.problem_id: one for one in [*unclustered, *new]}
    centroids = {one.opportunity_id: one for one in existing}
    pool = [one.problem_id for one in unclustered][:POOL]
    joined: dict[str, str] = {}
    created: dict[str, list[str]] = {}
    for start in range(0, max(len(new), 1), portion):
        waiting = [everything[one] for one in pool]
        found = assign(new[start : start + portion], waiting, list(centroids.values()), scan_posts)
        joined |= found.joined
        created |= found.created
        members = _group_members(found, everything)
        centroids |= {key: _grow(centroids.get(key), key, own) for key, own in members.items()}
        pool = _sort_newest_first(found.unclustered, pool)[:POOL]
    placed = joined.keys() | {one for founders in created.values() for one in founders}
    for problem_id, key in joined.items():
        if key in created:
            created[key].append(problem_id)
    return Assignment(
        {one: key for one, key in joined.items() if key not in created},
        {key: sorted(founders) for key, founders in created.items()},
        sorted(everything.keys() - placed),
    )


def _group_members(found: Assignment, everything: dict[str, ProblemVector]) -> dict[str, list[ProblemVector]]:
    members: dict[str, list[ProblemVector]] = defaultdict(list)
    for problem_id, key in found.joined.items():
        members[key].append(everything[problem_id])
    for key, founders in found.created.items():
        members[key] += [everything[one] for one in founders]
    return members


def _grow(before: OpportunityCentroid | None, key: str, joining: Sequence[ProblemVector]) -> OpportunityCentroid:
    """The opportunity with the joining problems. All their voices count as new, so the count may be too high; it only
    limits the card's room.
    """
    added = compute_centroid(key, joining)
    if before is None:
        return added
    count = before.problems + added.problems
    mean = (before.mean * before.problems + added.mean * added.problems) / count
    return OpportunityCentroid(key, mean.astype(before.mean.dtype), count, before.voices + added.voices)


def _sort_newest_first(unclustered: Iterable[str], pool: Sequence[str]) -> list[str]:
    """The unclustered problems of this portion, then those that waited before, in their order."""
    left = set(unclustered)
    waited = [one for one in pool if one in left]
    return [*sorted(left - set(waited)), *waited]
