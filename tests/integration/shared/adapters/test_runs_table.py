from collections.abc import Iterator

import boto3
import pytest

from shared.adapters.dynamodb import model_of
from shared.adapters.runs_table import RunItem, RunsTable
from shared.runs.run import Origin
from tests.contracts.runs_repository import LARGE, NOW, RUN_ID, RunsContract, a_record, claim
from tests.fakes.artifacts import FakeArtifacts
from tests.fakes.dynamodb import mock_dynamodb
from tests.fakes.runs import a_run


@pytest.fixture
def bodies() -> FakeArtifacts:
    return FakeArtifacts()


@pytest.fixture
def runs(bodies: FakeArtifacts) -> Iterator[RunsTable]:
    with mock_dynamodb():
        boto3.client("dynamodb").create_table(
            TableName="agent_runs",
            KeySchema=[{"AttributeName": "run_id", "KeyType": "HASH"}],
            AttributeDefinitions=[{"AttributeName": "run_id", "AttributeType": "S"}],
            BillingMode="PAY_PER_REQUEST",
        )
        yield RunsTable("agent_runs", bodies)


class TestRunsTable(RunsContract):
    """On DynamoDB as moto plays it."""


def test_the_row_expires_when_the_run_does(runs: RunsTable) -> None:
    runs.create(a_run(expires_at=1_900_000_000))
    assert model_of(RunItem, "agent_runs").get(RUN_ID).expires_at == 1_900_000_000


def test_an_intent_and_its_result_share_one_place(runs: RunsTable) -> None:
    runs.create(a_run())
    run = claim(runs)
    for number in (1, 2):
        runs.intend(run, a_record(number).effect, NOW)
        runs.record(run, a_record(number), NOW)
    assert len(model_of(RunItem, "agent_runs").get(RUN_ID).effects) == 2


@pytest.mark.parametrize(("origin", "folder"), [(Origin.DEMO, "demos"), (Origin.CUSTOMER, "runs")])
def test_large_bodies_lie_beside_the_table_where_they_expire_with_their_kind(
    runs: RunsTable, bodies: FakeArtifacts, origin: Origin, folder: str
) -> None:
    runs.create(a_run(origin=origin, input=LARGE))
    run = claim(runs)
    runs.record(run, a_record(1, LARGE), NOW)
    runs.finish(run, NOW, output=LARGE)
    names = ("input", "me/effects/1", "me/output")
    assert sorted(bodies.objects) == [f"{folder}/{RUN_ID}/{name}.json" for name in names]


def test_a_run_whose_bodies_are_gone_is_gone(runs: RunsTable, bodies: FakeArtifacts) -> None:
    runs.create(a_run(input=LARGE))
    bodies.objects.clear()
    assert runs.get(RUN_ID) is None
