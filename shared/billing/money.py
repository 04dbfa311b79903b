"""Amounts for customers, always with their currency and period."""

from typing import Annotated, Literal

from pydantic import Field

from shared.values import Frozen


class RecurringPrice(Frozen):
    """What a subscription costs, once each interval."""

    amount_cents: Annotated[int, Field(ge=0, description="In the currency's smallest unit, for each interval")]
    currency: Annotated[str, Field(pattern="^[A-Z]{3}$", description="ISO 4217 code")]
    interval: Annotated[Literal["month"], Field(description="How often the amount is due")] = "month"
