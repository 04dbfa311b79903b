"""What the platform pays for the model, held against a daily cap."""

from typing import Protocol

MODEL_PURSE = "model_spend"
"""Pays for scans and builds. Each purse has its own day and its own cap."""
DEMO_PURSE = "demo_model_spend"
"""Pays for what demos ask the model; anybody may empty it."""


class ModelSpend(Protocol):
    """What the factory and the market spent on the model today (UTC)."""

    def add(self, microusd: int) -> None: ...

    def is_exceeded(self) -> bool: ...
