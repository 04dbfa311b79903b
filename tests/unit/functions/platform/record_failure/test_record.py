"""Failures are written down once, leases let go, and a redrive goes on exactly where it stopped."""

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from functions.platform.record_failure.record import FailedStage, record
from shared.opportunities.models import OpportunityStatus
from shared.workflows.failures import StageFailed, WorkflowFailure
from tests.fakes.leases import FakeLeases, an_opportunity

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
SCAN = "arn:aws:states:us-east-1:000000000000:execution:market-scan:s1"
BUILD = "arn:aws:states:us-east-1:000000000000:execution:agent-factory:b1"
CARD = an_opportunity("opp_1")


class FakeFailures:
    def __init__(self) -> None:
        self.rows: dict[tuple[str, str], WorkflowFailure] = {}

    def of_execution(self, execution: str) -> list[WorkflowFailure]:
        return [row for key, row in sorted(self.rows.items()) if key[0] == execution]

    def put(self, failure: WorkflowFailure) -> None:
        self.rows[failure.execution, failure.failure_id] = failure


class FakeItems:
    failed: dict[str, str] | None = None

    def first_of(self, execution: str) -> dict[str, str] | None:
        return self.failed


class World:
    def __init__(self) -> None:
        self.failures = FakeFailures()
        self.leases = FakeLeases(CARD)
        self.items = FakeItems()

    def enter(self, **changes: Any) -> str:
        """Where the execution goes on; raises StageFailed if it ends."""
        request = FailedStage.model_validate(a_failed_scan() | changes)
        return record(request, failures=self.failures, leases=self.leases, items=self.items, clock=lambda: NOW).resume


def a_failed_scan() -> dict[str, Any]:
    cause = {"errorMessage": "extract_problems: the model declined to answer", "errorType": "ModelRefused"}
    return {
        "workflow": "market-scan",
        "execution": SCAN,
        "redrives": 0,
        "redrives_at_failure": 0,
        "failed_stage": "extract_problems",
        "failure": {"Error": "ModelRefused", "Cause": json.dumps(cause)},
        "state": {"scan_id": "s1", "posts_key": "scans/s1/posts.jsonl"},
    }


def a_failed_build(**changes: Any) -> dict[str, Any]:
    state = {"build_id": "b1", "opportunity_id": "opp_1", "round": 1}
    return {"workflow": "agent-factory", "execution": BUILD, "failed_stage": "generate_spec", "state": state} | changes


def test_a_first_failure_ends_the_execution_with_words_for_a_person() -> None:
    world = World()
    with pytest.raises(StageFailed, match="market-scan stopped in extract_problems: ModelRefused") as raised:
        world.enter()
    assert "the model declined to answer" in str(raised.value)
    assert "redrive" in str(raised.value)
    (row,) = world.failures.of_execution(SCAN)
    assert (row.failure_id, row.error, row.failed_at, row.resumed_by) == ("0001", "ModelRefused", NOW, None)


def test_a_repeated_delivery_of_the_same_failure_is_written_once() -> None:
    world = World()
    for _ in range(2):
        with pytest.raises(StageFailed):
            world.enter()
    assert len(world.failures.rows) == 1


def test_a_redrive_goes_on_at_the_stage_that_failed_and_may_fail_again() -> None:
    world = World()
    with pytest.raises(StageFailed):
        world.enter()
    assert world.enter(redrives=1) == "extract_problems"
    assert world.failures.of_execution(SCAN)[0].resumed_by == 1
    with pytest.raises(StageFailed, match="score_opportunities"):
        world.enter(redrives=1, redrives_at_failure=1, failed_stage="score_opportunities")
    assert [row.failure_id for row in world.failures.of_execution(SCAN)] == ["0001", "0002"]
    again = world.enter(redrives=2, redrives_at_failure=1, failed_stage="score_opportunities")
    assert again == "score_opportunities"


def test_a_redrive_goes_on_although_the_failure_could_not_be_recorded_when_it_happened() -> None:
    world = World()
    assert world.enter(redrives=1) == "extract_problems"
    (row,) = world.failures.of_execution(SCAN)
    assert (row.redrives, row.error, row.resumed_by) == (0, "ModelRefused", 1)
    assert world.enter(redrives=2, redrives_at_failure=1, failed_stage="score_opportunities") == "score_opportunities"
    assert [row.resumed_by for row in world.failures.of_execution(SCAN)] == [1, 2]


def test_a_build_whose_failure_could_not_be_recorded_still_holds_its_opportunity_and_goes_on() -> None:
    world = World()
    world.leases.lease("opp_1", "b1", NOW)
    assert world.enter(**a_failed_build(redrives=1)) == "generate_spec"
    assert world.leases.standing("opp_1").holder == "b1"


def test_a_way_back_whose_answer_was_lost_is_told_again() -> None:
    world = World()
    with pytest.raises(StageFailed):
        world.enter()
    for _ in range(2):
        assert world.enter(redrives=1) == "extract_problems"
    assert len(world.failures.rows) == 1


def test_the_first_failure_after_a_redrive_of_a_stopped_execution_is_a_failure() -> None:
    """Stopped by hand or by its time limit: nothing was recorded, and the stage ran again before it failed."""
    world = World()
    with pytest.raises(StageFailed, match="ModelRefused"):
        world.enter(redrives=1, redrives_at_failure=1)


def test_an_execution_under_a_definition_that_does_not_count_its_failures_goes_on_by_what_is_recorded() -> None:
    world = World()
    with pytest.raises(StageFailed):
        world.enter(redrives_at_failure=None)
    assert world.enter(redrives=1, redrives_at_failure=None) == "extract_problems"
    with pytest.raises(StageFailed, match="score_opportunities"):
        world.enter(redrives=1, redrives_at_failure=None, failed_stage="score_opportunities")


def test_a_failed_build_lets_go_of_its_opportunity_and_a_redrive_takes_it_back() -> None:
    world = World()
    world.leases.lease("opp_1", "b1", NOW)
    with pytest.raises(StageFailed):
        world.enter(**a_failed_build())
    standing = world.leases.standing("opp_1")
    assert (standing.status, standing.failed_builds) == (OpportunityStatus.OPEN, 1)
    assert standing.reason == "generate_spec: ModelRefused"
    assert world.enter(**a_failed_build(redrives=1)) == "generate_spec"
    assert world.leases.standing("opp_1").holder == "b1"


def test_a_crash_between_record_and_release_is_made_up() -> None:
    world = World()
    world.leases.lease("opp_1", "b1", NOW)
    release = world.leases.release

    def crash(*_: Any) -> bool:
        raise ConnectionError

    world.leases.release = crash
    with pytest.raises(ConnectionError):
        world.enter(**a_failed_build())
    world.leases.release = release
    with pytest.raises(StageFailed):
        world.enter(**a_failed_build())
    assert world.leases.standing("opp_1").status is OpportunityStatus.OPEN
    assert len(world.failures.rows) == 1


def test_a_build_whose_opportunity_went_to_another_cannot_be_resumed() -> None:
    world = World()
    world.leases.lease("opp_1", "b1", NOW)
    with pytest.raises(StageFailed):
        world.enter(**a_failed_build())
    world.leases.lease("opp_1", "b2", NOW)
    with pytest.raises(StageFailed, match="cannot go on"):
        world.enter(**a_failed_build(redrives=1))
    assert world.leases.standing("opp_1").holder == "b2"
    assert world.failures.of_execution(BUILD)[0].resumed_by is None


def test_a_build_that_had_finished_its_opportunity_may_finish_the_rest() -> None:
    world = World()
    world.leases.lease("opp_1", "b1", NOW)
    world.leases.mark_served("opp_1", "b1", "an-agent")
    with pytest.raises(StageFailed):
        world.enter(**a_failed_build(failed_stage="publish_agent"))
    assert world.leases.standing("opp_1").status is OpportunityStatus.SERVED
    assert world.enter(**a_failed_build(failed_stage="publish_agent", redrives=1)) == "publish_agent"


def test_a_failure_before_anything_was_leased_releases_nothing() -> None:
    world = World()
    world.leases.lease("opp_1", "b2", NOW)
    state = {"build_id": "b1", "request": {}}
    with pytest.raises(StageFailed):
        world.enter(**a_failed_build(failed_stage="pick_opportunity", state=state))
    assert world.leases.standing("opp_1").holder == "b2"


@pytest.mark.parametrize("cause", ["", "not json", "[1]", '"text"', "{}"])
def test_any_shape_of_a_cause_is_told(cause: str) -> None:
    world = World()
    with pytest.raises(StageFailed, match=r"States\.Timeout"):
        world.enter(failure={"Error": "States.Timeout", "Cause": cause})


def test_a_stage_of_many_items_failed_of_what_its_first_item_failed() -> None:
    world = World()
    world.items.failed = a_failed_scan()["failure"]
    with pytest.raises(StageFailed, match="extract_problems: ModelRefused: extract_problems: the model declined"):
        world.enter(failure={"Error": "States.ExceedToleratedFailureThreshold", "Cause": "exceeded"})


def test_a_failure_of_a_stage_whose_items_tell_nothing_is_told_as_it_is() -> None:
    with pytest.raises(StageFailed, match="ExceedToleratedFailureThreshold: exceeded"):
        World().enter(failure={"Error": "States.ExceedToleratedFailureThreshold", "Cause": "exceeded"})


def test_too_much_data_is_not_answered_with_the_advice_to_try_again() -> None:
    with pytest.raises(StageFailed) as failed:
        World().enter(failure={"Error": "States.DataLimitExceeded", "Cause": "too long"})
    assert "redrive" not in str(failed.value)
