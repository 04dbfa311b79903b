"""Whether a model's quote is genuine: code checks each one against its post.

A quote is an exact slice of the post's title or text as they were read. White space at both ends is removed, so the
quote is still a slice. Nothing inside a quote is ever repaired.
"""

import hashlib
from enum import StrEnum

from shared.opportunities.models import Post
from shared.untrusted_text.invisible import hides_text
from shared.untrusted_text.orders import gives_orders

MIN_CHARACTERS = 12
MAX_CHARACTERS = 400
MIN_LETTERS = 8


class QuoteFault(StrEnum):
    """Why a quote is dropped; the values are dimensions of the metric `ProblemsDropped`."""

    TOO_SHORT = "quote_too_short"
    TOO_LONG = "quote_too_long"
    NOT_VERBATIM = "quote_not_verbatim"
    UNREADABLE = "quote_unreadable"
    ORDERS = "quote_gives_orders"


def trim(quote: str) -> str:
    """The quote without white space at its ends; it is still a slice of the same text."""
    return quote.strip()


def find_fault(quote: str, post: Post) -> QuoteFault | None:
    """The fault of a trimmed quote of this post; None if the quote may be shown."""
    if len(quote) < MIN_CHARACTERS or sum(one.isalpha() for one in quote) < MIN_LETTERS:
        return QuoteFault.TOO_SHORT
    if len(quote) > MAX_CHARACTERS:
        return QuoteFault.TOO_LONG
    if quote not in post.title and quote not in post.text:
        return QuoteFault.NOT_VERBATIM
    if hides_text(quote):
        return QuoteFault.UNREADABLE
    if gives_orders(quote):
        return QuoteFault.ORDERS
    return None


def make_problem_id(post_id: str, quote: str) -> str:
    """The problem's id. The same quote of the same post gives the same id in every scan."""
    return "prb_" + hashlib.sha256(f"{post_id}\n{quote}".encode()).hexdigest()[:20]
