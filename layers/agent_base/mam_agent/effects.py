"""The effects an agent may ask for: their kinds and arguments, and the digest by which a replay recognises one."""

import hashlib
import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, cast

Json = Any

ARGUMENTS = {
    "llm": {"instruction", "data", "schema", "max_tokens"},
    "fetch": {"url"},
    "recall": {"key"},
    "remember": {"key", "value"},
    "notify": {"subject", "body"},
    "now": set[str](),
}
MAX_AT_ONCE = 64
MAX_ID = 10_000


@dataclass(frozen=True)
class Effect:
    id: int
    kind: str
    args: Mapping[str, Json]

    def asked(self) -> str:
        """A digest of kind and arguments: a result that carries another one was recorded for another question."""
        text = json.dumps({"kind": self.kind, "args": self.args}, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(text.encode()).hexdigest()

    def wire(self) -> dict[str, Json]:
        return {"id": self.id, "kind": self.kind, "args": dict(self.args)}


@dataclass(frozen=True)
class Result:
    """What the platform recorded for effect `id`. `asked` is empty where the caller did not say what was asked."""

    id: int
    ok: bool
    value: Json = None
    code: str = ""
    message: str = ""
    asked: str = ""


class CallInvalid(ValueError):
    """The call is not of the protocol: the caller's mistake, never the agent's."""


@dataclass(frozen=True)
class Call:
    run_id: str
    input: Json
    results: Mapping[int, Result]


def read_call(body: bytes) -> Call:
    try:
        parsed = json.loads(body)
    except (ValueError, RecursionError):
        raise CallInvalid("the body is not JSON") from None
    if not isinstance(parsed, dict) or not parsed.keys() <= {"run_id", "input", "results"}:
        raise CallInvalid("the body is an object of run_id, input and results")
    data = cast("dict[str, Json]", parsed)
    run_id, results = data.get("run_id"), data.get("results", [])
    if not isinstance(run_id, str) or not 0 < len(run_id) <= 200:
        raise CallInvalid("run_id is a string of 1 to 200 characters")
    if "input" not in data:
        raise CallInvalid("input is missing")
    if not isinstance(results, list) or len(cast("list[Json]", results)) > MAX_ID:
        raise CallInvalid("results is a list")
    read = [_result(one) for one in cast("list[Json]", results)]
    if len({one.id for one in read}) != len(read):
        raise CallInvalid("results name an effect twice")
    return Call(run_id=run_id, input=data["input"], results={one.id: one for one in read})


def _result(item: Json) -> Result:
    if not isinstance(item, dict):
        raise CallInvalid("a result is an object")
    data = cast("dict[str, Json]", item)
    number, ok, asked = data.get("id"), data.get("ok"), data.get("asked", "")
    if type(number) is not int or not 1 <= number <= MAX_ID or not isinstance(ok, bool) or not isinstance(asked, str):
        raise CallInvalid("a result has id (from 1), ok (true or false) and value or error")
    if ok:
        return Result(id=number, ok=True, value=data.get("value"), asked=asked)
    match data.get("error"):
        case {"code": str(code), **more}:
            return Result(id=number, ok=False, code=code, message=str(more.get("message", "")), asked=asked)
        case _:
            raise CallInvalid("a result that is not ok has error with code and message")


def is_effect(item: Json, declared: frozenset[str]) -> bool:
    """Whether `item`, from the agent's process, is an effect on the wire that the spec declares."""
    match item:
        case {"id": int(number), "kind": str(kind), "args": dict(), **rest}:
            known = item["args"].keys() == ARGUMENTS.get(kind)
            return known and kind in declared and not rest and type(number) is int and 1 <= number <= MAX_ID
        case _:
            return False
