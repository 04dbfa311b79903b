"""`agents` and `agent_versions` in dicts, with the transitions the real tables enforce by conditional writes."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from shared.catalogue.errors import AlreadyPublished, NotPublished, NotReserved
from shared.catalogue.listing import ListingSummary
from shared.catalogue.repository import (
    Agent,
    AgentPage,
    AgentStatus,
    AgentVersion,
    describe_exhaustion,
    propose_slugs,
)


class FakeAgents:
    """`writing` is held around each write, with its name: tests make it raise to crash exactly there."""

    def __init__(self, writing: Callable[[str], AbstractContextManager[Any]] = nullcontext) -> None:
        self.rows: dict[str, Agent] = {}
        self.slugs: dict[str, str] = {}
        self.versions: dict[tuple[str, int], AgentVersion] = {}
        self._writing = writing

    def reserve(self, slug: str, opportunity_id: str) -> str:
        for candidate in propose_slugs(self.slugs.get(opportunity_id, slug), opportunity_id):
            row = self.rows.get(candidate)
            if row is None or (row.opportunity_id == opportunity_id and row.status is AgentStatus.REJECTED):
                with self._writing("agents.reserve"):
                    self.slugs[opportunity_id] = candidate
                    self.rows[candidate] = Agent(
                        slug=candidate, status=AgentStatus.RESERVED, opportunity_id=opportunity_id
                    )
                return candidate
            if row.opportunity_id == opportunity_id:
                return candidate
        raise describe_exhaustion(slug)

    def get(self, slug: str) -> Agent | None:
        return self.rows.get(slug)

    def of_opportunity(self, opportunity_id: str) -> Agent | None:
        return self.rows.get(self.slugs.get(opportunity_id, ""))

    def publish(self, version: AgentVersion, summary: ListingSummary, detail_key: str) -> Agent:
        row = self._reserved(version.slug, version.opportunity_id)
        if row.was_published and row.build_id == version.build_id:
            return row
        if row.version >= version.version:
            raise AlreadyPublished(f"{version.slug} version {row.version} is published by {row.build_id}")
        with self._writing("agents.publish"):
            self.versions[(version.slug, version.version)] = version
            self.rows[version.slug] = Agent(
                slug=version.slug,
                status=AgentStatus.WITHDRAWN if row.status is AgentStatus.WITHDRAWN else AgentStatus.PUBLISHED,
                reason=row.reason if row.status is AgentStatus.WITHDRAWN else None,
                opportunity_id=version.opportunity_id,
                build_id=version.build_id,
                version=version.version,
                summary=summary,
                detail_key=detail_key,
                certificate_key=version.certificate_key,
            )
        return self.rows[version.slug]

    def reject(self, slug: str, opportunity_id: str, build_id: str, reason: str) -> Agent:
        row = self._reserved(slug, opportunity_id)
        if not row.was_published:
            rejected = {"status": AgentStatus.REJECTED, "build_id": build_id, "reason": reason}
            with self._writing("agents.reject"):
                self.rows[slug] = row.model_copy(update=rejected)
        return self.rows[slug]

    def withdraw(self, slug: str, reason: str) -> Agent:
        return self._moved(slug, AgentStatus.PUBLISHED, AgentStatus.WITHDRAWN, reason)

    def republish(self, slug: str) -> Agent:
        return self._moved(slug, AgentStatus.WITHDRAWN, AgentStatus.PUBLISHED, None)

    def list_published(self, limit: int, cursor: str | None = None) -> AgentPage:
        rows = [row for row in self.rows.values() if row.status is AgentStatus.PUBLISHED and row.summary]
        rows.sort(key=lambda row: (row.summary.published_at, row.slug) if row.summary else None, reverse=True)
        start = int(cursor or 0)
        end = start + limit
        return AgentPage(rows[start:end], str(end) if end < len(rows) else None)

    def _moved(self, slug: str, before: AgentStatus, after: AgentStatus, reason: str | None) -> Agent:
        row = self.rows.get(slug)
        if row is None or not row.was_published:
            raise NotPublished(f"no agent was published as {slug!r}")
        if row.status is before:
            changed = {"status": after, "reason": reason, "revision": row.revision + 1}
            with self._writing("agents.move"):
                self.rows[slug] = row.model_copy(update=changed)
        return self.rows[slug]

    def every(self, limit: int, cursor: str | None = None) -> AgentPage:
        start = int(cursor or 0)
        rows, end = list(self.rows.values()), start + limit
        return AgentPage(rows[start:end], str(end) if end < len(rows) else None)

    def _reserved(self, slug: str, opportunity_id: str) -> Agent:
        row = self.rows.get(slug)
        if row is None or row.opportunity_id != opportunity_id:
            raise NotReserved(f"{slug} is not reserved for {opportunity_id}")
        return row


class FakeAgentVersions:
    def __init__(self, agents: FakeAgents) -> None:
        self._agents = agents

    def get(self, slug: str, version: int) -> AgentVersion | None:
        return self._agents.versions.get((slug, version))

    def latest(self, slug: str) -> AgentVersion | None:
        numbers = [number for name, number in self._agents.versions if name == slug]
        return self.get(slug, max(numbers)) if numbers else None


class FakeModelSpend:
    def __init__(self, cap_microusd: int = 10_000_000) -> None:
        self.cap_microusd = cap_microusd
        self.spent = 0

    def add(self, microusd: int) -> None:
        self.spent += max(microusd, 0)

    def is_exceeded(self) -> bool:
        return self.spent >= self.cap_microusd
