"""What the emulator tells the host about a function: everything an execution environment is made from.

Two calls whose deployments are equal may share an environment; any difference (code, layers, variables, memory,
timeout, handler) makes a new one, as a deployment does on AWS.
"""

import json
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class Deployment:
    name: str
    arn: str
    version: str
    handler: str
    timeout_seconds: int
    memory_mb: int
    code: str
    layers: tuple[str, ...]
    environment: tuple[tuple[str, str], ...]

    def to_bytes(self) -> bytes:
        return json.dumps(asdict(self), sort_keys=True).encode()

    @classmethod
    def from_bytes(cls, text: bytes) -> "Deployment":
        fields: dict[str, Any] = json.loads(text)
        fields["layers"] = tuple(fields["layers"])
        fields["environment"] = tuple((key, value) for key, value in fields["environment"])
        return cls(**fields)


@dataclass(frozen=True)
class Invocation:
    """One call. `deadline` is a time.time() value; the host sets it when the function begins, not when it waits."""

    request_id: str
    trace_id: str = ""
    deadline: float = 0.0

    def to_bytes(self) -> bytes:
        return json.dumps(asdict(self)).encode()

    @classmethod
    def from_bytes(cls, text: bytes) -> "Invocation":
        return cls(**json.loads(text))


@dataclass(frozen=True)
class Outcome:
    """What came of it; the payload travels beside it. `function_error` is Lambda's "Unhandled", or empty."""

    function_error: str = ""
    log: str = ""
    throttled: bool = False
    ends_environment: bool = False

    def to_bytes(self) -> bytes:
        return json.dumps(asdict(self)).encode()

    @classmethod
    def from_bytes(cls, text: bytes) -> "Outcome":
        return cls(**json.loads(text))


def failure(error_type: str, message: str, *, trace: list[str] | None = None) -> bytes:
    """The payload Lambda answers for a call that failed."""
    body: dict[str, object] = {"errorMessage": message, "errorType": error_type}
    if trace is not None:
        body["stackTrace"] = trace
    return json.dumps(body).encode()
