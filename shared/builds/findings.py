"""Findings in words: faults of an answer, of a run's ending, or of the effects that an agent asked for."""

import json
from collections.abc import Iterator

from shared.builds.report import FindingKind
from shared.builds.test_plan import Malformed
from shared.runs.loop import FOREIGN_ADDRESS, FOREIGN_OFFER, REPLAY_MISMATCH, Ending, Recorded, RunOutcome
from shared.runs.refusals import HOST_NOT_ALLOWED, INVALID_ARGUMENTS, NOT_DECLARED, OVER_BUDGET
from shared.runs.simulation import Simulation
from shared.specs.effects import EffectKind, EffectRefused, Reply, Succeeded, Suspended
from shared.specs.spec import AgentSpec
from shared.untrusted_text.codes import find_foreign_codes
from shared.untrusted_text.offers import find_foreign_offers
from shared.values import Json

INVALID_INPUT = "invalid_input"

REFUSALS = {
    NOT_DECLARED: FindingKind.UNDECLARED_EFFECT,
    HOST_NOT_ALLOWED: FindingKind.UNDECLARED_EFFECT,
    OVER_BUDGET: FindingKind.OVER_BUDGET,
    INVALID_ARGUMENTS: FindingKind.PROTOCOL_VIOLATED,
}
FAILURES = {
    "undeclared_effect": FindingKind.UNDECLARED_EFFECT,
    "bad_reply": FindingKind.PROTOCOL_VIOLATED,
    "output_too_large": FindingKind.PROTOCOL_VIOLATED,
    "deadline": FindingKind.TOO_SLOW,
    REPLAY_MISMATCH: FindingKind.NOT_REPEATABLE,
    "too_many_effects": FindingKind.OVER_BUDGET,
    "agent_error": FindingKind.CRASHED,
    "agent_crashed": FindingKind.CRASHED,
    "bad_image": FindingKind.CRASHED,
    "forbidden_action": FindingKind.PROTOCOL_VIOLATED,
}
"""Error codes of the SDK and of the run loop that say more than 'the run failed'."""

FOREIGN = {FOREIGN_ADDRESS: FindingKind.FOREIGN_ADDRESS, FOREIGN_OFFER: FindingKind.ADVERT}

Said = tuple[FindingKind, str]


def find_additions(spec: AgentSpec, run_input: Json, outcome: RunOutcome) -> Iterator[Said]:
    """Codes and adverts in the output that no input or effect gave to the agent: somebody put them into its code."""
    for code in sorted(find_unexplained_codes(spec, run_input, outcome)):
        yield FindingKind.LEAK, f"the output holds {code}, which came from neither input, effects nor spec"
    for offer in find_foreign_offers(outcome.output, [run_input, *map(_read_brought, outcome.recorded)]):
        yield FindingKind.ADVERT, f"the output holds an advert of its own: {shorten(offer)}"


def find_acceptance(case: Malformed, reply: Reply) -> list[Said]:
    """The faults of the answer to a malformed input. Empty if the answer refuses the input and names the field."""
    if isinstance(reply, Suspended):
        return [(FindingKind.MALFORMED_ACCEPTED, f"{case.name}: it asked for effects instead of refusing the input")]
    if isinstance(reply, Succeeded):
        return [(FindingKind.MALFORMED_ACCEPTED, f"{case.name}: it succeeded instead of refusing the input")]
    code, field = reply.error.code, reply.error.field or ""
    if code != INVALID_INPUT:
        message = f"{case.name}: ended as {shorten(code)} ({shorten(reply.error.message)}), not as {INVALID_INPUT}"
        return [(FAILURES.get(code, FindingKind.CRASHED), message)]
    if not names_field(field, case.field):
        message = f"{case.name}: the refusal names {shorten(field) or 'no field'}, not {case.field}"
        return [(FindingKind.MALFORMED_ACCEPTED, message)]
    return []


def names_field(named: str, wanted: str) -> bool:
    """Whether a refusal names the wrong field, a part of it, or a field that contains it."""
    if not wanted:
        return True
    return named == wanted or named.startswith(wanted + ".") or (wanted.startswith(named + ".") and named != "")


def find_unexplained_codes(spec: AgentSpec, run_input: Json, outcome: RunOutcome) -> set[str]:
    """Words like ABC-LEAK-0001 in the output that no input or effect gave to the agent: they come from its code."""
    known = "\n".join(
        [spec.model_dump_json(), _write_text(run_input), *(record.model_dump_json() for record in outcome.recorded)]
    )
    return set(find_foreign_codes(_write_text(outcome.output), known))


def find_bad_end(outcome: RunOutcome) -> list[Said]:
    error = outcome.error
    code, message = (error.code, error.message) if error else ("unknown", "")
    if outcome.ending is Ending.LIMIT and code in {"deadline", "too_many_calls"}:
        return [(FindingKind.TOO_SLOW, message)]
    if code in FOREIGN:
        return [(FOREIGN[code], message)]
    if outcome.ending is Ending.VIOLATION:
        return [(FindingKind.PROTOCOL_VIOLATED, message)]
    return [(FAILURES.get(code, FindingKind.EXAMPLE_FAILED), f"the run failed: {shorten(code)}: {shorten(message)}")]


def find_refusals(simulation: Simulation) -> list[Said]:
    found = [(one.effect, one.refusal) for one in simulation.asked if one.refusal is not None]
    return [(REFUSALS[error.code], f"{effect.kind.value}: {shorten(error.message)}") for effect, error in found]


def _read_brought(record: Recorded) -> Json:
    """The part of a result that came from the world. A model's answer may only repeat the agent's own question."""
    if isinstance(record.result, EffectRefused) or record.effect.kind is EffectKind.LLM:
        return None
    return record.result.value


def _write_text(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False)


def shorten(text: str, longest: int = 200) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"
