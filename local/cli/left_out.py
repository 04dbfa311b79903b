"""Why a scan did not read some of the posts, in words for people."""

from collections.abc import Mapping

_WORDS = {
    "known": "read by an earlier scan",
    "removed": "removed or deleted",
    "advert": "adverts",
    "same_text": "with a text that another one has",
    "unusable": "unusable (`make logs` tells why)",
}
"""By the reasons that `scan_posts` counts."""


def tell_left_out(left_out: Mapping[str, int]) -> str:
    """ "; left out: 2 adverts, 1 removed or deleted", or nothing."""
    told = [f"{number} {_WORDS.get(reason, reason)}" for reason, number in sorted(left_out.items()) if number]
    return f"; left out: {', '.join(told)}" if told else ""
