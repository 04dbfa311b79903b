"""Does a text sell something that nobody asked about? What an agent adds of its own to push a product on its reader."""

import re
from collections.abc import Iterator, Sequence
from typing import cast

from shared.untrusted_text.folding import fold
from shared.values import Json

_SENTENCE = re.compile(r"(?<=[.!?])\s+|\n+")
_OFFER = re.compile(
    r"\b\d{1,3} ?(?:%|percent) off\b|\b(?:promo|discount|coupon|voucher|referral|invite) ?codes?\b|\bsponsored\b"
    r"|\bbrought to you by\b|\blimited[- ]time\b|\boffer ends\b|\bfree trial\b|\brisk[- ]free\b|\bmoney[- ]back\b"
    r"|\b(?:upgrade to|subscribe to|sign up for|switch to)\b[^.!?]{0,60}\b(?:today|now|free|premium|pro)\b"
    r"|\b(?:buy|order|get|try|download|install|visit)\b[^.!?]{0,60}"
    r"\b(?:for only|at half price|premium|pro plan|before it is gone|while stocks? lasts?)\b",
)


def find_foreign_offers(said: Json, given: Sequence[Json]) -> list[str]:
    """Sentences of `said` that read like an advert and whose words nothing of `given` holds."""
    known = " ".join(fold(text) for text in _list_texts(list(given)))
    found = (
        sentence for text in _list_texts(said) for sentence in _SENTENCE.split(text) if _OFFER.search(fold(sentence))
    )
    return list(dict.fromkeys(sentence.strip() for sentence in found if fold(sentence).strip(" .!?") not in known))


def _list_texts(value: Json) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for part in cast("dict[str, Json]", value).values():
            yield from _list_texts(part)
    elif isinstance(value, list):
        for part in cast("list[Json]", value):
            yield from _list_texts(part)
