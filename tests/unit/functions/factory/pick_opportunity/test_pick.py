"""Which opportunity an execution works on, and what it says when there is none for it."""

from datetime import timedelta

import pytest
from pydantic import ValidationError

from functions.factory.pick_opportunity.pick import BuildWish, NothingToBuild, PickRequest, pick
from shared.builds.build import Build, Next
from shared.opportunities.errors import OpportunityNotFound, OpportunityTaken, SpendCapReached
from shared.opportunities.models import OpportunityStatus
from tests.fakes.agents import FakeAgents, FakeModelSpend
from tests.fakes.artifacts import FakeArtifacts
from tests.fakes.factory import Factory
from tests.fakes.leases import NOW, FakeLeases, an_opportunity


def picked(
    leases: FakeLeases,
    build_id: str = "build-1",
    wanted: str | None = None,
    agents: FakeAgents | None = None,
    spend: FakeModelSpend | None = None,
    now: object = NOW,
    scan: str | None = None,
    artifacts: FakeArtifacts | None = None,
) -> Build | NothingToBuild:
    return pick(
        PickRequest(build_id=build_id, request=BuildWish(opportunity_id=wanted, scan_id=scan)),
        opportunities=leases,
        agents=agents or FakeAgents(),
        spend=spend or FakeModelSpend(),
        artifacts=artifacts or FakeArtifacts(),
        now=lambda: now,  # type: ignore[arg-type, return-value]
    )


def two() -> FakeLeases:
    return FakeLeases(an_opportunity("opp_small", score=10.0), an_opportunity("opp_large", score=900.0))


def test_the_best_open_opportunity_is_leased() -> None:
    leases = two()
    build = picked(leases)
    assert isinstance(build, Build)
    assert (build.opportunity_id, build.next, build.round) == ("opp_large", Next.GENERATE_SPEC, 1)
    assert leases.standing("opp_large").holder == "build-1"


def test_two_executions_never_take_the_same_and_the_third_finds_nothing() -> None:
    leases = two()
    taken = [picked(leases, f"build-{number}") for number in range(3)]
    assert [one.opportunity_id for one in taken if isinstance(one, Build)] == ["opp_large", "opp_small"]
    assert taken[2] == NothingToBuild(build_id="build-2", reason="no_open_opportunity")


def test_a_repeated_stage_gets_the_same_again() -> None:
    leases = two()
    assert picked(leases) == picked(leases)


def test_a_lease_that_ran_out_is_taken_over() -> None:
    leases = FakeLeases(an_opportunity())
    picked(leases)
    assert isinstance(picked(leases, "build-2"), NothingToBuild)
    assert isinstance(picked(leases, "build-2", now=NOW + timedelta(hours=3)), Build)


def test_the_one_asked_for_is_taken_whatever_its_score() -> None:
    build = picked(two(), wanted="opp_small")
    assert isinstance(build, Build)
    assert build.opportunity_id == "opp_small"


def test_asking_for_one_that_is_taken_served_or_unknown_is_a_clear_error() -> None:
    leases = two()
    picked(leases, "other", wanted="opp_small")
    with pytest.raises(OpportunityTaken, match="leased by other"):
        picked(leases, wanted="opp_small")
    leases.mark_served("opp_small", "other", "an-agent")
    with pytest.raises(OpportunityTaken, match="served by other"):
        picked(leases, wanted="opp_small")
    with pytest.raises(OpportunityNotFound):
        picked(leases, wanted="opp_none")


def test_no_new_work_when_the_days_spend_is_used_up() -> None:
    spend = FakeModelSpend(cap_microusd=100)
    spend.add(100)
    leases = two()
    assert picked(leases, spend=spend) == NothingToBuild(build_id="build-1", reason="spend_cap_reached")
    with pytest.raises(SpendCapReached, match="cap on model spend"):
        picked(leases, wanted="opp_small", spend=spend)
    assert leases.standing("opp_large").status is OpportunityStatus.OPEN


def test_an_opportunity_whose_agent_was_published_before_a_crash_is_not_built_again() -> None:
    factory = Factory(leases=FakeLeases(an_opportunity(), an_opportunity("opp_next", score=5.0)))
    factory.run()
    published = an_opportunity().opportunity_id
    fresh = FakeLeases(an_opportunity(), an_opportunity("opp_next", score=5.0))
    build = picked(fresh, "build-2", agents=factory.agents)
    assert isinstance(build, Build)
    assert build.opportunity_id == "opp_next"
    assert fresh.standing(published).agent == "price-watch"
    assert picked(FakeLeases(an_opportunity()), "b3", published, factory.agents) == NothingToBuild(
        build_id="b3", reason="already_served_by price-watch"
    )


def test_the_executions_input_may_be_empty_or_carry_more() -> None:
    assert PickRequest.model_validate({"build_id": "b", "request": {}}).request.opportunity_id is None
    assert PickRequest.model_validate({"build_id": "b", "request": {"time": "x"}}).request.opportunity_id is None


def test_a_scan_starts_one_build_however_often_its_success_is_told() -> None:
    leases, artifacts = two(), FakeArtifacts()
    first = picked(leases, "build-1", scan="scan-1", artifacts=artifacts)
    again = picked(leases, "build-2", scan="scan-1", artifacts=artifacts)
    assert isinstance(first, Build)
    assert first.opportunity_id == "opp_large"
    assert again == NothingToBuild(build_id="build-2", reason="scan_started build-1")
    assert leases.standing("opp_small").status is OpportunityStatus.OPEN


def test_a_retried_stage_of_the_build_that_a_scan_started_goes_on() -> None:
    leases, artifacts = two(), FakeArtifacts()
    assert picked(leases, scan="scan-1", artifacts=artifacts) == picked(leases, scan="scan-1", artifacts=artifacts)


def test_every_scan_and_every_schedule_starts_a_build_of_its_own() -> None:
    leases, artifacts = two(), FakeArtifacts()
    builds = [
        picked(leases, "build-1", scan="scan-1", artifacts=artifacts),
        picked(leases, "build-2", scan="scan-2", artifacts=artifacts),
    ]
    assert {build.opportunity_id for build in builds if isinstance(build, Build)} == {"opp_small", "opp_large"}
    assert picked(leases, "build-3", artifacts=artifacts) == NothingToBuild(
        build_id="build-3", reason="no_open_opportunity"
    )


def test_a_scan_that_met_the_spend_cap_may_still_start_its_build_later() -> None:
    leases, artifacts = two(), FakeArtifacts()
    picked(leases, "build-1", scan="scan-1", artifacts=artifacts, spend=FakeModelSpend(cap_microusd=0))
    assert isinstance(picked(leases, "build-2", scan="scan-1", artifacts=artifacts), Build)


@pytest.mark.parametrize("scan", ["", "../../agents", "a/b", "x" * 81, "scan\n"])
def test_what_is_no_name_of_an_execution_is_refused(scan: str) -> None:
    with pytest.raises(ValidationError):
        BuildWish(scan_id=scan)
