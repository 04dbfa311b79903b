"""API keys: the stored values of a key, and its permissions. Only its owner knows the key itself."""

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
    """`subscriptions` are the ids that the key is limited to; none means all of the account's, present and future.
    Times are epoch seconds; `used_at` is exact to the hour. `replaced_by` is the key that replaced this one by
    rotation.
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
    """Reads see all earlier writes, except `of_account`."""

    def add(self, key: ApiKey) -> None: ...

    def get(self, key_id: str) -> ApiKey | None: ...

    def of_account(self, account_id: str) -> Sequence[ApiKey]:
        """The account's keys, newest first. A key written a moment ago may be missing."""
        ...

    def replace(self, old: ApiKey, new: ApiKey, expires_at: int | None) -> bool:
        """Add the new key, and let the old one end at `expires_at` or, if that is None, remove it at once. Atomic.

        False if the old key is gone or was replaced meanwhile.
        """
        ...

    def remove(self, key_id: str, account_id: str) -> bool:
        """False if the account has no such key."""
        ...

    def note_use(self, key: ApiKey, now: float) -> None:
        """Record a use, with at most one write an hour, even under concurrency. Never recreates a removed key."""
        ...


def is_live(key: ApiKey, now: float) -> bool:
    return key.expires_at is None or now < key.expires_at


def is_use_news(key: ApiKey, now: float) -> bool:
    return key.used_at is None or now >= key.used_at + USE_NOTED_EVERY_SECONDS


def find_end_of_overlap(old: ApiKey, overlap_seconds: int, now: float) -> int | None:
    """When a key that is rotated now ends; None means at once. Never later than its own expiry."""
    if overlap_seconds == 0:
        return None
    ends = int(now) + overlap_seconds
    return ends if old.expires_at is None else min(ends, old.expires_at)
