"""Publishes an agent: copy, price and certificate, then the listing in one transaction. Repeatable after any crash.

The draft of the publication (texts and time) is stored first. Everything later is a pure function of stored data, so a
repeated stage writes the same bytes to the same places, and the transaction recognises this build.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from functions.factory.publish_agent.listing import (
    NotPublishable,
    PublicationDraft,
    certify,
    list_makers,
    make_detail,
    read_passed_build,
)
from shared.adapters.artifacts import ArtifactMissing, Artifacts, write_canonical_json
from shared.adapters.claude import Claude
from shared.builds.build import Build, Next
from shared.builds.marketing_copy import CopyDraft, MarketingCopy, clean_copy, gather_copy_facts
from shared.catalogue.listing import ListingSummary
from shared.catalogue.repository import Agent, AgentsRepository, AgentVersion
from shared.opportunities.errors import LeaseLost
from shared.opportunities.models import Opportunity, OpportunityStatus
from shared.opportunities.repository import OpportunityLeases
from shared.specs.spec import AgentSpec

MAX_TOKENS = 1_500


@dataclass(frozen=True)
class Copywriter:
    """The model that writes the copy."""

    claude: Claude
    model: str

    def write(self, spec: AgentSpec, opportunity: Opportunity) -> MarketingCopy:
        facts = gather_copy_facts(spec, opportunity)
        answer = self.claude.ask("write_copy", facts, CopyDraft, model=self.model, max_tokens=MAX_TOKENS)
        return clean_copy(answer.value, answer.model, spec, opportunity)


class Images(Protocol):
    def keep(self, digest: str, tag: str) -> None: ...


def make_published_tag(slug: str, version: int, digest: str) -> str:
    """The image's tag. Tags never move, so the tag contains the digest: a build that did not finish does not block the
    tag of the next one.
    """
    return f"{slug}-v{version}-{digest.removeprefix('sha256:')[:12]}"


def publish(
    build: Build,
    *,
    artifacts: Artifacts,
    images: Images,
    agents: AgentsRepository,
    opportunities: OpportunityLeases,
    copywriter: Copywriter,
    now: Callable[[], datetime],
) -> tuple[Build, Agent]:
    """Raises NotPublishable, LeaseLost, NotReserved, AlreadyPublished or ImageNotFound; then nothing is listed."""
    passed = read_passed_build(build, artifacts)
    opportunity = _require_held(build, passed.slug, opportunities)
    draft = _write_draft(build, passed.spec, opportunity, artifacts, copywriter, now)
    certificate = certify(build, passed, draft)
    data = write_canonical_json(certificate.model_dump(mode="json"))
    certificate_key = artifacts.put_addressed(f"certificates/{passed.slug}", data, ".json")
    detail = make_detail(build, passed, draft, certificate)
    detail_data = write_canonical_json(detail.model_dump(mode="json"))
    detail_key = artifacts.put_addressed(f"listings/{passed.slug}", detail_data, ".json")
    version = AgentVersion(
        slug=passed.slug,
        version=build.version,
        opportunity_id=build.opportunity_id,
        build_id=build.build_id,
        spec_key=passed.spec_key,
        code_key=passed.code_key,
        image_digest=passed.image_digest,
        report_key=passed.report_key,
        scores_key=passed.scores_key,
        certificate_key=certificate_key,
        models=list_makers(certificate),
        published_at=draft.published_at,
    )
    summary = ListingSummary.model_validate(detail.model_dump(include=set(ListingSummary.model_fields)))
    # Tag the image before anybody can run the agent: a tagged image does not expire.
    images.keep(passed.image_digest, make_published_tag(passed.slug, build.version, passed.image_digest))
    agent = agents.publish(version, summary, detail_key)
    opportunities.mark_served(build.opportunity_id, build.build_id, passed.slug)
    return build.advance(Next.DONE, outcome="published"), agent


def _require_held(build: Build, slug: str, opportunities: OpportunityLeases) -> Opportunity:
    """The card, if this build still holds its lease or has already served it. No other build may be working on it."""
    stored = opportunities.get(build.opportunity_id)
    if stored is None:
        raise NotPublishable(f"there is no opportunity {build.opportunity_id}")
    standing = stored.standing
    if standing.holder != build.build_id or standing.status not in {OpportunityStatus.LEASED, OpportunityStatus.SERVED}:
        raise LeaseLost(f"{build.build_id} does not hold {build.opportunity_id} any more, so {slug} is not published")
    return stored.card


def _write_draft(
    build: Build,
    spec: AgentSpec,
    opportunity: Opportunity,
    artifacts: Artifacts,
    copywriter: Copywriter,
    now: Callable[[], datetime],
) -> PublicationDraft:
    key = f"builds/{build.build_id}/publication.json"
    try:
        return artifacts.get_model(key, PublicationDraft)
    except ArtifactMissing:
        words = copywriter.write(spec, opportunity)
        draft = PublicationDraft(published_at=now(), words=words, opportunity=opportunity)
        artifacts.put_model(key, draft)
        return draft
