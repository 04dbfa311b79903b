"""`POST /agents/{slug}/demo`: counts, writes and queues a demo, then waits a moment for its end."""

from asyncio import sleep
from time import time as now
from typing import Annotated, Any

from fastapi import Request, Response
from pydantic import BaseModel, ConfigDict, Field

from functions.runs.start_demo.start import DemoDesk
from functions.runs.start_demo.wait import wait_for_end
from shared.runs.demo import ENDED, INVALID_INPUT, AgentFailed, Demo, DemoState, ShownDemo, shown
from shared.runs.run_input import InputInvalid
from shared.runtime import wiring
from shared.runtime.client_address import client_address
from shared.runtime.http import PREFIX
from shared.runtime.json_body import json_router
from shared.runtime.observability import count
from shared.runtime.problems import problem_responses

router = json_router()

RETRY_AFTER_SECONDS = 2
ACCEPTED: dict[int | str, dict[str, Any]] = {
    202: {
        "model": ShownDemo,
        "description": "It has not ended yet: look again at `Location` after `Retry-After` seconds",
        "headers": {
            "Location": {"schema": {"type": "string"}, "description": "Where its state is to be seen"},
            "Retry-After": {"schema": {"type": "integer"}, "description": "Seconds"},
        },
    }
}


class DemoRequest(BaseModel):
    model_config = ConfigDict(extra="forbid")

    input: Annotated[dict[str, Any], Field(description="Has to fit the agent's `input_schema`")]


@router.post(
    "/agents/{slug}/demo",
    operation_id="start_demo",
    response_model=ShownDemo,
    responses={**ACCEPTED, **problem_responses(400, 404, 410, 413, 415, 429, 502)},
    tags=["demos"],
)
async def start_demo(slug: str, asked: DemoRequest, request: Request) -> Response:
    """Try an agent: 3 demos an hour with one agent and 20 in all from one address. Input that does not fit costs none.

    Answers with the output, or with 202 and a `Location` when the agent is still at work.
    """
    desk = DemoDesk(
        agents=wiring.catalogue.agents(),
        artifacts=wiring.platform.artifacts(),
        limits=wiring.runs.demo_limits(),
        demos=wiring.runs.demos(),
        queue=wiring.runs.demo_queue(),
        clock=now,
    )
    demo = desk.start(slug, asked.input, client_address(request), request.scope["mam.request_id"])
    count("DemosStarted")
    demo = await wait_for_end(demo, desk.demos, now, sleep)
    if demo.state is DemoState.FAILED:
        raise failure(demo)
    return answer(demo)


def answer(demo: Demo) -> Response:
    body = shown(demo, now()).model_dump_json()
    if demo.state in ENDED:
        return Response(body, media_type="application/json")
    headers = {"location": f"{PREFIX}/demos/{demo.token}", "retry-after": str(RETRY_AFTER_SECONDS)}
    return Response(body, status_code=202, headers=headers, media_type="application/json")


def failure(demo: Demo) -> InputInvalid | AgentFailed:
    error = demo.error
    if error is not None and error.code == INVALID_INPUT:
        return InputInvalid([(f"input.{error.field}" if error.field else "input", error.message)])
    code, message = (error.code, error.message) if error else ("unknown", "the run did not end")
    return AgentFailed(message, extra={"code": code, "token": demo.token})
