"""Whether an answer is used at all.

Each finding is checked by itself, so what is kept is true whoever said it. But a model that gets most findings wrong
has not read the posts, and a post counts as read for ever: such an answer must not be the one that deals with them.
"""

from functions.market.extract_problems.extraction import Checked, ProblemFault
from shared.opportunities.models import Post

HANDFUL = 5
"""Below so many findings a share says little: two slips of three are no sign of a bad model."""

REPEATS = frozenset({ProblemFault.TOO_MANY, ProblemFault.OVERLAPS})
"""What is dropped beside something kept from the same post: too much of a good thing."""

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
"""A post that nobody can tamper with and whose problem nobody can miss: it tells a bad model from bad posts."""


def count_refused(checked: Checked) -> int:
    """How many findings speak against who reported them."""
    return sum(number for reason, number in checked.dropped.items() if reason not in REPEATS)


def is_borne_out(checked: Checked, *, alone: bool) -> bool:
    """Whether the posts bear out enough of an answer to use it.

    Of a handful of findings about several posts, half have to hold. Of fewer, or of those about one post `alone`, one
    is enough. An answer without findings claims nothing.
    """
    against, kept = count_refused(checked), len(checked.kept)
    if alone or against + kept < HANDFUL:
        return kept > 0 or against == 0
    return against <= kept
