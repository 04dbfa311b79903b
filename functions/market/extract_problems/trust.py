"""Whether an answer is used at all.

Each finding is checked by itself, so every kept finding is true. But a model with mostly wrong findings has not read
the posts. Since a post is read only once for ever, such an answer must not count as having read it.
"""

from functions.market.extract_problems.extraction import Checked, ProblemFault
from shared.opportunities.models import Post

HANDFUL = 5
"""Among fewer findings a share says little: two errors in three do not show a bad model."""

REPEATS = frozenset({ProblemFault.TOO_MANY, ProblemFault.OVERLAPS})
"""Faults of findings that only repeat or exceed kept findings of the same post, so they do not show a bad model."""

CONTROL = Post(
    id="mam:control",
    source="mam",
    community="smallbusiness",
    title="I can't keep track of my customers' orders",
    text=(
        "I own a small bakery and I'm struggling to keep track of the orders that customers send me by email. "
        "I cannot find a tool that copies them into one list, so I waste hours every week doing it by hand."
    ),
    created_utc=1_400_000_000.0,
    url="https://control.test/orders",
)
"""A post of our own with an obvious problem. Nobody can tamper with it, so it tells a bad model from bad posts."""


def count_refused(checked: Checked) -> int:
    """The number of findings that count against the model."""
    return sum(number for reason, number in checked.dropped.items() if reason not in REPEATS)


def is_borne_out(checked: Checked, *, alone: bool) -> bool:
    """Whether the posts support enough of an answer to use it.

    Of HANDFUL or more findings about several posts, half have to be true. Of fewer findings, or of findings about one
    post `alone`, one is enough. An answer without findings makes no claims and is used.
    """
    against, kept = count_refused(checked), len(checked.kept)
    if alone or against + kept < HANDFUL:
        return kept > 0 or against == 0
    return against <= kept
