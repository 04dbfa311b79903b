"""Whose fault a failed run is: every code that any part of the platform can end a run with has an answer."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

from shared.runs.effect_journal import UNKNOWN_OUTCOME
from shared.runs.faults import (
    FAULTS,
    INTERRUPTED,
    LET_DOWN,
    NO_MODEL,
    OURS,
    Fault,
    believe_error,
    costs_nothing,
    end_run,
    name_fault,
)
from shared.runs.loop import Ending, Recorded, RunOutcome, refuse_effect
from shared.runs.run import ENDED, INVALID_INPUT, LEASE_SECONDS, RunState
from shared.specs.effects import Effect, EffectKind, RunError
from tests.fakes.runs import a_run

ROOT = Path(__file__).parents[4]
MAKERS = {"RunError": None, "failed": 0, "_problem": 1, "RunStopped": 0, "stop": 0, "_stop_run": 1}
"""What makes the error of a run, and the place of its code; None for the keyword `code`."""
SOURCES = ("shared/runs", "functions/runs", "functions/factory/test_agent", "layers/agent_base/mam_agent")


def codes_made() -> Iterator[str]:
    for source in (path for folder in SOURCES for path in (ROOT / folder).rglob("*.py")):
        for call in (node for node in ast.walk(ast.parse(source.read_text())) if isinstance(node, ast.Call)):
            name = call.func.attr if isinstance(call.func, ast.Attribute) else getattr(call.func, "id", "")
            if name not in MAKERS:
                continue
            place = MAKERS[name]
            given = [key.value for key in call.keywords if key.arg == "code"]
            given += [] if place is None else call.args[place : place + 1]
            yield from (one.value for one in given if isinstance(one, ast.Constant) and isinstance(one.value, str))


AGENTS_OWN = ("agent_error", "agent_crashed", "replay_mismatch", "undeclared_effect", "invalid_output", "bad_reply")


def test_the_table_holds_exactly_the_codes_that_can_end_a_run() -> None:
    named = {INVALID_INPUT, NO_MODEL.code}
    assert set(codes_made()) | named == set(FAULTS)


def test_what_an_agent_can_say_of_itself_is_its_own_fault() -> None:
    assert {FAULTS[code] for code in AGENTS_OWN} == {Fault.AGENT}


@pytest.mark.parametrize("code", ["", "no such code", "NO_TASK"])
def test_a_code_that_nobody_knows_is_the_agents(code: str) -> None:
    assert name_fault(RunError(code=code, message="x")) is Fault.AGENT


def refused(code: str) -> Recorded:
    effect = Effect(id=1, kind=EffectKind.LLM, args={})
    return Recorded(effect=effect, result=refuse_effect(effect, code, "no"))


def outcome(code: str, *recorded: Recorded, ending: Ending = Ending.FAILED) -> RunOutcome:
    return RunOutcome(ending, recorded, (), error=RunError(code=code, message="x"))


@pytest.mark.parametrize("code", sorted(OURS))
def test_a_task_that_speaks_for_the_platform_is_not_believed(code: str) -> None:
    error = believe_error(outcome(code))
    assert error is not None
    assert name_fault(error) is Fault.AGENT
    assert believe_error(outcome(code, ending=Ending.LIMIT)) == RunError(code=code, message="x")


@pytest.mark.parametrize("code", sorted(LET_DOWN))
def test_an_agent_that_fails_without_what_the_platform_owed_it_is_not_to_blame(code: str) -> None:
    error = believe_error(outcome("agent_error", refused(code)))
    assert error == LET_DOWN[code]
    assert name_fault(error) is Fault.PLATFORM


@pytest.mark.parametrize("code", ["fetch_failed", "over_budget", "model_refused", "model_answer_invalid"])
def test_what_an_agent_had_to_expect_is_no_excuse(code: str) -> None:
    assert believe_error(outcome("agent_error", refused(code))) == RunError(code="agent_error", message="x")


def test_what_the_caller_did_wrong_stays_so_whatever_else_failed() -> None:
    error = believe_error(outcome(INVALID_INPUT, refused(UNKNOWN_OUTCOME)))
    assert error is not None
    assert error.code == INVALID_INPUT


@pytest.mark.parametrize("code", FAULTS)
def test_only_an_agents_own_failure_costs(code: str) -> None:
    ended = a_run(state=RunState.FAILED, error=RunError(code=code, message="x"))
    assert costs_nothing(ended) is (FAULTS[code] is not Fault.AGENT)


def test_an_output_costs_a_demo_unless_the_platform_let_the_agent_down() -> None:
    assert not costs_nothing(a_run(state=RunState.SUCCEEDED, recorded=(refused("over_budget"),)))
    assert costs_nothing(a_run(state=RunState.SUCCEEDED, recorded=(refused(NO_MODEL.code),)))


@pytest.mark.parametrize("state", [one for one in RunState if one not in ENDED])
def test_a_run_that_goes_on_has_cost_what_it_costs(state: RunState) -> None:
    assert not costs_nothing(a_run(state=state, recorded=(refused(NO_MODEL.code),)))


def test_a_run_past_its_deadline_has_failed_as_soon_as_nobody_holds_it() -> None:
    queued = a_run()
    late = queued.deadline_at
    assert end_run(queued, late - 1) == queued
    assert end_run(queued, late).error == INTERRUPTED
    held = a_run(state=RunState.RUNNING, lease_until=late + LEASE_SECONDS)
    assert end_run(held, late) == held
    assert end_run(held, late + LEASE_SECONDS).state is RunState.FAILED
    ended = a_run(state=RunState.SUCCEEDED, output={})
    assert end_run(ended, late + 10_000) == ended
