"""What all tables share: one model per table name, and what the answers of conditional writes mean."""

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
"""Codes of a cancelled transaction that say: read again, then decide again."""

Item = TypeVar("Item", bound=Model)


@cache
def model_of(item: type[Item], table_name: str) -> type[Item]:
    """The shape `item` in one table: a class of its own, so two tables of one shape never share a name or connection.

    An index knows the one model that it was made for, hence the copies.
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
    """A number that an item may lack, which the type of its attribute does not say."""
    return None if value is None else float(value)


def was_written(write: Callable[[], object]) -> bool:
    """Make one conditional write. False if its condition did not hold; every other failure is raised.

    A write that meets a transaction on its item is no refusal: it is made again, a bounded number of times.
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
    """One code for each item of a cancelled transaction, in order; `None` or nothing for one that could be written."""
    return [(reason.code or "") if reason else "" for reason in error.cancellation_reasons]


def is_lost_race(error: TransactWriteError) -> bool:
    """True if the transaction may go through after everything was read again."""
    return not RACES.isdisjoint(read_cancellation_codes(error))


def pause(attempt: int) -> None:
    """Wait before trying again: longer each time, and never in step with another writer."""
    time.sleep(FIRST_PAUSE_SECONDS * 2**attempt * random.uniform(0.5, 1.5))  # noqa: S311 - spreads writers, no secret


@cache
def _connect() -> Connection:
    return Connection()
