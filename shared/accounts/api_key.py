"""API keys: what is stored of one, and what it may do. The key itself is known to its owner alone."""

from collections.abc import Sequence
from typing import Protocol

from pydantic import Field

from shared.accounts.scopes import ALL_SUBSCRIPTIONS, name_subscription_scope
from shared.errors import DomainProblem
from shared.values import Frozen

COST = 10
"""2^10 rounds of bcrypt."""
MOST_KEYS = 50
MOST_SCOPES = 100
USE_NOTED_EVERY_SECONDS = 3600
LONGEST_OVERLAP_SECONDS = 30 * 86_400


class NoSuchKey(DomainProblem):
    status = 404
    type = "api-key-not-found"
    title = "There is no such API key"

    def __init__(self) -> None:
        super().__init__("Your account has no API key with this id. `GET /api/v1/api-keys` lists those it has.")


class KeyReplaced(DomainProblem):
    status = 409
    type = "api-key-rotated"
    title = "The API key was rotated already"

    def __init__(self) -> None:
        super().__init__("Another key has taken its place. Rotate that one, or revoke this one.")


class TooManyKeys(DomainProblem):
    status = 409
    type = "api-keys-full"
    title = "The account has too many API keys"

    def __init__(self) -> None:
        super().__init__(f"An account has at most {MOST_KEYS}. Revoke one that is not used any more.")


class ApiKey(Frozen):
    """`subscriptions` are the ids it is limited to; none means all that the account has, now or later. Times are epoch
    seconds; `used_at` is true to the hour. `replaced_by` is the key that it was rotated into.
    """

    key_id: str
    account_id: str
    name: str
    secret_hash: str = Field(repr=False)
    subscriptions: tuple[str, ...] = ()
    created_at: float
    expires_at: int | None = None
    used_at: float | None = None
    replaced_by: str | None = None

    @property
    def scopes(self) -> frozenset[str]:
        return frozenset(map(name_subscription_scope, self.subscriptions)) or frozenset({ALL_SUBSCRIPTIONS})


class ApiKeysRepository(Protocol):
    """Reads see what was written before, but for `of_account`."""

    def add(self, key: ApiKey) -> None: ...

    def get(self, key_id: str) -> ApiKey | None: ...

    def of_account(self, account_id: str) -> Sequence[ApiKey]:
        """The newest first; what was written a moment ago may be missing."""
        ...

    def replace(self, old: ApiKey, new: ApiKey, expires_at: int | None) -> bool:
        """The new key is there and the old one ends then, or is gone at once (None). Both or nothing.

        False if the old one is gone or was replaced meanwhile.
        """
        ...

    def remove(self, key_id: str, account_id: str) -> bool:
        """False if the account has no such key."""
        ...

    def note_use(self, key: ApiKey, now: float) -> None:
        """At most one write an hour, however many ask at once. A key that is gone stays gone."""
        ...


def is_live(key: ApiKey, now: float) -> bool:
    return key.expires_at is None or now < key.expires_at


def is_use_news(key: ApiKey, now: float) -> bool:
    return key.used_at is None or now >= key.used_at + USE_NOTED_EVERY_SECONDS


def find_end_of_overlap(old: ApiKey, overlap_seconds: int, now: float) -> int | None:
    """When a key that is rotated now ends; None means at once. Never later than it would have without."""
    if overlap_seconds == 0:
        return None
    ends = int(now) + overlap_seconds
    return ends if old.expires_at is None else min(ends, old.expires_at)
