"""Nothing is listed that did not pass, by whatever way the stage was reached, and nothing is listed twice."""

import re
from datetime import timedelta
from itertools import count
from typing import Any

import pytest

from functions.factory.publish_agent.listing import NotPublishable
from functions.factory.publish_agent.publish import make_published_tag
from shared.adapters.oci_http import ImageNotFound, RegistryRefused, RegistryUnavailable
from shared.builds.build import Build, Next
from shared.builds.certificate import Certificate
from shared.builds.handover import GateReport
from shared.builds.quality import QualityScores
from shared.builds.report import Finding, FindingKind, TestReport
from shared.catalogue.errors import AlreadyPublished
from shared.opportunities.errors import LeaseLost
from shared.specs.document import spec_from_yaml, write_spec
from tests.fakes.agents import FakeAgents
from tests.fakes.crashes import Crash, Crashes
from tests.fakes.factory import SAMPLE_BASE, Factory, a_judgement
from tests.fakes.leases import NOW, FakeLeases, an_opportunity

OPPORTUNITY = an_opportunity().opportunity_id


def at_publication(factory: Factory) -> Build:
    build = factory.pick()
    assert isinstance(build, Build)
    while build.next is not Next.PUBLISH_AGENT:
        build = factory.stage(build)
    return build


def refused(factory: Factory, build: Build, reason: str) -> None:
    with pytest.raises(NotPublishable, match=reason):
        factory.stage(build)
    assert factory.agents.list_published(10).items == []
    assert factory.agents.versions == {}
    assert "write_copy" not in factory.claude.asked


def test_a_report_with_a_finding_is_not_published_even_with_scores_that_pass() -> None:
    factory = Factory()
    build = at_publication(factory)
    assert build.report_key is not None
    report = factory.artifacts.get_model(build.report_key, TestReport)
    leak = Finding(kind=FindingKind.LEAK, case="probe: input/order", message="it came out")
    first = report.cases[0].model_copy(update={"findings": (leak,)})
    factory.artifacts.put_model(build.report_key, report.model_copy(update={"cases": (first, *report.cases[1:])}))
    refused(factory, build, "vetoed: leak")


def test_scores_that_claim_to_have_passed_are_checked_again() -> None:
    factory = Factory(judgement=a_judgement(safety=10))
    build = at_publication(factory)
    assert build.scores_key is not None
    scores = factory.artifacts.get_model(build.scores_key, QualityScores)
    assert scores.scores is not None
    low = scores.scores.model_copy(update={"safety": scores.scores.safety.model_copy(update={"value": 6.0})})
    factory.artifacts.put_model(build.scores_key, scores.model_copy(update={"scores": low}))
    refused(factory, build, "scores do not suffice")


@pytest.mark.parametrize(
    "missing", ["spec_key", "code_key", "gate_key", "report_key", "scores_key", "image_digest", "slug"]
)
def test_a_state_that_skipped_a_stage_is_refused(missing: str) -> None:
    factory = Factory()
    build = at_publication(factory)
    refused(factory, build.model_copy(update={missing: None}), "not been through every stage")


@pytest.mark.parametrize("key", ["gate_key", "report_key", "scores_key"])
@pytest.mark.parametrize("document", [{}, None, [], {"findings": "none"}, {"findings": []}])
def test_a_document_that_cannot_be_read_is_never_taken_for_a_pass(key: str, document: Any) -> None:
    factory = Factory()
    build = at_publication(factory)
    factory.artifacts.put_json(getattr(build, key), document)
    refused(factory, build, "do not fit")


def test_a_finding_of_the_static_gate_is_not_published() -> None:
    factory = Factory()
    build = at_publication(factory)
    assert build.gate_key is not None
    gate = factory.artifacts.get_model(build.gate_key, GateReport)
    factory.artifacts.put_model(build.gate_key, gate.model_copy(update={"findings": ("line 1: no",)}))
    refused(factory, build, "vetoed: static gate: line 1: no")


def test_the_spec_of_another_agent_is_refused() -> None:
    factory = Factory()
    build = at_publication(factory)
    assert build.spec_key is not None
    other = spec_from_yaml(factory.artifacts.get_text(build.spec_key)).model_copy(update={"slug": "another-agent"})
    factory.artifacts.put_text(build.spec_key, write_spec(other))
    refused(factory, build, "the spec is about another agent")


def test_another_image_than_the_tested_one_is_refused() -> None:
    factory = Factory()
    build = at_publication(factory)
    refused(factory, build.model_copy(update={"image_digest": "sha256:other"}), "another image")


def test_a_build_that_lost_its_lease_publishes_nothing() -> None:
    factory = Factory()
    build = at_publication(factory)
    factory.leases.lease(OPPORTUNITY, "build-2", NOW + timedelta(hours=5))
    with pytest.raises(LeaseLost):
        factory.stage(build)
    assert factory.agents.list_published(10).items == []


def test_of_two_builds_for_one_opportunity_one_listing_remains() -> None:
    """The first lost its lease, took it back and published; the second comes too late under the same slug."""
    first = Factory()
    build = at_publication(first)
    first.leases.lease(OPPORTUNITY, "build-2", NOW + timedelta(hours=5))
    second = Factory(
        artifacts=first.artifacts, agents=first.agents, leases=first.leases, build_id="build-2", spec=first.spec
    )
    late = at_publication(second)
    first.leases.release(OPPORTUNITY, "build-2", "gone")
    first.leases.lease(OPPORTUNITY, "build-1", NOW)
    assert first.stage(build).outcome == "published"
    with pytest.raises(LeaseLost):
        second.stage(late)
    fresh = FakeLeases(an_opportunity())
    fresh.lease(OPPORTUNITY, "build-2", NOW)
    second.leases = fresh
    with pytest.raises(AlreadyPublished):
        second.stage(late)
    assert len(first.agents.list_published(10).items) == 1
    assert len(first.agents.versions) == 1


def test_an_image_has_its_tag_before_anybody_can_see_the_agent() -> None:
    crashes = Crashes()
    factory = Factory(agents=FakeAgents(crashes))
    build = at_publication(factory)
    assert factory.registry.tags == {}
    crashes.at = crashes.writes + 1
    with pytest.raises(Crash, match=r"agents\.publish"):
        factory.stage(build)
    assert factory.agents.list_published(10).items == []
    assert list(factory.registry.tags.values()) == [build.image_digest]
    assert factory.stage(build).outcome == "published"
    [tag] = factory.registry.tags
    assert tag.startswith("price-watch-v1-")
    assert re.fullmatch(r"[\w][\w.-]{0,127}", make_published_tag("s" * 48, 10**9, "sha256:" + "f" * 64))


@pytest.mark.parametrize("error", [RegistryUnavailable("later"), RegistryRefused("no"), ImageNotFound("gone")])
def test_an_agent_whose_image_cannot_be_kept_is_not_published(error: Exception) -> None:
    factory = Factory()
    build = at_publication(factory)

    def keep(digest: str, tag: str) -> None:
        raise error

    factory.registry.keep = keep  # type: ignore[method-assign]
    with pytest.raises(type(error)):
        factory.stage(build)
    assert factory.agents.list_published(10).items == []
    assert factory.agents.versions == {}


def test_a_build_that_died_after_its_tag_leaves_the_next_one_a_tag_of_its_own() -> None:
    other = "sha256:" + "0" * 64
    factory = Factory()
    build = at_publication(factory)
    factory.registry.tags[make_published_tag("price-watch", build.version, other)] = other
    assert factory.stage(build).outcome == "published"
    assert len(factory.registry.tags) == 2


def test_what_was_decided_once_stays_decided_when_the_clock_and_the_model_move_on() -> None:
    ticks = count()
    factory = Factory(now=lambda: NOW + timedelta(minutes=next(ticks)))
    build = at_publication(factory)
    first = factory.stage(build)
    row = factory.agents.get("price-watch")
    factory.copy = factory.copy.model_copy(update={"tagline": "Another tagline about prices of competitors"})  # type: ignore[union-attr]
    assert factory.stage(build) == first
    assert factory.agents.get("price-watch") == row


def test_the_row_carries_what_lists_show() -> None:
    factory = Factory()
    factory.stage(at_publication(factory))
    row: Any = factory.agents.get("price-watch")
    assert row.summary.slug == "price-watch"
    assert (row.summary.quality, row.summary.rating, row.summary.reviews, row.summary.runs) == (8.0, None, 0, 0)
    assert row.summary.price.amount_cents == 3900
    assert row.summary.model == "fake-model"
    assert row.summary.published_at == NOW


def test_the_certificate_names_the_base_that_the_image_stands_on() -> None:
    factory = Factory()
    build = at_publication(factory)
    assert build.base_digest == SAMPLE_BASE.manifest.digest
    factory.stage(build)
    [version] = factory.agents.versions.values()
    assert version.certificate_key is not None
    certificate = factory.artifacts.get_model(version.certificate_key, Certificate)
    assert certificate.digests.base == SAMPLE_BASE.manifest.digest
    assert certificate.digests.image == build.image_digest
