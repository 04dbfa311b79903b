"""Waits for a demo that was just started, as long as an answer within the gateway's time limit is likely."""

from collections.abc import Awaitable, Callable

from shared.runs.run import ENDED, RunsRepository, RunState, StoredRun

START_SECONDS = 8.0
"""How long to wait while no task runs. On AWS a cold task takes most of a minute, so waiting longer is useless."""
ANSWER_SECONDS = 22.0
FIRST_LOOK_SECONDS = 0.05
LONGEST_PAUSE_SECONDS = 0.5


async def wait_for_end(
    demo: StoredRun, runs: RunsRepository, clock: Callable[[], float], sleep: Callable[[float], Awaitable[None]]
) -> StoredRun:
    """The demo when it has ended, or as it stands when the caller has waited long enough."""
    pause = FIRST_LOOK_SECONDS
    while True:
        await sleep(pause)
        state = runs.state(demo.run_id)
        waited = clock() - demo.created_at
        patience = ANSWER_SECONDS if state is RunState.RUNNING else START_SECONDS
        if state in ENDED or waited + pause > patience:
            return runs.get(demo.run_id) or demo
        pause = min(pause * 1.5, LONGEST_PAUSE_SECONDS)
