"""A worker's process: performs one run on the embedded cloud's tables, and stops for ever where it is told to.

    python -m tests.workflow.emulator.dying_worker RUN_ID SECONDS_LATER [KIND]

Prints a line for each effect that was carried out, after KIND's the line "stopped" (a worker that dies between
performing and recording is killed there), and at the end the run as it was stored.
"""

import sys
import time
from threading import Event
from uuid import uuid4

from functions.runs.perform_run.worker import RunWorker
from shared.adapters.artifacts import Artifacts
from shared.adapters.runs_table import RunsTable
from shared.runs.performed_effects import PerformedEffects
from shared.runs.run import StoredRun
from shared.specs.effects import Effect, EffectResult
from tests.fakes.agent_specs import a_spec
from tests.fakes.agent_tasks import FakeAgentTasks, InProcessAgent
from tests.fakes.busy_agent import busy_agent
from tests.fakes.effects import FakeAgentModel, FakePages

TABLE, BUCKET = "runs-of-killed-workers", "bodies-of-killed-workers"
PAGE = "<h1>Prices</h1>" * 500
"""Larger than what a row takes, so that bodies lie in S3."""


class StoppingEffects(PerformedEffects):
    stop_after: str = ""

    def carry_out(self, effect: Effect) -> EffectResult:
        result = super().carry_out(effect)
        print(effect.kind.value, flush=True)
        if effect.kind.value == self.stop_after:
            print("stopped", flush=True)
            Event().wait()
        return result


def effects_of(run: StoredRun) -> PerformedEffects:
    return StoppingEffects(
        run.capabilities,
        run.input,
        model=FakeAgentModel(),
        pages=FakePages({run.input["page"]: PAGE}),
        recorded=run.recorded,
        models=run.models,
    )


def main(run_id: str, later: str, stop_after: str = "") -> None:
    StoppingEffects.stop_after = stop_after
    runs = RunsTable(TABLE, Artifacts(BUCKET))
    worker = RunWorker(
        runs=runs,
        give_back=lambda _: None,
        tasks=FakeAgentTasks(InProcessAgent(a_spec(), busy_agent)),
        effects=effects_of,
        clock=lambda: time.time() + float(later),
        attempt=uuid4().hex,
        sleep=time.sleep,
        tell=lambda _: None,
    )
    worker.work(run_id)
    ended = runs.get(run_id)
    print(ended.model_dump_json() if ended else "gone", flush=True)


if __name__ == "__main__":
    main(*sys.argv[1:])
