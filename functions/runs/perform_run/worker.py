"""Performs a run from its present state on: claim it, call the agent, perform its effects, until the run has ended."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Protocol

from shared.runs.effect_journal import EffectJournal, PermittedEffects, RunDiverged
from shared.runs.faults import DEADLINE, DIVERGED, NO_TASK, TASKS_DIED, TOO_LATE, believe_error, costs_nothing
from shared.runs.loop import AgentLoop, CallableAgent, Ending, LoopLimits, RunOutcome
from shared.runs.run import ENDED, RunBusy, RunsRepository, RunState, StoredRun
from shared.runs.tasks import RunnableAgent, TaskBusy, TaskGone, TaskNotReady, TaskRefused
from shared.specs.effects import RunError

START_SECONDS = 150.0
TASKS_TRIED = 3
"""How many tasks may die under one worker."""
START_PAUSES = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0)
"""Seconds to wait after each try without a task. Capacity usually returns within a minute, or stays away for long."""
FAIR_SECONDS = 60.0
"""Every agent ended within this time in its examination. An agent that had this time and did not end is at fault."""


class Tasks(Protocol):
    def claimed(
        self, agent: RunnableAgent, *, keep_warm: bool = True, start_seconds: float = START_SECONDS
    ) -> AbstractContextManager[CallableAgent]: ...


@dataclass(frozen=True)
class RunWorker:
    """`effects` makes the performer of a run's effects. `give_back` uncounts a run that costs nothing, and may be
    called more than once. `clock` is epoch seconds. `attempt` identifies this worker uniquely.

    `tell` receives the reason why no task came up. Such reasons are for the platform's operator, not for its customers.
    """

    runs: RunsRepository
    give_back: Callable[[StoredRun], None]
    tasks: Tasks
    effects: Callable[[StoredRun], PermittedEffects]
    clock: Callable[[], float]
    attempt: str
    sleep: Callable[[float], None]
    tell: Callable[[str], None]

    def work(self, run_id: str) -> StoredRun | None:
        """Perform the run to its end and return it as it was claimed; None if there is nothing left to do.

        Raises RunBusy while another worker holds the run, RunLeaseLost if another worker took it over meanwhile.
        """
        run = self.runs.claim(run_id, self.attempt, self.clock())
        if run is None:
            return self._end_unclaimed(run_id)
        outcome = self._reach_outcome(run)
        error = believe_error(outcome)
        self.runs.finish(run, self.clock(), output=outcome.output, error=error)
        state = RunState.SUCCEEDED if error is None else RunState.FAILED
        self._settle(run.model_copy(update={"state": state, "error": error, "recorded": outcome.recorded}))
        return run

    def _end_unclaimed(self, run_id: str) -> None:
        """Settle a run that has ended, since its worker may have died before doing so."""
        run = self.runs.get(run_id)
        if run is not None and run.state not in ENDED:
            raise RunBusy(run_id)
        if run is not None:
            self._settle(run)

    def _settle(self, ended: StoredRun) -> None:
        if costs_nothing(ended):
            self.give_back(ended)

    def _reach_outcome(self, run: StoredRun) -> RunOutcome:
        journal = EffectJournal(self.runs, run, self.effects(run), self.clock)
        attempts = _Attempts(self, run, journal)
        while attempts.outcome is None:
            attempts.another()
        return attempts.outcome


@dataclass
class _Attempts:
    """Tries one run on one task after another until there is an `outcome`. `had` is the time the agent has had
    so far.
    """

    worker: RunWorker
    run: StoredRun
    journal: EffectJournal
    outcome: RunOutcome | None = None
    loop: AgentLoop | None = None
    died: int = 0
    had: float = 0.0
    pauses: Iterator[float] = field(default_factory=lambda: iter(START_PAUSES))

    def another(self) -> None:
        left = self._count_left()
        if left <= 0:
            self._stop(self._make_late_error())
            return
        try:
            with self.worker.tasks.claimed(self.run.runnable, start_seconds=min(left, START_SECONDS)) as task:
                self._proceed(task)
        except (TaskGone, TaskBusy):
            self.died += 1
            if self.died >= TASKS_TRIED:
                self._stop(TASKS_DIED)
        except TaskNotReady as reason:
            self.worker.tell(str(reason))
            self._pause()
        except TaskRefused as reason:
            self.worker.tell(str(reason))
            self._stop(NO_TASK)
        except RunDiverged:
            self._stop(DIVERGED)

    def _proceed(self, task: CallableAgent) -> None:
        began = self.worker.clock()
        self.worker.runs.mark_started(self.run, began)
        self.loop = self.loop or AgentLoop(
            run_id=self.run.run_id,
            input=self.run.input,
            limits=LoopLimits(seconds=self._count_left()),
            recorded=list(self.run.recorded),
        )
        try:
            self.outcome = self.loop.proceed(task, self.journal)
        finally:
            self.had += self.worker.clock() - began
        if self.outcome.ending is Ending.LIMIT and _read_code(self.outcome) == DEADLINE.code:
            self._stop(self._make_late_error())

    def _pause(self) -> None:
        pause = next(self.pauses, None)
        if pause is None:
            self._stop(NO_TASK)
        else:
            self.worker.sleep(min(pause, max(self._count_left(), 0.0)))

    def _count_left(self) -> float:
        return self.run.deadline_at - self.worker.clock()

    def _make_late_error(self) -> RunError:
        return DEADLINE if self.had >= FAIR_SECONDS else TOO_LATE

    def _stop(self, error: RunError) -> None:
        recorded = self.run.recorded if self.loop is None else self.loop.recorded
        self.outcome = RunOutcome(Ending.LIMIT, tuple(recorded), (), error=error)


def _read_code(outcome: RunOutcome) -> str | None:
    return outcome.error.code if outcome.error else None
