from collections.abc import Iterator

import boto3
import pytest

from shared.adapters.agent_tasks_table import AgentTasksTable
from tests.contracts.agent_tasks import AgentTasksContract
from tests.fakes.dynamodb import mock_dynamodb


@pytest.fixture
def tasks() -> Iterator[AgentTasksTable]:
    with mock_dynamodb():
        boto3.client("dynamodb").create_table(
            TableName="agent_tasks",
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[{"AttributeName": "agent", "KeyType": "HASH"}, {"AttributeName": "task_id", "KeyType": "RANGE"}],
            AttributeDefinitions=[
                {"AttributeName": "agent", "AttributeType": "S"},
                {"AttributeName": "task_id", "AttributeType": "S"},
            ],
        )
        yield AgentTasksTable("agent_tasks")


class TestAgentTasksTable(AgentTasksContract):
    """On DynamoDB as moto plays it."""
