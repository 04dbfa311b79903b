"""The table `agents`: the owners of slugs, and the published listings. Every change is conditional on the row that was
read.
"""

import base64
import binascii
import json
from typing import Any, cast

from pynamodb.exceptions import TransactWriteError

from shared.adapters.agent_items import (
    OPPORTUNITY_PREFIX,
    AgentItem,
    AgentVersionItem,
    make_opportunity_item,
    make_published_item,
    make_reserved_item,
    make_version_item,
    read_agent,
)
from shared.adapters.dynamodb import (
    CONDITION_FAILED,
    find,
    is_lost_race,
    model_of,
    pause,
    read_cancellation_codes,
    start_transaction,
    was_written,
)
from shared.catalogue.errors import AlreadyPublished, CursorInvalid, NotPublished, NotReserved, VersionConflict
from shared.catalogue.listing import ListingSummary
from shared.catalogue.repository import (
    Agent,
    AgentPage,
    AgentStatus,
    AgentVersion,
    describe_exhaustion,
    propose_slugs,
)

ATTEMPTS = 8


class AgentsTable:
    """Implements `AgentsRepository` of `shared.catalogue.repository`. Publishing also writes `agent_versions`."""

    def __init__(self, table_name: str, versions_table_name: str | None = None) -> None:
        """Only publishing needs the name of the table of versions."""
        self._agents = model_of(AgentItem, table_name)
        self._versions = model_of(AgentVersionItem, versions_table_name) if versions_table_name else None

    def reserve(self, slug: str, opportunity_id: str) -> str:
        for candidate in propose_slugs(slug, opportunity_id):
            held = self.of_opportunity(opportunity_id)
            if held is not None:
                return self._revive(held)
            if find(self._agents, candidate) is None and self._reserve_once(candidate, opportunity_id):
                return candidate
        held = self.of_opportunity(opportunity_id)
        if held is None:
            raise describe_exhaustion(slug)
        return self._revive(held)

    def get(self, slug: str) -> Agent | None:
        item = find(self._agents, slug)
        return read_agent(item) if item is not None and item.status else None

    def of_opportunity(self, opportunity_id: str) -> Agent | None:
        pointer = find(self._agents, OPPORTUNITY_PREFIX + opportunity_id)
        return self.get(pointer.agent) if pointer is not None and pointer.agent else None

    def publish(self, version: AgentVersion, summary: ListingSummary, detail_key: str) -> Agent:
        assert self._versions is not None, "only who knows the table of versions publishes"
        for attempt in range(ATTEMPTS):
            held = self._find_holder(version.slug, version.opportunity_id)
            if held.was_published and held.build_id == version.build_id:
                return held
            if held.version >= version.version:
                raise AlreadyPublished(f"{version.slug} version {held.version} was published by {held.build_id}")
            item = make_published_item(self._agents, version, summary, detail_key, held)
            try:
                with start_transaction() as writes:
                    writes.save(
                        item,
                        condition=(AgentItem.opportunity_id == version.opportunity_id)
                        & (AgentItem.version == held.version)
                        & (AgentItem.status == held.status.value),
                    )
                    writes.save(
                        make_version_item(self._versions, version), condition=AgentVersionItem.slug.does_not_exist()
                    )
            except TransactWriteError as error:
                _raise_unless_race(error, version)
                pause(attempt)
                continue
            return read_agent(item)
        raise AlreadyPublished(f"{version.slug} changes too often to be published")

    def reject(self, slug: str, opportunity_id: str, build_id: str, reason: str) -> Agent:
        held = self._find_holder(slug, opportunity_id)
        if held.was_published:
            return held
        return self._change(
            slug,
            [
                AgentItem.status.set(AgentStatus.REJECTED.value),
                AgentItem.build_id.set(build_id),
                AgentItem.reason.set(reason),
            ],
            (AgentItem.opportunity_id == opportunity_id)
            & ~AgentItem.status.is_in(AgentStatus.PUBLISHED.value, AgentStatus.WITHDRAWN.value),
        )

    def withdraw(self, slug: str, reason: str) -> Agent:
        return self._move(slug, AgentStatus.PUBLISHED, AgentStatus.WITHDRAWN, AgentItem.reason.set(reason))

    def republish(self, slug: str) -> Agent:
        return self._move(slug, AgentStatus.WITHDRAWN, AgentStatus.PUBLISHED, AgentItem.reason.remove())

    def list_published(self, limit: int, cursor: str | None = None) -> AgentPage:
        found = self._agents.by_status.query(
            AgentStatus.PUBLISHED.value,
            scan_index_forward=False,
            limit=limit,
            last_evaluated_key=_decode_cursor(cursor) if cursor else None,
        )
        items = [read_agent(item) for item in found]
        return AgentPage(items, _encode_cursor(found.last_evaluated_key) if found.last_evaluated_key else None)

    def every(self, limit: int, cursor: str | None = None) -> AgentPage:
        found = self._agents.scan(
            limit=limit,
            last_evaluated_key={"slug": {"S": cursor}} if cursor else None,
            consistent_read=True,
        )
        items = [read_agent(item) for item in found if item.status]
        last = cast("dict[str, dict[str, str]] | None", found.last_evaluated_key)
        return AgentPage(items, last["slug"]["S"] if last else None)

    def _reserve_once(self, slug: str, opportunity_id: str) -> bool:
        """Assign slug and opportunity to each other in one transaction; False if either was taken meanwhile."""
        try:
            with start_transaction() as writes:
                for item in (
                    make_reserved_item(self._agents, slug, opportunity_id),
                    make_opportunity_item(self._agents, slug, opportunity_id),
                ):
                    writes.save(item, condition=AgentItem.slug.does_not_exist())
        except TransactWriteError as error:
            if is_lost_race(error):
                return False
            raise
        return True

    def _revive(self, held: Agent) -> str:
        """Reserve a rejected row again. A row that changed meanwhile is left unchanged."""
        if held.status is AgentStatus.REJECTED:
            anew = make_reserved_item(self._agents, held.slug, held.opportunity_id)
            was_written(lambda: anew.save(AgentItem.status == AgentStatus.REJECTED.value))
        return held.slug

    def _move(self, slug: str, before: AgentStatus, after: AgentStatus, note: Any) -> Agent:
        """Change the status and raise the row's revision, so that the index takes the row as newer. Raises
        NotPublished.
        """
        held = self.get(slug)
        if held is None or not held.was_published:
            raise NotPublished(f"no agent was published as {slug!r}")
        change = [AgentItem.status.set(after.value), AgentItem.revision.add(1), note]
        return self._change(slug, change, AgentItem.status == before.value)

    def _change(self, slug: str, actions: list[Any], condition: Any) -> Agent:
        """The row after the change, or the present row if the condition no longer held."""
        item = self._agents(slug)
        was_written(lambda: item.update(actions=actions, condition=condition))
        changed = self.get(slug)
        assert changed is not None, "rows of agents are never deleted"
        return changed

    def _find_holder(self, slug: str, opportunity_id: str) -> Agent:
        held = self.get(slug)
        if held is None or held.opportunity_id != opportunity_id:
            raise NotReserved(f"{slug} is not reserved for {opportunity_id}")
        return held


def _raise_unless_race(error: TransactWriteError, version: AgentVersion) -> None:
    """Raise the error, unless reading again may help because somebody else wrote the agent's row at the same time."""
    row, version_row = [*read_cancellation_codes(error), "", ""][:2]
    if version_row == CONDITION_FAILED and row != CONDITION_FAILED:
        raise VersionConflict(f"{version.slug} version {version.version} exists already") from error
    if not is_lost_race(error):
        raise error


def _encode_cursor(key: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(key).encode()).decode().rstrip("=")


def _decode_cursor(cursor: str) -> dict[str, Any]:
    """The index key in a cursor. It comes from a caller of the API, so it is checked to be such a key and
    nothing else.
    """
    try:
        key = json.loads(base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4)))
    except (binascii.Error, ValueError) as error:
        raise CursorInvalid("the cursor is not one of ours") from error
    if not isinstance(key, dict) or cast("dict[str, Any]", key).keys() != {"slug", "status", "published_at"}:
        raise CursorInvalid("the cursor is not one of ours")
    if not all(isinstance(part, dict) and isinstance(part.get("S"), str) for part in key.values()):  # pyright: ignore
        raise CursorInvalid("the cursor is not one of ours")
    return cast("dict[str, Any]", key)
