"""Cards to save, made up from numbers."""

from datetime import UTC, datetime

from shared.opportunities.models import Frequency, Opportunity, Problem, RatedAxis
from shared.opportunities.repository import OpportunityChange, StoredProblem

VECTOR = bytes(range(256)) * 3
MEAN = bytes(range(256)) * 6


def a_problem(number: int, *, quote: str = "I cannot find a manufacturer", post_id: str | None = None) -> Problem:
    return Problem(
        problem_id=f"prb_{number:04d}",
        post_id=post_id or f"reddit:post{number}",
        voice=f"text:{post_id or f'reddit:post{number}'}",
        source="reddit",
        community="entrepreneur",
        url=f"https://www.reddit.com/r/entrepreneur/comments/post{number}/a_title/",
        created_utc=1_360_000_000.5 + number,
        quote=quote,
        statement="Trouble finding a manufacturer.",
        sufferer="first-time sellers",
        workaround="",
    )


def a_stored_problem(number: int, opportunity_id: str, *, quote: str = "I cannot find a manufacturer") -> StoredProblem:
    return StoredProblem(a_problem(number, quote=quote), VECTOR, opportunity_id)


def a_change(
    opportunity_id: str,
    *,
    problems: int = 3,
    first: int = 0,
    score: float = 100.0,
    based_on: str | None = None,
    quote: str = "I cannot find a manufacturer",
) -> OpportunityChange:
    joining = [a_stored_problem(first + one, opportunity_id, quote=quote) for one in range(problems)]
    card = Opportunity(
        opportunity_id=opportunity_id,
        title="Finding a reliable manufacturer",
        summary="Small sellers cannot find somebody who makes small numbers.",
        who="first-time sellers",
        current_solutions="",
        agent_idea="An agent that watches directories.",
        problems=tuple(one.problem for one in joining),
        frequency=Frequency(voices=problems, value=2.97),
        urgency=RatedAxis(value=6.1, reason="they lose sales", model="fake-model"),
        monetization=RatedAxis(value=7.3, reason="they name prices", model="fake-model"),
        score=score,
        recency=1_360_000_000.1 + 0.2,
        newest_problem_at=datetime.fromtimestamp(1_360_000_000.5 + first + problems - 1, UTC),
    )
    return OpportunityChange(
        card=card,
        mean=MEAN,
        problem_count=problems,
        rated_problems=problems,
        joining=joining,
        based_on=based_on,
    )
