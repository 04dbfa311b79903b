"""Rows of `agents` and `agent_versions`, and the transitions between their states.

A slug belongs to one opportunity for ever, and an opportunity has one slug for ever. So an opportunity has at most one
listing, even after crashes and repeated runs. Life of a row: reserved → published (→ published again by a later
version), or reserved → rejected (→ reserved again when the same opportunity is tried anew). A rejected row keeps its
slug and its reason. A person may withdraw a published agent and put it back: published ↔ withdrawn. A later version of
a withdrawn agent is stored but stays withdrawn, because only a person may reverse a person's decision.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Protocol

from shared.catalogue.errors import SlugsExhausted
from shared.catalogue.listing import ListingSummary
from shared.values import Frozen

SLUG_LENGTH = 48
SLUG_ATTEMPTS = 5


class AgentStatus(StrEnum):
    RESERVED = "reserved"
    PUBLISHED = "published"
    REJECTED = "rejected"
    WITHDRAWN = "withdrawn"


class Agent(Frozen):
    """One row of `agents`.

    `summary` is what lists show (null until published); `detail_key` the S3 key of its ListingDetail,
    `certificate_key` of its Certificate. `version` is the published version, 0 before the first. `build_id` is the
    execution that last changed the row. `revision` counts its changes since the version was published.
    """

    slug: str
    status: AgentStatus
    opportunity_id: str
    build_id: str | None = None
    version: int = 0
    revision: int = 0
    summary: ListingSummary | None = None
    detail_key: str | None = None
    certificate_key: str | None = None
    reason: str | None = None

    @property
    def was_published(self) -> bool:
        """True from the first publication on, also while the agent is withdrawn."""
        return self.status in (AgentStatus.PUBLISHED, AgentStatus.WITHDRAWN)


class AgentVersion(Frozen):
    """One row of `agent_versions`: the exact image that runs. Written once, with its listing, and never changed."""

    slug: str
    version: int
    opportunity_id: str
    build_id: str
    spec_key: str
    code_key: str
    image_digest: str
    report_key: str
    scores_key: str
    certificate_key: str
    models: tuple[str, ...]
    published_at: datetime


@dataclass(frozen=True)
class AgentPage:
    """`next_cursor` is opaque and null on the last page."""

    items: Sequence[Agent]
    next_cursor: str | None


class AgentsRepository(Protocol):
    def reserve(self, slug: str, opportunity_id: str) -> str:
        """Reserve a slug for the opportunity and return it: the wanted one, or `<slug>-2` … if it is taken.

        The same opportunity always gets its first slug again, whatever slug it wants now. Raises SlugsExhausted.
        """
        ...

    def get(self, slug: str) -> Agent | None:
        """Strongly consistent."""
        ...

    def of_opportunity(self, opportunity_id: str) -> Agent | None:
        """The row that the opportunity reserved, if any. Strongly consistent."""
        ...

    def publish(self, version: AgentVersion, summary: ListingSummary, detail_key: str) -> Agent:
        """Reserved (or rejected, or an earlier version) → published, with its version row, in one transaction.

        Repeating it for the same build returns the row as it is and writes nothing. A withdrawn agent gets the
        version and stays withdrawn. Raises NotReserved, AlreadyPublished.
        """
        ...

    def reject(self, slug: str, opportunity_id: str, build_id: str, reason: str) -> Agent:
        """Reserved → rejected with the reason. A published or withdrawn row is returned as it is. Raises
        NotReserved.
        """
        ...

    def withdraw(self, slug: str, reason: str) -> Agent:
        """Published → withdrawn with the reason. A withdrawn row is returned as it is. Raises NotPublished."""
        ...

    def republish(self, slug: str) -> Agent:
        """Withdrawn → published, as it was. A published row is returned as it is. Raises NotPublished."""
        ...

    def list_published(self, limit: int, cursor: str | None = None) -> AgentPage:
        """Published agents, newest first, from the table's index (eventually consistent)."""
        ...

    def every(self, limit: int, cursor: str | None = None) -> AgentPage:
        """Every row in any status, in no order, each strongly consistent. Reads the whole table: never use it in a
        request.
        """
        ...


class AgentVersionsRepository(Protocol):
    def get(self, slug: str, version: int) -> AgentVersion | None: ...

    def latest(self, slug: str) -> AgentVersion | None: ...


def propose_slugs(slug: str, opportunity_id: str) -> list[str]:
    """Names to try, best first. The last contains a piece of the opportunity's id and is practically always free."""
    numbered = [f"{slug[: SLUG_LENGTH - 2].rstrip('-')}-{number}" for number in range(2, SLUG_ATTEMPTS)]
    unique = "x" + opportunity_id.rsplit("_", 1)[-1][:10].lower()
    return [slug, *numbered, f"{slug[: SLUG_LENGTH - len(unique) - 1].rstrip('-')}-{unique}"]


def describe_exhaustion(slug: str) -> SlugsExhausted:
    return SlugsExhausted(f"every name made from {slug!r} belongs to another opportunity")
