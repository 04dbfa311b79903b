"""Retry as the language defines it: MaxDelaySeconds and jitter, which MiniStack leaves out."""

import random
from typing import Any

from ministack.services import stepfunctions

Retrier = dict[str, Any]


def find_retrier(retriers: list[Retrier], error: str, counts: dict[int, int]) -> tuple[Retrier | None, int]:
    """The first that matches decides. It comes back with the wait of this very attempt as its interval."""
    for index, retrier in enumerate(retriers):
        if stepfunctions._error_matches(retrier.get("ErrorEquals", []), error):
            if counts.get(index, 0) >= retrier.get("MaxAttempts", 3):
                return None, -1
            return {**retrier, "IntervalSeconds": _wait(retrier, counts.get(index, 0)), "BackoffRate": 1.0}, index
    return None, -1


def _wait(retrier: Retrier, attempt: int) -> float:
    wait = float(retrier.get("IntervalSeconds", 1)) * float(retrier.get("BackoffRate", 2.0)) ** attempt
    wait = min(wait, float(retrier.get("MaxDelaySeconds", wait)))
    return random.uniform(0, wait) if retrier.get("JitterStrategy") == "FULL" else wait  # noqa: S311  not a secret
