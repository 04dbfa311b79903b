"""From the lease to the listing, and what is left after a crash at every single write."""

from functools import cache

import pytest

from shared.adapters.artifacts import read_digest
from shared.builds.build import MAX_ROUNDS, Build, Next
from shared.builds.certificate import Certificate, check_quotes, hash_sha256, replay_findings
from shared.builds.report import TestReport
from shared.catalogue.listing import ListingDetail
from shared.catalogue.repository import AgentStatus
from shared.opportunities.models import OpportunityStatus
from tests.fakes.agent_specs import good_agent
from tests.fakes.agent_tasks import InProcessAgent
from tests.fakes.agents import FakeAgents
from tests.fakes.crashes import Crash, Crashes, CrashingArtifacts
from tests.fakes.factory import Factory, FakeRegistry, a_judgement
from tests.fakes.leases import FakeLeases, an_opportunity

OPPORTUNITY = an_opportunity().opportunity_id


def test_a_good_agent_is_published_with_its_evidence() -> None:
    factory = Factory()
    done = factory.run()
    assert (done.outcome, done.round) == ("published", 1)
    row = factory.agents.get("price-watch")
    assert row is not None
    assert row.status is AgentStatus.PUBLISHED
    assert row.detail_key is not None
    assert row.certificate_key is not None
    detail = factory.artifacts.get_model(row.detail_key, ListingDetail)
    assert detail.tagline == "Watches the pages of competitors and says which prices changed"
    assert [example.output["topic"] for example in detail.examples] == [f"price of item {n}" for n in range(1, 6)]
    certificate = factory.artifacts.get_model(row.certificate_key, Certificate)
    assert read_digest(row.certificate_key) == hash_sha256(factory.artifacts.objects[row.certificate_key])
    assert "microusd" not in factory.artifacts.get_text(row.certificate_key)
    assert certificate.digests.image == detail.image_digest == done.image_digest
    assert certificate.problems[0].quote == an_opportunity().problems[0].quote
    assert factory.leases.standing(OPPORTUNITY).agent == "price-watch"
    assert factory.agents.versions[("price-watch", 1)].build_id == "build-1"


def test_the_certificate_can_be_checked_by_anybody() -> None:
    factory = Factory()
    factory.run()
    row = factory.agents.get("price-watch")
    assert row is not None
    assert row.certificate_key is not None
    certificate = factory.artifacts.get_model(row.certificate_key, Certificate)
    assert len(certificate.recorded_runs) == 5
    assert replay_findings(certificate, InProcessAgent(factory.spec, good_agent)) == []
    posts = {problem.url: f"Help! {problem.quote}." for problem in an_opportunity().problems}
    assert check_quotes(certificate, posts) == []
    first = certificate.problems[0]
    assert check_quotes(certificate, {**posts, first.url: "something else"}) == [
        f"{first.url}: the quote is not in the post"
    ]


def test_another_agent_does_not_verify() -> None:
    factory = Factory()
    factory.run()
    row = factory.agents.get("price-watch")
    assert row is not None
    assert row.certificate_key is not None
    certificate = factory.artifacts.get_model(row.certificate_key, Certificate)

    async def other(input: dict[str, object], tools: object) -> dict[str, object]:
        return {**await good_agent(input, tools), "summary": "another"}  # type: ignore[arg-type]

    assert len(replay_findings(certificate, InProcessAgent(factory.spec, other))) == 5


@cache
def a_good_report() -> TestReport:
    factory = Factory()
    factory.run()
    return factory.artifacts.get_model("builds/build-1/round-1/report.json", TestReport)


def crashing(at: int, *, late: bool) -> tuple[Factory, Crashes]:
    crashes = Crashes(at, late=late)
    factory = Factory(
        report=a_good_report(),
        artifacts=CrashingArtifacts(crashes),
        agents=FakeAgents(crashes),
        leases=FakeLeases(an_opportunity(), writing=crashes),
        registry=FakeRegistry(crashes),
    )
    return factory, crashes


def driven_to_the_end(factory: Factory) -> Build:
    """As Step Functions would: a stage that died is run again with the state as it was."""
    build: Build | None = None
    for _ in range(40):
        try:
            picked = build or factory.pick()
            assert isinstance(picked, Build)
            build = picked
            if build.next is Next.DONE:
                return build
            build = factory.stage(build)
        except Crash:
            continue
    raise AssertionError("the execution does not end")


def end_state(factory: Factory) -> tuple[object, ...]:
    return (
        factory.artifacts.objects,
        factory.agents.rows,
        factory.agents.versions,
        factory.leases.standing(OPPORTUNITY),
        factory.registry.tags,
    )


def writes_of_a_whole_run() -> int:
    factory, crashes = crashing(0, late=False)
    factory.run()
    return crashes.writes


@pytest.mark.parametrize("late", [False, True], ids=["before the write", "after the write"])
@pytest.mark.parametrize("at", range(1, writes_of_a_whole_run() + 1))
def test_a_crash_at_any_write_and_a_redrive_end_the_same(at: int, late: bool) -> None:
    calm = Factory(report=a_good_report())
    calm.run()
    factory, crashes = crashing(at, late=late)
    done = driven_to_the_end(factory)
    assert crashes.writes >= at
    assert done.outcome == "published"
    assert end_state(factory) == end_state(calm)
    assert factory.claude.asked.count("write_copy") <= 2


def test_running_a_finished_publication_again_changes_nothing() -> None:
    factory = Factory()
    build = factory.pick()
    assert isinstance(build, Build)
    while build.next is not Next.PUBLISH_AGENT:
        build = factory.stage(build)
    first = factory.stage(build)
    before = end_state(factory)
    asked = list(factory.claude.asked)
    assert factory.stage(build) == first
    assert end_state(factory) == before
    assert factory.claude.asked == asked


def test_below_the_thresholds_three_rounds_and_then_rejection() -> None:
    factory = Factory(judgement=a_judgement(safety=6))
    done = factory.run()
    assert (done.outcome, done.round) == ("rejected", MAX_ROUNDS)
    row = factory.agents.get("price-watch")
    assert row is not None
    assert row.status is AgentStatus.REJECTED
    assert row.reason == done.reason
    assert "safety was rated 6" in (done.reason or "")
    standing = factory.leases.standing(OPPORTUNITY)
    assert standing.status is OpportunityStatus.REJECTED
    assert standing.reason == done.reason
    assert factory.claude.asked == ["judge_agent"] * MAX_ROUNDS


@pytest.mark.parametrize("late", [False, True], ids=["before the write", "after the write"])
@pytest.mark.parametrize("at", range(1, 26))
def test_a_rejection_survives_crashes_too(at: int, late: bool) -> None:
    calm = Factory(judgement=a_judgement(safety=6), report=a_good_report())
    calm.run()
    factory, _ = crashing(at, late=late)
    factory.judgement = a_judgement(safety=6)
    assert driven_to_the_end(factory).outcome == "rejected"
    assert end_state(factory) == end_state(calm)


def test_a_judge_that_loves_everything_cannot_save_a_vetoed_agent() -> None:
    async def leaks(input: dict[str, object], tools: object) -> dict[str, object]:
        output = await good_agent(input, tools)  # type: ignore[arg-type]
        return {**output, "summary": str(await tools.recall("account/api-token"))}  # type: ignore[attr-defined]

    factory = Factory(function=leaks, judgement=a_judgement(10, 10, 10, 10))
    done = factory.run()
    assert done.outcome == "rejected"
    assert factory.agents.get("price-watch").status is AgentStatus.REJECTED  # type: ignore[union-attr]
    assert "judge_agent" not in factory.claude.asked
