"""The process that calls are forked from: what the machine fails at costs a call, and not the task."""

import os
import socket
from pathlib import Path

import pytest
from mam_agent import zygote


def test_a_call_that_cannot_be_forked_is_lost_and_its_caller_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def no_fork() -> int:
        raise BlockingIOError("Resource temporarily unavailable")

    monkeypatch.setattr(os, "fork", no_fork)
    server, _ = socket.socketpair()
    caller, handed = socket.socketpair()
    setup = zygote.Setup(Path("/app"), ("/nowhere",), 1.0)
    before = len(list(Path("/proc/self/fd").iterdir()))
    assert zygote._one_call(server, handed.detach(), b"", setup) == zygote.KILLED
    assert caller.recv(1) == b"", "the connection is closed"
    assert len(list(Path("/proc/self/fd").iterdir())) == before - 1
