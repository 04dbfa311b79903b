"""Performing a run from wherever it stands: claim it, call the agent, perform what it asks for, until it has ended."""

from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from typing import Protocol

from shared.runs.effect_journal import EffectJournal, PermittedEffects, RunDiverged
from shared.runs.loop import AgentLoop, CallableAgent, LoopLimits, RunOutcome
from shared.runs.run import ENDED, INVALID_INPUT, RunBusy, RunsRepository, StoredRun
from shared.runs.tasks import RunnableAgent, TaskBusy, TaskGone, TaskNotReady, TaskRefused
from shared.specs.effects import RunError

START_SECONDS = 150.0
TASKS_TRIED = 3
"""So many tasks may die under one worker."""
START_PAUSES = (1.0, 2.0, 4.0, 8.0, 16.0, 32.0)
"""Seconds before the next try after the platform had no task: capacity is back within a minute or for long not."""
TOO_LATE = RunError(code="deadline", message="the run did not end in time")
TASKS_DIED = RunError(code="no_task", message="the agent's tasks stopped while it ran; try again in a minute")
NO_TASK = RunError(code="no_task", message="the agent could not be started; try again in a minute")
DIVERGED = RunError(
    code="diverged",
    message="the run was interrupted at an effect that may not be repeated, and the agent then asked for another one",
)


class Tasks(Protocol):
    def claimed(
        self, agent: RunnableAgent, *, keep_warm: bool = True, start_seconds: float = START_SECONDS
    ) -> AbstractContextManager[CallableAgent]: ...


@dataclass(frozen=True)
class RunWorker:
    """`effects` makes what performs a run's effects; `give_back` uncounts a run that its caller need not answer for,
    and may be called again; `clock` is epoch seconds; `attempt` names this worker and no other.

    `tell` hears why no task came up: the platform's reasons are for its operator, not for who runs an agent.
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
        """The run as it was claimed, after it has ended; None if there is nothing left to do.

        Raises RunBusy while another worker holds it, RunLeaseLost if another one took over meanwhile.
        """
        run = self.runs.claim(run_id, self.attempt, self.clock())
        if run is None:
            return self._unclaimed(run_id)
        outcome = self._outcome(run)
        if isinstance(outcome, RunError):
            self.runs.finish(run, self.clock(), error=outcome)
            return run
        if outcome.error and outcome.error.code == INVALID_INPUT:
            self.give_back(run)
        self.runs.finish(run, self.clock(), output=outcome.output, error=outcome.error)
        return run

    def _unclaimed(self, run_id: str) -> None:
        state = self.runs.state(run_id)
        if state is not None and state not in ENDED:
            raise RunBusy(run_id)

    def _outcome(self, run: StoredRun) -> RunOutcome | RunError:
        limits = LoopLimits(seconds=run.deadline_at - self.clock())
        loop = AgentLoop(run_id=run.run_id, input=run.input, limits=limits, recorded=list(run.recorded))
        journal = EffectJournal(self.runs, run, self.effects(run), self.clock)
        pauses, died = iter(START_PAUSES), 0
        while died < TASKS_TRIED:
            left = run.deadline_at - self.clock()
            if left <= 0:
                return TOO_LATE
            try:
                with self.tasks.claimed(run.runnable, start_seconds=min(left, START_SECONDS)) as task:
                    self.runs.started(run, self.clock())
                    return loop.proceed(task, journal)
            except (TaskGone, TaskBusy):
                died += 1
            except TaskNotReady as reason:
                self.tell(str(reason))
                pause = next(pauses, None)
                if pause is None:
                    return NO_TASK
                self.sleep(min(pause, max(run.deadline_at - self.clock(), 0.0)))
            except TaskRefused as reason:
                self.tell(str(reason))
                return NO_TASK
            except RunDiverged:
                return DIVERGED
        return TASKS_DIED
