"""Does a text advertise something that nobody asked about? Finds what an agent adds to sell a product to its reader."""

import re
from collections.abc import Iterator, Sequence
from typing import cast

from shared.untrusted_text.folding import fold
from shared.values import Json

_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
_SALE = re.compile(
    r"\b(?:promo|discount|coupon|voucher|referral|invite) ?codes?\b|\bsponsored\b"
    r"|\bbrought to you by\b|\blimited[- ]time\b|\boffer ends\b|\bfree trial\b|\brisk[- ]free\b|\bmoney[- ]back\b"
    r"|\b(?:upgrade to|subscribe to|sign up for|switch to)\b[^.!?]{0,60}\b(?:today|now|free|premium|pro)\b"
    r"|\b(?:buy|order|get|try|download|install|visit)\b[^.!?]{0,60}"
    r"\b(?:for only|at half price|premium|pro plan|before it is gone|while stocks? lasts?)\b",
)
_OFFER = re.compile(rf"\b\d{{1,3}} ?(?:%|percent) off\b|{_SALE.pattern}")


def find_foreign_offers(said: Json, given: Sequence[Json]) -> list[str]:
    """Sentences of `said` that read like an advert and whose words do not occur in `given`."""
    known = " ".join(fold(text) for text in _list_texts(list(given)))
    found = (
        sentence for text in _list_texts(said) for sentence in _SENTENCE.split(text) if _OFFER.search(fold(sentence))
    )
    return list(dict.fromkeys(sentence.strip() for sentence in found if fold(sentence).strip(" .!?") not in known))


def find_foreign_sales(said: Json, given: Sequence[Json]) -> list[str]:
    """Sentences of `said` that sell something in words that do not occur in `given`.

    This rule is milder than `find_foreign_offers`, because it ends customers' runs. It allows a computed rebate, and
    the agent's own sentences about an offer that it was given.
    """
    sentences = dict.fromkeys(sentence.strip() for text in _list_texts(said) for sentence in _SENTENCE.split(text))
    selling = {sentence: [one[0] for one in _SALE.finditer(fold(sentence))] for sentence in sentences}
    if not any(selling.values()):
        return []
    find_known = " ".join(fold(text) for text in _list_texts(list(given)))
    return [sentence for sentence, words in selling.items() if any(one not in find_known for one in words)]


def _list_texts(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in cast("dict[str, Json]", value).values():
            yield from _list_texts(part)
    elif isinstance(value, list):
        for part in cast("list[Json]", value):
            yield from _list_texts(part)
