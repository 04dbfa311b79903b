"""The bodies of the protocol between the platform and a task, as the platform writes and reads them."""

import hashlib
import json
from collections.abc import Sequence

from pydantic import TypeAdapter, ValidationError

from shared.specs.effects import Effect, EffectResult, Failed, Reply, RunError
from shared.values import Json

_REPLY: TypeAdapter[Reply] = TypeAdapter(Reply)


def write_results(results: Sequence[EffectResult], asked: Sequence[Effect]) -> list[dict[str, Json]]:
    """Results in the form a call sends them, each with the digest of the effect it answers if that effect is known."""
    questions = {effect.id: {"asked": _compute_digest(effect)} for effect in asked}
    return [{**result.model_dump(mode="json"), **questions.get(result.id, {})} for result in results]


def _compute_digest(effect: Effect) -> str:
    """The digest that the SDK computes in `mam_agent.effects.Effect.asked`."""
    question = {"kind": effect.kind.value, "args": effect.args}
    return hashlib.sha256(json.dumps(question, sort_keys=True, separators=(",", ":")).encode()).hexdigest()


def read_reply(body: bytes) -> Reply:
    try:
        return _REPLY.validate_json(body)
    except ValidationError as wrong:
        where = ".".join(str(part) for part in wrong.errors()[0]["loc"])
        return Failed(
            error=RunError(code="bad_reply", message=f"the task's reply is not of the protocol: {where or 'body'}")
        )
