"""`GET /demos/{token}`: how a demo stands. Whoever asks also gets a demo going again whose worker died."""

import re
from time import time as clock

from fastapi import APIRouter, Response

from shared.runs.demo import ENDED, Demo, DemoNotFound, DemoQueue, DemosRepository, ShownDemo, shown
from shared.runtime import wiring
from shared.runtime.problems import problem_responses

router = APIRouter()

TOKEN = re.compile(r"[A-Za-z0-9_-]{32}")
RETRY_AFTER_SECONDS = 2


@router.get("/demos/{token}", operation_id="get_demo", responses=problem_responses(404), tags=["demos"])
async def get_demo(token: str, response: Response) -> ShownDemo:
    """Show a demo's state and, once it has ended, its output or error. `Retry-After` is set until then."""
    now = clock()
    demo = find(token, wiring.runs.demos(), now)
    if demo.stalled(now):
        revive(demo, wiring.runs.demos(), wiring.runs.demo_queue(), now)
    found = shown(demo, now)
    if found.status not in ENDED:
        response.headers["retry-after"] = str(RETRY_AFTER_SECONDS)
    return found


def find(token: str, demos: DemosRepository, now: float) -> Demo:
    demo = demos.get(token) if TOKEN.fullmatch(token) else None
    if demo is None or now >= demo.expires_at:
        raise DemoNotFound
    return demo


def revive(demo: Demo, demos: DemosRepository, queue: DemoQueue, now: float) -> None:
    """Queue it anew, once however many ask; the next worker continues from what was recorded."""
    if demos.requeue(demo, now):
        queue.send(demo.token, demo.request_id)
