"""The platform's spending on the model, and its daily cap."""

from typing import Protocol

MODEL_PURSE = "model_spend"
"""Pays for scans and builds. Each purse has its own daily total and its own cap."""
DEMO_PURSE = "demo_model_spend"
"""Pays for demos' questions to the model. Anybody can use it up."""


class ModelSpend(Protocol):
    """What the factory and the market spent on the model today (UTC)."""

    def add(self, microusd: int) -> None: ...

    def is_exceeded(self) -> bool: ...
