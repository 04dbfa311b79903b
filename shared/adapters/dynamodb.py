"""Shared by all tables: one model per table name, and the meaning of failed conditional writes."""

import random
import time
from collections.abc import Callable
from copy import copy
from functools import cache
from inspect import getmembers
from typing import TypeVar

from pynamodb.connection import Connection
from pynamodb.exceptions import DeleteError, DoesNotExist, PutError, TransactWriteError, UpdateError
from pynamodb.indexes import Index
from pynamodb.models import Model
from pynamodb.transactions import TransactWrite

CONNECT_SECONDS = 3
READ_SECONDS = 10
FIRST_PAUSE_SECONDS = 0.01
CONFLICT_ATTEMPTS = 6

CONDITION_FAILED = "ConditionalCheckFailed"
CONFLICT = "TransactionConflict"
RACES = frozenset({CONDITION_FAILED, CONFLICT})
"""Codes of a cancelled transaction after which the caller should read again and decide again."""

Item = TypeVar("Item", bound=Model)


@cache
def model_of(item: type[Item], table_name: str) -> type[Item]:
    """A subclass of `item` for one table, so that two tables of the same shape never share a name or a connection.

    Its indexes are copied, because an index refers to the one model that it was made for.
    """
    meta = type(
        "Meta",
        (),
        {"table_name": table_name, "connect_timeout_seconds": CONNECT_SECONDS, "read_timeout_seconds": READ_SECONDS},
    )
    indexes = {name: copy(index) for name, index in getmembers(item, lambda member: isinstance(member, Index))}
    return type(item)(item.__name__, (item,), {"__module__": item.__module__, "Meta": meta, **indexes})


def find(model: type[Item], *key: str | int) -> Item | None:
    """The item as it is now (strongly consistent), or None."""
    try:
        return model.get(*key, consistent_read=True)
    except DoesNotExist:
        return None


def read_optional_number(value: float | None) -> float | None:
    """The number of an optional attribute. The attribute's type does not say that it may be missing."""
    return None if value is None else float(value)


def was_written(write: Callable[[], object]) -> bool:
    """Make one conditional write. False if its condition did not hold; every other failure is raised.

    A conflict with a transaction on the same item is not a refusal: the write is repeated a limited number of times.
    """
    for attempt in range(CONFLICT_ATTEMPTS):
        try:
            write()
        except (PutError, UpdateError, DeleteError) as error:
            code = error.cause_response_code or ""
            if code == f"{CONDITION_FAILED}Exception":
                return False
            if code != f"{CONFLICT}Exception" or attempt == CONFLICT_ATTEMPTS - 1:
                raise
            pause(attempt)
        else:
            return True
    raise AssertionError("every attempt returns or raises")


def start_transaction() -> TransactWrite:
    return TransactWrite(connection=_connect())


def read_cancellation_codes(error: TransactWriteError) -> list[str]:
    """One code for each item of a cancelled transaction, in order; `None` or empty for an item that could be
    written.
    """
    return [(reason.code or "") if reason else "" for reason in error.cancellation_reasons]


def is_lost_race(error: TransactWriteError) -> bool:
    """True if the transaction may succeed after everything is read again."""
    return not RACES.isdisjoint(read_cancellation_codes(error))


def pause(attempt: int) -> None:
    """Wait before trying again: longer after each attempt, and with jitter, to stay out of step with other writers."""
    time.sleep(FIRST_PAUSE_SECONDS * 2**attempt * random.uniform(0.5, 1.5))  # noqa: S311 - spreads writers, no secret


@cache
def _connect() -> Connection:
    return Connection()
