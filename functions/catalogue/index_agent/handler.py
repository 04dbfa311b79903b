"""Lambda entry point for the stream of the table `agents`. A failed record is delivered again, with all later ones. A
record that would always fail is reported and skipped.

Invoked with `{"reindex": true}` it writes everything again from the table.
"""

from functools import cache
from typing import Any

from aws_lambda_powertools.utilities.data_classes.dynamo_db_stream_event import DynamoDBRecord, DynamoDBRecordEventName
from aws_lambda_powertools.utilities.typing import LambdaContext

from functions.catalogue.index_agent.index import (
    Copy,
    RowUnusable,
    fill,
    make_entry,
    read_row,
    rebuild,
    tell_not_indexed,
)
from shared.catalogue.query import CatalogUnavailable
from shared.catalogue.snapshot import CatalogueEntry, EntryRefused
from shared.runtime import wiring
from shared.runtime.observability import count, logger
from shared.runtime.stream import react_to_stream


def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    if event.get("reindex"):
        return {"agents": rebuild(list(list_copies().values()), wiring.catalogue.agents(), wiring.platform.artifacts())}
    return react_to_stream(event, context, index_agent, failure="agent not indexed yet")


def index_agent(record: DynamoDBRecord) -> None:
    """Raises only errors that a retry may resolve: a copy or S3 cannot be reached."""
    try:
        _index(record)
    except (RowUnusable, EntryRefused) as error:
        tell_not_indexed(error)


def _index(record: DynamoDBRecord) -> None:
    change = record.dynamodb
    assert change is not None
    deleted = record.event_name is DynamoDBRecordEventName.REMOVE
    row = read_row((change.old_image if deleted else change.new_image) or {}, deleted=deleted)
    if row is None:
        return
    entry = make_entry(row, wiring.platform.artifacts())
    changed = write_to_index(entry)
    listed = entry.shown is not None
    logger.info("agent indexed", extra={"agent": row.slug, "listed": listed, "changed": changed})
    if changed:
        count("AgentsIndexed" if listed else "AgentsTakenOffIndex")


def write_to_index(entry: CatalogueEntry) -> bool:
    """Write the entry to every copy, even if one is down or refuses it. Returns whether the entry was new.

    If both errors occur, raises CatalogUnavailable, not EntryRefused, so that the record is retried for the copy that
    is down.
    """
    changed, failures, refusals = 0, list[CatalogUnavailable](), list[EntryRefused]()
    for name, copy in list_copies().items():
        try:
            fill_copy(name)
            changed += copy.put([entry])
        except CatalogUnavailable as error:
            # The copy may be gone: check it again before the record is retried.
            fill_copy.cache_clear()
            failures.append(error)
        except EntryRefused as error:
            refusals.append(error)
    for error in (*failures, *refusals):
        raise error
    return changed > 0


@cache
def fill_copy(name: str) -> None:
    fill(list_copies()[name], wiring.catalogue.agents(), wiring.platform.artifacts())


def list_copies() -> dict[str, Copy]:
    """The copies. The snapshot comes first, because lists are made from it while the index is down."""
    search = wiring.catalogue.catalog_search()
    snapshot: dict[str, Copy] = {"snapshot": wiring.catalogue.snapshot_copy()}
    return snapshot if search is None else {**snapshot, "search": search}
