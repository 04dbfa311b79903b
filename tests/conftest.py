"""What every test starts from: no cached adapters, no real credentials, no inherited settings."""

import asyncio
import logging
from collections.abc import Iterator

import boto3
import pytest

import shared.adapters.aws_clients as aws_clients
import shared.runtime.wiring as wiring
from shared.runtime.observability import logger
from tests.no_secret_logged import no_secret_is_logged

AWS_ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_REGION": "us-east-1",
    "POWERTOOLS_TRACE_DISABLED": "true",
    "POWERTOOLS_METRICS_NAMESPACE": "MAM",
}


@pytest.fixture(autouse=True)
def fresh_wiring(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    for name, value in AWS_ENVIRONMENT.items():
        monkeypatch.setenv(name, value)
    _forget()
    yield
    _forget()


@pytest.fixture(autouse=True)
def event_loop_of_a_fresh_process() -> Iterator[None]:
    """asyncio.run() leaves its thread refusing to make another loop; a Lambda process never begins like that."""
    yield
    asyncio.set_event_loop_policy(None)


@pytest.fixture(autouse=True)
def nothing_secret_in_the_log() -> Iterator[None]:
    with no_secret_is_logged(logging.getLogger("mam"), logger.registered_formatter):
        yield


def _forget() -> None:
    boto3.DEFAULT_SESSION = None  # which holds the keys that its first client found
    for module in (aws_clients, *wiring.DOMAINS):
        for provider in vars(module).values():
            if hasattr(provider, "cache_clear"):
                provider.cache_clear()
