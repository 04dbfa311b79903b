"""How long callers wait for a function host that does not listen."""

import socket
from collections.abc import Callable

import pytest

from local.emulator import function_host_client
from local.emulator.function_host_client import FunctionHostClient, FunctionHostUnavailable
from local.function_host.deployment import Deployment, Invocation

DEPLOYMENT = Deployment(
    name="f", arn="", version="$LATEST", handler="h.h", timeout_seconds=3, memory_mb=128, code="", layers=(),
    environment=(),
)  # fmt: skip


class Clock:
    """Nobody waits: sleeping moves it on."""

    def __init__(self) -> None:
        self.now = 0.0

    def monotonic(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


@pytest.fixture
def clock(monkeypatch: pytest.MonkeyPatch) -> Clock:
    clock = Clock()
    monkeypatch.setattr(function_host_client, "time", clock)
    return clock


def given_up(lives: Callable[[], bool]) -> str:
    with socket.socket() as unused:
        unused.bind(("127.0.0.1", 0))
        client = FunctionHostClient(unused.getsockname()[1], {}, lives)
        with pytest.raises(FunctionHostUnavailable) as refused:
            client.invoke(DEPLOYMENT, Invocation("r1"), b"{}")
    return str(refused.value)


def test_a_host_that_is_gone_is_told_soon_and_how_to_start_it(clock: Clock) -> None:
    assert "`make up`" in given_up(lambda: False)
    assert clock.now < 2


def test_a_host_that_is_being_started_is_waited_for(clock: Clock) -> None:
    given_up(lambda: True)
    assert 10 <= clock.now < 11


def test_a_host_whose_start_is_seen_in_time_is_waited_for(clock: Clock) -> None:
    given_up(lambda: clock.now > 0.5)
    assert 10 <= clock.now < 11
