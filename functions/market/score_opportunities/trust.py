"""Whether a model's ratings are used at all. The model first rates two opportunities of our own, which no planted text
in posts can affect.

A model that rates everything 10, or everything 0, is not rating.
"""

from functions.market.score_opportunities.rating import OpportunityRating
from shared.opportunities.models import Problem

MOST_FOR_A_TRIFLE = 6.0


def _make_problem(number: int, quote: str, statement: str, workaround: str = "") -> Problem:
    return Problem(
        problem_id=f"control-{number}",
        post_id=f"control:{number}",
        voice=f"control {number}",
        source="control",
        community="control",
        url=f"https://control.invalid/{number}",
        created_utc=1_400_000_000.0,
        quote=quote,
        statement=statement,
        sufferer="a shop owner",
        workaround=workaround,
    )


TRIFLE = [
    _make_problem(1, "I can't decide which colour I like best for our door", "Cannot decide on a colour for the door.")
]
"""A trifle: it is not urgent, and nobody pays for it."""

BURDEN = [
    _make_problem(
        2,
        "I'm losing customers because I waste hours every day copying orders by hand and I would pay for a tool today",
        "Loses customers and wastes hours every day copying orders by hand.",
        "pays a freelancer $400 a month",
    ),
    _make_problem(
        3,
        "We were fined because we missed the tax deadline again, and the accountant costs $900 a month",
        "Was fined for a missed tax deadline.",
        "an expensive accountant",
    ),
]
"""A burden: people lose money over it and say that they would pay."""


def is_sensible(trifle: OpportunityRating, burden: OpportunityRating) -> bool:
    """Whether the trifle is rated low and the burden higher, on both axes and within bounds."""
    pairs = ((trifle.urgency.value, burden.urgency.value), (trifle.monetization.value, burden.monetization.value))
    return all(0 <= low <= MOST_FOR_A_TRIFLE and low < high <= 10 for low, high in pairs)
