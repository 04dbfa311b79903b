"""Writes the findings of a scan, in an order that is safe against a crash between any two writes.

First each card and its joining problems are written in one transaction, then the problems without an opportunity. Last,
the posts are marked as seen. After a crash, the next try or scan finds the missing parts again under the same ids.
"""

from collections import defaultdict
from dataclasses import dataclass

from shared.adapters.artifacts import Artifacts
from shared.opportunities.repository import (
    UNCLUSTERED,
    Opportunities,
    OpportunityChange,
    Problems,
    SeenPosts,
    StoredProblem,
)
from shared.opportunities.scan import (
    PlacedProblem,
    PostMark,
    Saved,
    Scored,
    ScoredOpportunities,
    ScoredOpportunity,
    decode_bytes,
)


@dataclass(frozen=True)
class SaveCounts:
    """Counts for the metrics, which are not part of the state."""

    created: int
    updated: int


def save(
    request: Scored, *, opportunities: Opportunities, problems: Problems, seen: SeenPosts, artifacts: Artifacts
) -> tuple[Saved, SaveCounts]:
    """Raises MarketChanged if another scan was faster with one of these opportunities."""
    marks = artifacts.get_lines(request.marks_key, PostMark)
    scored = artifacts.get_model(request.opportunities_key, ScoredOpportunities)
    lines = artifacts.get_lines(request.problems_key, PlacedProblem)
    joining: dict[str, list[StoredProblem]] = defaultdict(list)
    for line in lines:
        placed = StoredProblem(line.problem, decode_bytes(line.vector), line.opportunity_id)
        joining[line.opportunity_id].append(placed)
    created = updated = 0
    for one in scored.opportunities:
        if opportunities.save(_change(one, joining[one.card.opportunity_id])):
            created += one.based_on is None
            updated += one.based_on is not None
    problems.add_unclustered(joining[UNCLUSTERED])
    if marks:
        seen.add(_group_by_post(marks, lines), {mark.text: mark.post_id for mark in marks})
    saved = created + updated
    state = Saved(
        scan_id=request.scan_id,
        post_count=len(marks),
        left_out=request.left_out,
        saved=saved,
        unchanged=len(scored.opportunities) - saved,
    )
    return state, SaveCounts(created, updated)


def _change(scored: ScoredOpportunity, joining: list[StoredProblem]) -> OpportunityChange:
    return OpportunityChange(
        card=scored.card,
        mean=decode_bytes(scored.mean),
        problem_count=scored.problem_count,
        rated_problems=scored.rated_problems,
        joining=joining,
        based_on=scored.based_on,
    )


def _group_by_post(marks: list[PostMark], lines: list[PlacedProblem]) -> dict[str, list[str]]:
    by_post: dict[str, list[str]] = {mark.post_id: [] for mark in marks}
    for line in lines:
        if line.found and line.problem.post_id in by_post:
            by_post[line.problem.post_id].append(line.problem.problem_id)
    return by_post
