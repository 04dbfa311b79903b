"""Converts agents and their versions to items of the tables `agents` and `agent_versions`, and back.

`agents` also holds one small item per opportunity, `opportunity#<id>` → slug, so that an opportunity's agent can be
found by key. This item has no status, so it is in no index, and readers of the table's stream can recognise it.
"""

import json
from typing import cast

from pynamodb.attributes import ListAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model

from shared.catalogue.listing import ListingSummary
from shared.catalogue.repository import Agent, AgentStatus, AgentVersion

OPPORTUNITY_PREFIX = "opportunity#"


class AgentsByStatus(GlobalSecondaryIndex["AgentItem"]):
    class Meta:
        index_name = "by_status"
        projection = AllProjection()

    status = UnicodeAttribute(hash_key=True)
    published_at = UnicodeAttribute(range_key=True)


class AgentItem(Model):
    """`published_at` (ISO 8601, UTC) exists from the first publication on; rows without it are in no index.

    `revision` counts the changes since the version was published, absent before the first.
    """

    slug = UnicodeAttribute(hash_key=True)
    by_status = AgentsByStatus()

    status = UnicodeAttribute(null=True)
    published_at = UnicodeAttribute(null=True)
    opportunity_id = UnicodeAttribute()
    build_id = UnicodeAttribute(null=True)
    version = NumberAttribute(default=0)
    revision = NumberAttribute(null=True)
    summary = UnicodeAttribute(null=True)
    detail_key = UnicodeAttribute(null=True)
    certificate_key = UnicodeAttribute(null=True)
    reason = UnicodeAttribute(null=True)
    agent = UnicodeAttribute(null=True)


class AgentVersionItem(Model):
    slug = UnicodeAttribute(hash_key=True)
    version = NumberAttribute(range_key=True)
    opportunity_id = UnicodeAttribute()
    build_id = UnicodeAttribute()
    spec_key = UnicodeAttribute()
    code_key = UnicodeAttribute()
    image_digest = UnicodeAttribute()
    report_key = UnicodeAttribute()
    scores_key = UnicodeAttribute()
    certificate_key = UnicodeAttribute()
    models: ListAttribute[UnicodeAttribute] = ListAttribute(of=UnicodeAttribute)
    published_at = UnicodeAttribute()


def read_agent(item: AgentItem) -> Agent:
    return Agent(
        slug=item.slug,
        status=AgentStatus(item.status or ""),
        opportunity_id=item.opportunity_id,
        build_id=item.build_id,
        version=int(item.version),
        revision=int(item.revision or 0),
        summary=ListingSummary.model_validate_json(item.summary) if item.summary else None,
        detail_key=item.detail_key,
        certificate_key=item.certificate_key,
        reason=item.reason,
    )


def make_reserved_item(agents: type[AgentItem], slug: str, opportunity_id: str) -> AgentItem:
    return agents(slug, status=AgentStatus.RESERVED.value, opportunity_id=opportunity_id)


def make_opportunity_item(agents: type[AgentItem], slug: str, opportunity_id: str) -> AgentItem:
    return agents(OPPORTUNITY_PREFIX + opportunity_id, opportunity_id=opportunity_id, agent=slug)


def make_published_item(
    agents: type[AgentItem], version: AgentVersion, summary: ListingSummary, detail_key: str, held: Agent
) -> AgentItem:
    """The row `held` after this publication. A withdrawn agent stays withdrawn."""
    withdrawn = held.status is AgentStatus.WITHDRAWN
    return agents(
        version.slug,
        status=AgentStatus.WITHDRAWN.value if withdrawn else AgentStatus.PUBLISHED.value,
        reason=held.reason if withdrawn else None,
        published_at=version.published_at.isoformat(),
        opportunity_id=version.opportunity_id,
        build_id=version.build_id,
        version=version.version,
        summary=summary.model_dump_json(),
        detail_key=detail_key,
        certificate_key=version.certificate_key,
    )


def make_version_item(versions: type[AgentVersionItem], version: AgentVersion) -> AgentVersionItem:
    data = json.loads(version.model_dump_json())
    return versions(data.pop("slug"), data.pop("version"), **data)


def read_agent_version(item: AgentVersionItem) -> AgentVersion:
    stored = cast("dict[str, object]", item.to_simple_dict())
    return AgentVersion.model_validate({**stored, "version": int(item.version), "models": tuple(item.models)})
