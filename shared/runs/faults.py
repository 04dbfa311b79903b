"""Whose fault it is that a run gave no output: one table of every code that a run can end with, and what follows.

The agent is at fault only for what it did itself. The platform is at fault if it did not provide a task, time, the
model or its stores; such a run costs the customer nothing.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum

from shared.runs.effect_journal import UNKNOWN_OUTCOME
from shared.runs.loop import Ending, Recorded, RunOutcome
from shared.runs.run import ENDED, INVALID_INPUT, RunState, StoredRun
from shared.specs.effects import EffectRefused, RunError

RETRY_AFTER_SECONDS = 60
"""Capacity, the model and the stores usually return within a minute, or stay away for long."""
MODEL_UNAVAILABLE = "model_unavailable"


class Fault(StrEnum):
    """Who is to blame for a run without an output."""

    CALLER = "caller"
    AGENT = "agent"
    PLATFORM = "platform"


NO_TASK = RunError(code="no_task", message="the agent could not be started; try again in a minute")
TASKS_DIED = RunError(code="no_task", message="the agent's tasks stopped while it ran; try again in a minute")
TOO_LATE = RunError(code="too_late", message="the platform could not give the agent enough time; try again in a minute")
DEADLINE = RunError(code="deadline", message="the run did not end in time")
INTERRUPTED = RunError(code="interrupted", message="the platform stopped while the agent ran; try again in a minute")
NOT_QUEUED = RunError(code="not_queued", message="the platform could not take the run on; try again in a minute")
NO_MODEL = RunError(code=MODEL_UNAVAILABLE, message="the agent could not do without the model, which is not available")
DIVERGED = RunError(
    code="diverged",
    message="the run was interrupted at an effect that may not be repeated, and the agent then asked for another one",
)

FAULTS: Mapping[str, Fault] = {
    INVALID_INPUT: Fault.CALLER,
    # Codes that the agent's task reports about the agent.
    "agent_error": Fault.AGENT,
    "agent_crashed": Fault.AGENT,
    "replay_mismatch": Fault.AGENT,
    "undeclared_effect": Fault.AGENT,
    "forbidden_action": Fault.AGENT,
    "invalid_output": Fault.AGENT,
    "output_too_large": Fault.AGENT,
    # The agent asked for so many results that they do not fit into one call.
    "call_too_large": Fault.AGENT,
    # Codes that the run loop reports about the agent.
    DEADLINE.code: Fault.AGENT,
    "bad_reply": Fault.AGENT,
    "effect_ids": Fault.AGENT,
    "too_many_calls": Fault.AGENT,
    "too_many_effects": Fault.AGENT,
    # Codes that the platform reports about itself.
    NO_TASK.code: Fault.PLATFORM,
    TOO_LATE.code: Fault.PLATFORM,
    INTERRUPTED.code: Fault.PLATFORM,
    NOT_QUEUED.code: Fault.PLATFORM,
    NO_MODEL.code: Fault.PLATFORM,
    DIVERGED.code: Fault.PLATFORM,
    "bad_call": Fault.PLATFORM,
    "bad_image": Fault.PLATFORM,
    "busy": Fault.PLATFORM,
    "not_found": Fault.PLATFORM,
    "wrong_task": Fault.PLATFORM,
    "other_run": Fault.PLATFORM,
}
"""A code that is missing here came from a task and is the agent's fault."""
LET_DOWN: Mapping[str, RunError] = {MODEL_UNAVAILABLE: NO_MODEL, UNKNOWN_OUTCOME: INTERRUPTED}
"""Refusals that are the platform's failure, each with the error of a run that fails after it."""
OURS = frozenset({NO_TASK.code, TOO_LATE.code, INTERRUPTED.code, NOT_QUEUED.code, NO_MODEL.code, DIVERGED.code})
"""Codes that only the platform itself may use: a task that reports one is not believed."""


def name_fault(error: RunError) -> Fault:
    return FAULTS.get(error.code, Fault.AGENT)


def let_down(recorded: Iterable[Recorded]) -> RunError | None:
    """The first effect error that was the platform's fault; None if every refusal was justified."""
    refused = (one.result.error.code for one in recorded if isinstance(one.result, EffectRefused))
    return next((LET_DOWN[code] for code in refused if code in LET_DOWN), None)


def believe_error(outcome: RunOutcome) -> RunError | None:
    """Why a run failed, given its outcome and its recorded effects; None if it did not fail."""
    error = outcome.error
    if error is None:
        return None
    if outcome.ending is Ending.FAILED and error.code in OURS:
        error = RunError(code="bad_reply", message="the task spoke for the platform")
    return (name_fault(error) is Fault.AGENT and let_down(outcome.recorded)) or error


def end_run(run: StoredRun, now: float) -> StoredRun:
    """The run as it stands now. A run past its deadline without a worker is returned as failed, although no worker
    stored that.
    """
    held = run.state is not RunState.QUEUED and now < run.lease_until
    if run.state in ENDED or held or now < run.deadline_at:
        return run
    return run.model_copy(update={"state": RunState.FAILED, "error": INTERRUPTED})


def costs_nothing(run: StoredRun) -> bool:
    """True if the run failed without its agent's fault, or succeeded although the platform failed one of its
    effects.
    """
    if run.state not in ENDED:
        return False
    blameless = run.error is not None and name_fault(run.error) is not Fault.AGENT
    return blameless or let_down(run.recorded) is not None
