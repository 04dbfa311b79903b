"""The run loop with scripted agents: what it sends, what it believes, and where it stops."""

from collections.abc import Sequence

import pytest

from shared.runs.loop import FOREIGN_ADDRESS, FOREIGN_OFFER, AgentLoop, Ending, LoopLimits, Replay
from shared.runs.tasks import TaskGone
from shared.specs.effects import (
    Effect,
    EffectKind,
    EffectResult,
    EffectSucceeded,
    Failed,
    Reply,
    RunError,
    Succeeded,
    Suspended,
)
from shared.values import Json


class Scripted:
    """Answers the calls in turn; an exception is raised instead."""

    def __init__(self, *replies: Reply | Exception) -> None:
        self.replies = list(replies)
        self.sent: list[list[int]] = []
        self.seconds: list[float] = []

    def call(
        self, run_id: str, input: Json, results: Sequence[EffectResult] = (), *, asked: Json = (), seconds: float = 15.0
    ) -> Reply:
        self.sent.append([result.id for result in results])
        self.seconds.append(seconds)
        reply = self.replies.pop(0)
        if isinstance(reply, Exception):
            raise reply
        return reply


class Echo:
    def __init__(self) -> None:
        self.performed: list[int] = []

    def perform(self, effect: Effect) -> EffectResult:
        self.performed.append(effect.id)
        return EffectSucceeded(id=effect.id, value=f"value {effect.id}")


def asks(*ids: int) -> Suspended:
    return Suspended(effects=tuple(Effect(id=number, kind=EffectKind.NOW, args={}) for number in ids))


DONE = Succeeded(output={"fine": True})


def test_effects_are_performed_once_and_all_results_are_sent_each_time() -> None:
    agent, performer = Scripted(asks(1, 2), asks(3), DONE), Echo()
    outcome = AgentLoop("r", {}).proceed(agent, performer)
    assert (outcome.ending, outcome.output) == (Ending.SUCCEEDED, {"fine": True})
    assert agent.sent == [[], [1, 2], [1, 2, 3]]
    assert performer.performed == [1, 2, 3]
    assert [record.effect.id for record in outcome.recorded] == [1, 2, 3]


def test_a_failure_of_the_agent_is_its_own() -> None:
    outcome = AgentLoop("r", {}).proceed(Scripted(Failed(error=RunError(code="no", message="cannot"))), Echo())
    assert outcome.ending is Ending.FAILED
    assert outcome.error == RunError(code="no", message="cannot")


SOLD = "Start your free trial of Ledger Pro now."
SENT = "Log in again at https://evil.org/login"


@pytest.mark.parametrize(("words", "code"), [(SOLD, FOREIGN_OFFER), (SENT, FOREIGN_ADDRESS)])
def test_what_neither_input_nor_effect_brought_ends_the_run_before_it_reaches_anybody(words: str, code: str) -> None:
    notified = Effect(id=1, kind=EffectKind.NOTIFY, args={"subject": "News", "body": words})
    kept = Effect(id=1, kind=EffectKind.REMEMBER, args={"key": "last", "value": [words]})
    for reply in (Succeeded(output={"a": words}), Suspended(effects=[notified]), Suspended(effects=[kept])):
        echo = Echo()
        outcome = AgentLoop("r", {"x": 1}).proceed(Scripted(reply), echo)
        assert outcome.ending is Ending.VIOLATION
        assert outcome.error is not None
        assert outcome.error.code == code
        assert outcome.output is None
        assert echo.performed == []


@pytest.mark.parametrize("words", [SOLD, SENT])
def test_what_the_input_said_may_be_said_again(words: str) -> None:
    outcome = AgentLoop("r", {"x": words}).proceed(Scripted(Succeeded(output={"a": words})), Echo())
    assert outcome.ending is Ending.SUCCEEDED


@pytest.mark.parametrize("ids", [(2,), (1, 1), (2, 1), (1, 3), (0 + 5,)])
def test_effects_out_of_call_order_end_the_run_and_are_not_performed(ids: tuple[int, ...]) -> None:
    performer = Echo()
    outcome = AgentLoop("r", {}).proceed(Scripted(asks(*ids)), performer)
    assert (outcome.ending, outcome.error and outcome.error.code) == (Ending.VIOLATION, "effect_ids")
    assert performer.performed == []


def test_an_effect_cannot_be_asked_for_twice() -> None:
    performer = Echo()
    outcome = AgentLoop("r", {}).proceed(Scripted(asks(1), asks(1)), performer)
    assert outcome.ending is Ending.VIOLATION
    assert performer.performed == [1]


def test_limits_on_calls_and_effects() -> None:
    endless = [asks(number) for number in range(1, 50)]
    outcome = AgentLoop("r", {}, LoopLimits(calls=5)).proceed(Scripted(*endless), Echo())
    assert (outcome.ending, outcome.error and outcome.error.code) == (Ending.LIMIT, "too_many_calls")
    assert len(outcome.seconds) == 5
    performer = Echo()
    outcome = AgentLoop("r", {}, LoopLimits(effects=3)).proceed(Scripted(asks(1, 2), asks(3, 4)), performer)
    assert (outcome.ending, outcome.error and outcome.error.code) == (Ending.LIMIT, "too_many_effects")
    assert performer.performed == [1, 2]


def test_the_deadline_bounds_the_run_and_each_call() -> None:
    times = iter([0.0, 1.0, 1.0, 8.0, 8.0, 8.0, 9.5, 11.0])
    agent = Scripted(asks(1), asks(2), DONE)
    outcome = AgentLoop("r", {}, LoopLimits(seconds=10.0, call_seconds=7.0), lambda: next(times)).proceed(agent, Echo())
    assert agent.seconds == [7.0, 2.0]
    assert (outcome.ending, outcome.error and outcome.error.code) == (Ending.LIMIT, "deadline")


def test_a_run_goes_on_with_another_task_where_the_first_one_died() -> None:
    run, performer = AgentLoop("r", {}), Echo()
    with pytest.raises(TaskGone):
        run.proceed(Scripted(asks(1), TaskGone("gone")), performer)
    second = Scripted(DONE)
    outcome = run.proceed(second, performer)
    assert outcome.ending is Ending.SUCCEEDED
    assert second.sent == [[1]]
    assert performer.performed == [1]
    assert len(outcome.seconds) == 3


def test_a_replay_answers_only_what_was_asked_when_it_was_recorded() -> None:
    outcome = AgentLoop("r", {}).proceed(Scripted(asks(1), DONE), Echo())
    replay = Replay(outcome.recorded)
    assert replay.perform(outcome.recorded[0].effect) == outcome.recorded[0].result
    assert replay.diverged == []
    assert not replay.perform(Effect(id=1, kind=EffectKind.RECALL, args={"key": "k"})).ok
    assert not replay.perform(Effect(id=2, kind=EffectKind.NOW, args={})).ok
    assert len(replay.diverged) == 2
