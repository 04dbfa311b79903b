"""The model's cost per day: one item per day in the table `meters`, which is added to atomically and expires later."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from pynamodb.attributes import NumberAttribute, TTLAttribute, UnicodeAttribute
from pynamodb.models import Model

from shared.adapters.dynamodb import find, model_of
from shared.billing.spend import MODEL_PURSE

KEPT = timedelta(days=40)
MICROUSD_PER_CENT = 10_000


class SpendItem(Model):
    key = UnicodeAttribute(hash_key=True)
    microusd = NumberAttribute(default=0)
    expires_at = TTLAttribute(null=True)


def utc_now() -> datetime:
    return datetime.now(UTC)


class ModelSpendTable:
    """Implements `ModelSpend` of `shared.billing.spend`. A day is a day in UTC."""

    def __init__(
        self, table_name: str, *, cap_cents: int, purse: str = MODEL_PURSE, clock: Callable[[], datetime] = utc_now
    ) -> None:
        """`purse` separates spending for different purposes: each purse has its own total per day and its own cap."""
        self._purse = purse
        self._days = model_of(SpendItem, table_name)
        self._cap_microusd = cap_cents * MICROUSD_PER_CENT
        self._clock = clock

    def add(self, microusd: int) -> None:
        if microusd <= 0:
            return
        now = self._clock()
        self._days(self._make_key(now)).update(
            actions=[SpendItem.microusd.add(microusd), SpendItem.expires_at.set(now + KEPT)]
        )

    def is_exceeded(self) -> bool:
        return self.today() >= self._cap_microusd

    def today(self) -> int:
        """Micro-dollars spent so far today."""
        day = find(self._days, self._make_key(self._clock()))
        return int(day.microusd) if day else 0

    def _make_key(self, now: datetime) -> str:
        return f"{self._purse}#{now.astimezone(UTC).date().isoformat()}"
