"""`GET /demos/{token}`: the state of a demo. Reading it also restarts a demo whose worker died."""

import re
from time import time as clock
from typing import Annotated, Any

from fastapi import APIRouter, Path, Response

from shared.runs.demo import DemoNotFound, ShownDemo, show_demo
from shared.runs.faults import RETRY_AFTER_SECONDS as RETRY_FAILED_SECONDS
from shared.runs.faults import Fault, costs_nothing, end_run
from shared.runs.run import ENDED, Origin, RunQueue, RunsRepository, StoredRun
from shared.runtime import wiring
from shared.runtime.problems import RETRY_AFTER, describe_problem_responses

router = APIRouter()

TOKEN = re.compile(r"[A-Za-z0-9_-]{32}")
RETRY_AFTER_SECONDS = 2
WAITING: dict[int | str, dict[str, Any]] = {200: {"headers": RETRY_AFTER}}


@router.get(
    "/demos/{token}",
    operation_id="get_demo",
    summary="Show a demo",
    response_description="The demo as it stands",
    responses={**WAITING, **describe_problem_responses(404)},
    tags=["demos"],
)
async def get_demo(
    token: Annotated[str, Path(description="The `token` that the demo was started with")], response: Response
) -> ShownDemo:
    """Show a demo's state and, once it has ended, its output or error.

    `Retry-After` is set until then, and where the platform failed: such a demo is not counted, start another one.
    """
    now = clock()
    demo = find(token, wiring.runs.stored_runs(), now)
    if demo.is_stalled(now):
        revive(demo, wiring.runs.stored_runs(), wiring.runs.run_queue(), now)
    demo = end_run(demo, now)
    if demo.address is not None and costs_nothing(demo):
        wiring.runs.demo_limits().give_back(demo.address, demo.run_id)
    found = show_demo(demo, now)
    if found.fault is Fault.PLATFORM:
        response.headers["retry-after"] = str(RETRY_FAILED_SECONDS)
    if found.status not in ENDED:
        response.headers["retry-after"] = str(RETRY_AFTER_SECONDS)
    return found


def find(token: str, runs: RunsRepository, now: float) -> StoredRun:
    """A demo that has not expired. Raises DemoNotFound, also for the id of a run that is not a demo."""
    demo = runs.get(token) if TOKEN.fullmatch(token) else None
    if demo is None or demo.origin is not Origin.DEMO or now >= demo.expires_at:
        raise DemoNotFound
    return demo


def revive(demo: StoredRun, runs: RunsRepository, queue: RunQueue, now: float) -> None:
    """Queue the demo again, only once however many callers ask. The next worker continues from the recorded effects."""
    if runs.requeue(demo, now):
        queue.send(demo.run_id, demo.request_id)
