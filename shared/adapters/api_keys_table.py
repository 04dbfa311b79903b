"""The table `api_keys`: one item per API key, without the key's secret."""

from collections.abc import Sequence
from typing import Any

from pynamodb.attributes import ListAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import TransactWriteError
from pynamodb.expressions.update import Action
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model

from shared.accounts.api_key import USE_NOTED_EVERY_SECONDS, ApiKey
from shared.adapters.dynamodb import (
    CONDITION_FAILED,
    find,
    model_of,
    read_cancellation_codes,
    read_optional_number,
    start_transaction,
    was_written,
)


class KeysOfAccount(GlobalSecondaryIndex["ApiKeyItem"]):
    class Meta:
        index_name = "by_account"
        projection = AllProjection()

    account_id = UnicodeAttribute(hash_key=True)
    created_at = NumberAttribute(range_key=True)


class ApiKeyItem(Model):
    key_id = UnicodeAttribute(hash_key=True)
    account_id = UnicodeAttribute()
    name = UnicodeAttribute()
    secret_hash = UnicodeAttribute()
    subscriptions: ListAttribute[Any] = ListAttribute(of=UnicodeAttribute)
    created_at = NumberAttribute()
    expires_at = NumberAttribute(null=True)
    used_at = NumberAttribute(null=True)
    replaced_by = UnicodeAttribute(null=True)

    by_account = KeysOfAccount()


class ApiKeysTable:
    """Implements `shared.accounts.api_key.ApiKeysRepository`."""

    def __init__(self, table_name: str) -> None:
        self._keys = model_of(ApiKeyItem, table_name)

    def add(self, key: ApiKey) -> None:
        self._make_item(key).save(ApiKeyItem.key_id.does_not_exist())

    def get(self, key_id: str) -> ApiKey | None:
        item = find(self._keys, key_id)
        return _read_key(item) if item else None

    def of_account(self, account_id: str) -> Sequence[ApiKey]:
        return [_read_key(item) for item in self._keys.by_account.query(account_id, scan_index_forward=False)]

    def replace(self, old: ApiKey, new: ApiKey, expires_at: int | None) -> bool:
        item = self._keys(old.key_id)
        ours = (ApiKeyItem.account_id == old.account_id) & ApiKeyItem.replaced_by.does_not_exist()
        try:
            with start_transaction() as writes:
                writes.save(self._make_item(new), condition=ApiKeyItem.key_id.does_not_exist())
                if expires_at is None:
                    writes.delete(item, condition=ours)
                else:
                    ends: list[Action] = [ApiKeyItem.expires_at.set(expires_at), ApiKeyItem.replaced_by.set(new.key_id)]
                    writes.update(item, actions=ends, condition=ours)
        except TransactWriteError as error:
            if CONDITION_FAILED in read_cancellation_codes(error):
                return False
            raise
        return True

    def remove(self, key_id: str, account_id: str) -> bool:
        ours = ApiKeyItem.account_id == account_id
        return was_written(lambda: self._keys(key_id).delete(condition=ours))

    def note_use(self, key: ApiKey, now: float) -> None:
        item = self._keys(key.key_id)
        stale = ApiKeyItem.used_at.does_not_exist() | (ApiKeyItem.used_at <= now - USE_NOTED_EVERY_SECONDS)
        there = ApiKeyItem.key_id.exists()
        was_written(lambda: item.update(actions=[ApiKeyItem.used_at.set(now)], condition=there & stale))

    def _make_item(self, key: ApiKey) -> ApiKeyItem:
        return self._keys(**{**dict(key), "subscriptions": list(key.subscriptions)})


def _read_key(item: ApiKeyItem) -> ApiKey:
    ends = read_optional_number(item.expires_at)
    return ApiKey(
        key_id=item.key_id,
        account_id=item.account_id,
        name=item.name,
        secret_hash=item.secret_hash,
        subscriptions=tuple(item.subscriptions),
        created_at=float(item.created_at),
        expires_at=None if ends is None else int(ends),
        used_at=read_optional_number(item.used_at),
        replaced_by=item.replaced_by,
    )
