"""One call, from its bytes to the bytes of the reply, in a process of its own that runs no agent code itself.

It checks the input, lets a second process run the agent, and checks what that one says: shape, declared effects, the
output's schema. So a hostile agent can choose among the replies that any agent may give, and forge none.
"""

import json
import os
import select
import signal
import time
from typing import cast

from .agent_process import MAX_OUTPUT_BYTES, Place, failed, run_agent
from .contract import Contract, load_contract
from .effects import MAX_AT_ONCE, Call, CallInvalid, Json, is_effect, read_call

AGENT_CODES = frozenset({"agent_error", "replay_mismatch", "undeclared_effect", "invalid_output", "output_too_large"})
_CRASHED = failed("agent_crashed", "the agent's process ended without an answer")


def serve_call(body: bytes, place: Place) -> tuple[int, bytes]:
    """HTTP status and body of the reply."""
    try:
        call = read_call(body)
    except CallInvalid as wrong:
        return 400, json.dumps(failed("bad_call", str(wrong))).encode()
    reply = _reply(call, place)
    try:
        return 200, json.dumps(reply, ensure_ascii=False).encode()
    except UnicodeEncodeError:
        return 200, json.dumps(failed("invalid_output", "the answer holds half a character")).encode()


def _reply(call: Call, place: Place) -> dict[str, Json]:
    ends = time.monotonic() + place.seconds
    try:
        contract = load_contract(place.app / "spec.json")
        wrong = contract.input_error(call.input)
    except Exception:
        return failed("bad_image", "the image's spec.json cannot be used")
    if wrong is not None:
        return failed("invalid_input", wrong.message, wrong.field)
    said = _run_apart(call, contract, place, ends)
    if said is None:
        return failed("deadline", f"the agent did not answer within {place.seconds:g} s")
    return _believed(said, contract, call)


def _run_apart(call: Call, contract: Contract, place: Place, ends: float) -> bytes | None:
    """What the agent's process wrote, at most a little more than is allowed; None if its time ran out."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        run_agent(call, contract.effects, place, writer)
    os.close(writer)
    try:
        return _read(reader, ends)
    finally:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        os.close(reader)


def _read(reader: int, ends: float) -> bytes | None:
    parts: list[bytes] = []
    size = 0
    poll = select.poll()
    poll.register(reader, select.POLLIN | select.POLLHUP)
    while size <= MAX_OUTPUT_BYTES:
        left = ends - time.monotonic()
        if left <= 0 or not poll.poll(left * 1000):
            return None
        part = os.read(reader, 65536)
        if not part:
            break
        parts.append(part)
        size += len(part)
    return b"".join(parts)


def _believed(said: bytes, contract: Contract, call: Call) -> dict[str, Json]:
    if not said:
        return _CRASHED
    if len(said) > MAX_OUTPUT_BYTES:
        return failed("output_too_large", f"the answer is over {MAX_OUTPUT_BYTES} bytes")
    try:
        answer = json.loads(said, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        return _CRASHED
    match answer:
        case {"status": "succeeded", "output": dict(), **rest} if not rest:
            return _succeeded(answer["output"], contract)
        case {"status": "succeeded", **_rest}:
            return failed("invalid_output", "the output must be a JSON object")
        case {"status": "suspended", "effects": [*effects], **rest} if not rest:
            return _suspended(effects, contract, call)
        case {"status": "failed", "error": {"code": str(code), "message": str(message), **_more}}:
            return failed(code if code in AGENT_CODES else "agent_error", message[:500])
        case _:
            return _CRASHED


def _kind(effect: Json) -> str:
    return str(cast("dict[str, Json]", effect).get("kind"))


def _refuse_constant(name: str) -> Json:
    raise ValueError(name)


def _succeeded(output: Json, contract: Contract) -> dict[str, Json]:
    try:
        wrong = contract.output_error(output)
    except Exception:
        return failed("bad_image", "the image's spec.json cannot be used")
    if wrong is not None:
        return failed("invalid_output", wrong.message, wrong.field)
    return {"status": "succeeded", "output": output}


def _suspended(effects: list[Json], contract: Contract, call: Call) -> dict[str, Json]:
    if not 0 < len(effects) <= MAX_AT_ONCE:
        return _CRASHED
    if any(isinstance(one, dict) and _kind(one) not in contract.effects for one in effects):
        return failed("undeclared_effect", "the agent asked for an effect that its spec does not declare")
    if not all(is_effect(one, contract.effects) for one in effects):
        return _CRASHED
    numbers = [one["id"] for one in effects]
    if numbers != sorted(set(numbers)) or any(number in call.results for number in numbers):
        return _CRASHED
    return {"status": "suspended", "effects": effects}
