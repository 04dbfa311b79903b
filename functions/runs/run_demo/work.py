"""Running a demo from wherever it stands: claim it, call the agent, perform what it asks for, until it has ended."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from shared.runs.demo import ENDED, INVALID_INPUT, Demo, DemoBusy, DemosRepository
from shared.runs.demo_limits import DemoLimits
from shared.runs.loop import CallableAgent, Limits, Performer, Recorded, Run, RunOutcome
from shared.runs.performed_effects import PerformedEffects
from shared.runs.tasks import RunnableAgent, TaskBusy, TaskGone, TaskNotReady, TaskRefused
from shared.specs.effects import Effect, EffectResult, RunError

START_SECONDS = 150.0
TASKS_TRIED = 3
"""So many tasks may die under one demo."""
START_PAUSES = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0)
"""Seconds before the next try after the platform had no task: capacity is back within a minute or for long not."""
TOO_LATE = RunError(code="deadline", message="the run did not end in time")
TASKS_DIED = RunError(code="no_task", message="the agent's tasks stopped while it ran; try again in a minute")
NO_TASK = RunError(code="no_task", message="the agent could not be started; try again in a minute")


class Tasks(Protocol):
    def claimed(
        self, agent: RunnableAgent, *, keep_warm: bool = True, start_seconds: float = START_SECONDS
    ) -> AbstractContextManager[CallableAgent]: ...


@dataclass(frozen=True)
class DemoWorker:
    """`effects` makes the performer for a demo; `clock` is epoch seconds; `attempt` names this worker and no other.

    `tell` hears why no task came up: the platform's reasons are for its operator, not for who tries an agent.
    """

    demos: DemosRepository
    limits: DemoLimits
    tasks: Tasks
    effects: Callable[[Demo], PerformedEffects]
    clock: Callable[[], float]
    attempt: str
    sleep: Callable[[float], None]
    tell: Callable[[str], None]

    def work(self, token: str) -> Demo | None:
        """The demo as it was claimed, after it has ended; None if there is nothing left to do.

        Raises DemoBusy while another worker holds it, LeaseLost if another one took over meanwhile.
        """
        demo = self.demos.claim(token, self.attempt, self.clock())
        if demo is None:
            current = self.demos.get(token)
            if current is None or current.state in ENDED:
                return None
            raise DemoBusy(token)
        performer = self.effects(demo)
        outcome = self._outcome(demo, performer)
        if not isinstance(outcome, RunError) and outcome.error and outcome.error.code == INVALID_INPUT:
            self.limits.give_back(demo.address, demo.token)
        if isinstance(outcome, RunError):
            self.demos.finish(demo, self.clock(), error=outcome, models=performer.models)
        else:
            self.demos.finish(demo, self.clock(), output=outcome.output, error=outcome.error, models=performer.models)
        return demo

    def _outcome(self, demo: Demo, effects: PerformedEffects) -> RunOutcome | RunError:
        seconds = demo.deadline_at - self.clock()
        run = Run(run_id=demo.token, input=demo.input, limits=Limits(seconds=seconds), recorded=list(demo.recorded))
        journal = Journal(self.demos, demo, effects, self.clock)
        pauses, died = iter(START_PAUSES), 0
        while died < TASKS_TRIED:
            left = demo.deadline_at - self.clock()
            if left <= 0:
                return TOO_LATE
            try:
                with self.tasks.claimed(demo.runnable, start_seconds=min(left, START_SECONDS)) as task:
                    self.demos.started(demo, self.clock())
                    return run.proceed(task, journal)
            except (TaskGone, TaskBusy):
                died += 1
            except TaskNotReady as reason:
                self.tell(str(reason))
                pause = next(pauses, None)
                if pause is None:
                    return NO_TASK
                self.sleep(min(pause, max(demo.deadline_at - self.clock(), 0.0)))
            except TaskRefused as reason:
                self.tell(str(reason))
                return NO_TASK
        return TASKS_DIED


class Journal:
    """A performer that writes down each effect before it is performed and its result afterwards."""

    def __init__(self, demos: DemosRepository, demo: Demo, effects: Performer, clock: Callable[[], float]) -> None:
        self._demos, self._demo, self._effects, self._clock = demos, demo, effects, clock

    def perform(self, effect: Effect) -> EffectResult:
        self._demos.intend(self._demo, effect, self._clock())
        result = self._effects.perform(effect)
        self._demos.record(self._demo, Recorded(effect=effect, result=result), self._clock())
        return result
