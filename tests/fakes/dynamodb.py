"""DynamoDB as moto plays it, but for threads: moto checks a condition and then writes, DynamoDB does both at once."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import RLock
from typing import Any
from unittest.mock import patch

from moto import mock_aws
from moto.dynamodb.responses import DynamoHandler


@contextmanager
def mock_dynamodb() -> Iterator[None]:
    one_at_a_time = RLock()
    play = DynamoHandler.call_action

    def decide(call: DynamoHandler) -> Any:
        with one_at_a_time:
            return play(call)

    with mock_aws(), patch.object(DynamoHandler, "call_action", decide):
        yield
