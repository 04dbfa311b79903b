"""The stores of the market scan, of builds and of spend against DynamoDB as moto plays it."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from shared.adapters.model_spend_table import ModelSpendTable
from shared.adapters.opportunities_table import OpportunitiesTable
from shared.adapters.problems_table import ProblemsTable
from shared.adapters.seen_posts_table import SeenPostsTable
from shared.adapters.task_refusals_table import RECENT_SECONDS, TaskRefusalsTable
from shared.adapters.workflow_failures_table import WorkflowFailuresTable
from shared.workflows.failures import WorkflowFailure
from tests.contracts.market_stores import ModelSpendContract, ProblemsContract, SeenPostsContract
from tests.contracts.opportunity_leases import BEST, SECOND, LeasesContract
from tests.fakes.dynamodb import mock_dynamodb
from tests.fakes.opportunity_changes import a_change
from tests.integration.market_tables import create_market_tables, everything_in


@pytest.fixture(autouse=True)
def tables() -> Iterator[None]:
    with mock_dynamodb():
        create_market_tables()
        yield


class TestProblemsTable(ProblemsContract):
    @pytest.fixture
    def problems(self) -> ProblemsTable:
        return ProblemsTable("problems")


class TestSeenPostsTable(SeenPostsContract):
    @pytest.fixture
    def seen(self) -> SeenPostsTable:
        return SeenPostsTable("seen_posts")

    def test_repeating_writes_nothing(self, seen: SeenPostsTable) -> None:
        seen.add({"p1": ["prb_1"]}, {"text:a": "p1"})
        before = everything_in("seen_posts")
        seen.add({"p1": ["prb_9"]}, {"text:a": "p9"})
        assert everything_in("seen_posts") == before


class TestModelSpendTable(ModelSpendContract):
    @pytest.fixture
    def spend(self) -> ModelSpendTable:
        return ModelSpendTable("meters", cap_cents=1)


class TestOpportunitiesTable(LeasesContract):
    @pytest.fixture
    def leases(self) -> OpportunitiesTable:
        table = OpportunitiesTable("market_opportunities", "problems")
        table.save(a_change(SECOND, problems=1, first=10, score=100))
        table.save(a_change(BEST, problems=1, first=20, score=200))
        return table


def test_refused_tasks_are_remembered_for_some_minutes() -> None:
    now = [1_000.0]
    refusals = TaskRefusalsTable("meters", clock=lambda: now[0])
    assert not refusals.recent()
    refusals.note()
    assert refusals.recent()
    now[0] += RECENT_SECONDS
    assert not refusals.recent()


def test_failures_come_back_in_order_and_can_be_marked_as_resumed() -> None:
    table = WorkflowFailuresTable("workflow_failures")
    first = WorkflowFailure(
        execution="arn:1",
        failure_id="0001",
        workflow="market-scan",
        failed_stage="extract_problems",
        error="ModelRefused",
        cause="it declined",
        advice="wait",
        redrives=0,
        failed_at=datetime(2026, 11, 23, 9, tzinfo=UTC),
    )
    second = first.model_copy(update={"failure_id": "0002", "redrives": 1, "opportunity_id": "opp_1"})
    table.put(second)
    table.put(first)
    table.put(first.model_copy(update={"resumed_by": 1}))
    assert table.of_execution("arn:1") == [first.model_copy(update={"resumed_by": 1}), second]
    assert table.of_execution("arn:2") == []
