"""What every test starts from: no cached adapters, no real credentials, no inherited settings."""

import asyncio
from collections.abc import Iterator

import boto3
import pytest

import shared.adapters.aws_clients as aws_clients
import shared.runtime.wiring as wiring

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


def _forget() -> None:
    boto3.DEFAULT_SESSION = None  # which holds the keys that its first client found
    for module in (aws_clients, *wiring.DOMAINS):
        for provider in vars(module).values():
            if hasattr(provider, "cache_clear"):
                provider.cache_clear()
