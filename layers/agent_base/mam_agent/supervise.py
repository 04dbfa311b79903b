"""One call, from its bytes to the bytes of the reply, in a process of its own that runs no agent code itself.

It checks the input, lets a second process run the agent, and checks what that one says: shape, declared effects, the
output's schema. So a hostile agent can choose among the replies that any agent may give, and forge none.
"""

import hashlib
import json
import os
import select
import signal
import time
from typing import NamedTuple, cast

from .agent_process import MAX_OUTPUT_BYTES, Place, failed, run_agent
from .contract import Contract, load_contract
from .effects import MAX_AT_ONCE, Call, CallInvalid, Json, is_effect, read_call
from .failure_reasons import believed_reason, no_answer
from .guard import BREACHES

RUN_BYTES = 32
NO_RUN = bytes(RUN_BYTES)


class Served(NamedTuple):
    """HTTP status and body of the reply, a digest of the run's id, and whether the run goes on with another call."""

    status: int
    body: bytes
    run: bytes = NO_RUN
    goes_on: bool = False

    def packed(self) -> bytes:
        return b"%03d%d" % (self.status, self.goes_on) + self.run + self.body

    @classmethod
    def unpacked(cls, data: bytes) -> "Served":
        """Raises ValueError for what is too short."""
        return cls(int(data[:3]), data[4 + RUN_BYTES :], data[4 : 4 + RUN_BYTES], data[3:4] == b"1")


class AgentSaid(NamedTuple):
    """What the agent's process wrote, at most a little more than is allowed, and how it exited (-1: it was killed)."""

    data: bytes
    exit_status: int


def serve_call(body: bytes, place: Place, bound: bytes = b"") -> Served:
    """`bound`: the run, by its digest, that the call must be of; any if empty."""
    try:
        call = read_call(body)
    except CallInvalid as wrong:
        return Served(400, json.dumps(failed("bad_call", str(wrong))).encode())
    run = hashlib.sha256(call.run_id.encode("utf-8", "surrogatepass")).digest()
    if bound not in {b"", run}:
        return Served(503, json.dumps(failed("other_run", "this sandbox serves another run: ask again")).encode())
    reply = _reply(call, place)
    try:
        return Served(200, json.dumps(reply, ensure_ascii=False).encode(), run, reply["status"] == "suspended")
    except UnicodeEncodeError:
        return Served(200, json.dumps(failed("invalid_output", "the answer holds half a character")).encode(), run)


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


def _run_apart(call: Call, contract: Contract, place: Place, ends: float) -> AgentSaid | None:
    """None if its time ran out."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        run_agent(call, contract.effects, place, writer)
    os.close(writer)
    try:
        data = _read(reader, ends)
    finally:
        os.kill(child, signal.SIGKILL)
        status = os.waitpid(child, 0)[1]
        os.close(reader)
    return None if data is None else AgentSaid(data, os.waitstatus_to_exitcode(status) if os.WIFEXITED(status) else -1)


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


def _believed(said: AgentSaid, contract: Contract, call: Call) -> dict[str, Json]:
    if said.exit_status in BREACHES:
        return failed("forbidden_action", BREACHES[said.exit_status])
    if len(said.data) > MAX_OUTPUT_BYTES:
        return failed("output_too_large", f"the answer is over {MAX_OUTPUT_BYTES} bytes")
    return _answer(said.data, contract, call) or failed("agent_crashed", no_answer(len(said.data)))


def _answer(data: bytes, contract: Contract, call: Call) -> dict[str, Json] | None:
    """None if it is none of the protocol's."""
    try:
        answer = json.loads(data, parse_constant=_refuse_constant)
    except (ValueError, RecursionError):
        return None
    match answer:
        case {"status": "succeeded", "output": dict(), **rest} if not rest:
            return _succeeded(answer["output"], contract)
        case {"status": "succeeded", **_rest}:
            return failed("invalid_output", "the output must be a JSON object")
        case {"status": "suspended", "effects": [*effects], **rest} if not rest:
            return _suspended(effects, contract, call)
        case {"status": "failed", "error": {"code": str(code), "message": str(message), **_more}}:
            return failed(*believed_reason(code, message))
        case _:
            return None


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


def _suspended(effects: list[Json], contract: Contract, call: Call) -> dict[str, Json] | None:
    if not 0 < len(effects) <= MAX_AT_ONCE:
        return None
    if any(isinstance(one, dict) and _kind(one) not in contract.effects for one in effects):
        return failed("undeclared_effect", "the agent asked for an effect that its spec does not declare")
    if not all(is_effect(one, contract.effects) for one in effects):
        return None
    numbers = [one["id"] for one in effects]
    if numbers != sorted(set(numbers)) or any(number in call.results for number in numbers):
        return None
    return {"status": "suspended", "effects": effects}
