"""Seen posts and workflow failures against DynamoDB as moto plays it."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from moto import mock_aws

from shared.adapters.seen_posts_table import SeenPostsTable
from shared.adapters.workflow_failures_table import WorkflowFailuresTable
from shared.workflows.failures import WorkflowFailure
from tests.integration.market_tables import create_market_tables, everything_in


@pytest.fixture(autouse=True)
def tables() -> Iterator[None]:
    with mock_aws():
        create_market_tables()
        yield


def test_posts_are_marked_once_with_what_was_found_in_them() -> None:
    seen = SeenPostsTable("seen_posts")
    posts = {f"p{number}": [f"prb_{number}"] if number % 2 else [] for number in range(250)}
    seen.add(posts, {})
    assert seen.known([*posts, "other"]) == set(posts)
    assert seen.problems_of(["p1", "p2", "other"]) == {"p1": ("prb_1",), "p2": ()}
    before = everything_in("seen_posts")
    seen.add(posts | {"p1": ["prb_9"]}, {})
    assert everything_in("seen_posts") == before


def test_a_text_stays_that_of_the_post_that_was_read_first() -> None:
    seen = SeenPostsTable("seen_posts")
    seen.add({"p1": []}, {"text:a": "p1"})
    seen.add({"p2": []}, {"text:a": "p2", "text:b": "p2"})
    assert seen.first_with(["text:a", "text:b", "text:c", "p1"]) == {"text:a": "p1", "text:b": "p2"}


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
