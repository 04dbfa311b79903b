"""The table `subscriptions`: subscriptions, the holder of each place, and Stripe's ids of prices.

Besides the rows of subscriptions it holds `place#<account>#<slug>` (which subscription is live, and which was opened
last) and `price#<key>` → Stripe's id. Rows and places are in the index of their account. Unpaid rows expire.
"""

import json
from collections.abc import Sequence
from typing import Any

from pynamodb.attributes import JSONAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import TransactWriteError
from pynamodb.expressions.update import Action
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model

from shared.adapters.dynamodb import find, is_lost_race, model_of, start_transaction, was_written
from shared.billing.subscription import (
    DISOWNED,
    Subscription,
    SubscriptionPlace,
    change_row,
    disown_row,
    next_version,
)

PLACE, PRICE = "place#", "price#"


class SubscriptionsByAccount(GlobalSecondaryIndex["SubscriptionItem"]):
    class Meta:
        index_name = "by_account"
        projection = AllProjection()

    account_id = UnicodeAttribute(hash_key=True)
    created_at = NumberAttribute(range_key=True)


class SubscriptionItem(Model):
    subscription_id = UnicodeAttribute(hash_key=True)
    by_account = SubscriptionsByAccount()

    account_id = UnicodeAttribute(null=True)
    created_at = NumberAttribute(null=True)
    row = JSONAttribute(null=True)
    version = NumberAttribute(null=True)
    live = UnicodeAttribute(null=True)
    attempt = UnicodeAttribute(null=True)
    stripe_id = UnicodeAttribute(null=True)
    expires_at = NumberAttribute(null=True)


class SubscriptionsTable:
    """Implements `Subscriptions` and `PriceIds` of `shared.billing.subscription`."""

    def __init__(self, table_name: str) -> None:
        self._items = model_of(SubscriptionItem, table_name)

    def get(self, subscription_id: str) -> Subscription | None:
        item = find(self._items, subscription_id)
        return _subscription(item) if item is not None and item.row is not None else None

    def of_account(self, account_id: str) -> Sequence[Subscription]:
        found = self._items.by_account.query(account_id, scan_index_forward=False)
        return [row for row in (_subscription(item) for item in found if item.row is not None) if row.stripe_id]

    def disown(self, account_id: str) -> None:
        for item in list(self._items.by_account.query(account_id)):
            row = self.get(item.subscription_id)
            if row is None or row.stripe_id is None:
                item.delete()
            else:
                change_row(self, row, disown_row)

    def place(self, account_id: str, slug: str) -> SubscriptionPlace:
        item = find(self._items, _place_key(account_id, slug))
        live, attempt = (item.live, item.attempt) if item is not None else (None, None)
        return SubscriptionPlace(account_id=account_id, slug=slug, live=live, attempt=attempt)

    def open(self, subscription: Subscription, place: SubscriptionPlace) -> bool:
        is_new = SubscriptionItem.subscription_id.does_not_exist()
        return self._together(subscription, is_new, place, SubscriptionItem.attempt, place.attempt)

    def save(self, subscription: Subscription) -> bool:
        item = self._item(subscription)
        return was_written(lambda: item.save(SubscriptionItem.version == subscription.version))

    def take_place(self, subscription: Subscription, place: SubscriptionPlace) -> bool:
        as_read = SubscriptionItem.version == subscription.version
        return self._together(subscription, as_read, place, SubscriptionItem.live, place.live)

    def price_id(self, price_key: str) -> str | None:
        item = find(self._items, PRICE + price_key)
        return item.stripe_id if item is not None else None

    def keep_price_id(self, price_key: str, price_id: str) -> None:
        self._items(PRICE + price_key, stripe_id=price_id).save()

    def _together(
        self, subscription: Subscription, condition: Any, place: SubscriptionPlace, member: Any, expected: str | None
    ) -> bool:
        """Write the row's next version and point the place's member to it, if both are unchanged since they
        were read.
        """
        key = _place_key(place.account_id, place.slug)
        unchanged = member.does_not_exist() if expected is None else member == expected
        try:
            with start_transaction() as writes:
                writes.save(self._item(subscription), condition=condition)
                owned = [SubscriptionItem.account_id.set(place.account_id), SubscriptionItem.created_at.set(0)]
                actions: list[Action] = [member.set(subscription.subscription_id), *owned]
                writes.update(self._items(key), actions=actions, condition=unchanged)
        except TransactWriteError as error:
            if is_lost_race(error):
                return False
            raise
        return True

    def _item(self, subscription: Subscription) -> SubscriptionItem:
        written = next_version(subscription)
        return self._items(
            written.subscription_id,
            account_id=None if written.account_id == DISOWNED else written.account_id,
            created_at=written.created_at,
            version=written.version,
            row=json.loads(written.model_dump_json(exclude={"version"})),
            expires_at=written.expires_at,
        )


def _place_key(account_id: str, slug: str) -> str:
    return f"{PLACE}{account_id}#{slug}"


def _subscription(item: SubscriptionItem) -> Subscription:
    return Subscription.model_validate({**(item.row or {}), "version": int(item.version or 0)})
