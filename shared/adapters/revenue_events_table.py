"""The ledger in the table `revenue_events`. Entries are written once and never changed."""

from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.models import Model

from shared.adapters.dynamodb import model_of, was_written
from shared.billing.revenue import RevenueEvent


class RevenueEventItem(Model):
    entry_id = UnicodeAttribute(hash_key=True)
    kind = UnicodeAttribute()
    amount = NumberAttribute()
    currency = UnicodeAttribute()
    at = NumberAttribute()
    subscription_id = UnicodeAttribute()
    invoice_id = UnicodeAttribute()
    period_start = NumberAttribute()
    period_end = NumberAttribute()


class RevenueEventsTable:
    """Implements `shared.billing.revenue.RevenueLedger`."""

    def __init__(self, table_name: str) -> None:
        self._items = model_of(RevenueEventItem, table_name)

    def add(self, entry: RevenueEvent) -> bool:
        values = entry.model_dump(mode="json")
        item = self._items(values.pop("entry_id"), **values)
        return was_written(lambda: item.save(RevenueEventItem.entry_id.does_not_exist()))
