"""What the platform pays for the model, held against a daily cap."""

from typing import Protocol


class ModelSpend(Protocol):
    """What the factory and the market spent on the model today (UTC)."""

    def add(self, microusd: int) -> None: ...

    def exceeded(self) -> bool: ...
