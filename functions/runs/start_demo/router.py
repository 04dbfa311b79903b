"""`POST /agents/{slug}/demo`: counts, stores and queues a demo, then waits a moment for its end."""

from asyncio import sleep
from collections.abc import Mapping
from time import time as now
from typing import Annotated, Any

from fastapi import Path, Request, Response
from pydantic import BaseModel, ConfigDict, Field

from functions.runs.start_demo.start import DemoDesk
from functions.runs.start_demo.wait import wait_for_end
from shared.errors import DomainProblem
from shared.rate_limits import rate_limit_fields
from shared.runs.demo import AgentFailed, PlatformFailed, ShownDemo, show_demo
from shared.runs.faults import INTERRUPTED, Fault, name_fault
from shared.runs.run import ENDED, RunState, StoredRun
from shared.runs.run_input import InputInvalid
from shared.runtime import wiring
from shared.runtime.client_address import find_client_address
from shared.runtime.http import PREFIX
from shared.runtime.json_body import make_json_router
from shared.runtime.observability import count, logger
from shared.runtime.problems import LIMIT_HEADERS, RETRY_AFTER, describe_problem_responses

router = make_json_router()

RETRY_AFTER_SECONDS = 2
ACCEPTED: dict[int | str, dict[str, Any]] = {
    202: {
        "model": ShownDemo,
        "description": "It has not ended yet: look again at `Location` after `Retry-After` seconds",
        "headers": {
            "Location": {"schema": {"type": "string"}, "description": "Where its state is to be seen"},
            **RETRY_AFTER,
            **LIMIT_HEADERS,
        },
    }
}
DONE: dict[int | str, dict[str, Any]] = {200: {"headers": LIMIT_HEADERS}}


Slug = Annotated[
    str, Path(description="The agent's name in addresses, as lists show it", examples=["late-invoice-reminder"])
]


class DemoRequest(BaseModel):
    """What to run the agent with."""

    model_config = ConfigDict(extra="forbid")

    input: Annotated[
        dict[str, Any],
        Field(
            description="Has to fit the agent's `input_schema`; its `examples` do",
            examples=[{"invoices": [{"customer": "Acme", "days_late": 12}]}],
        ),
    ]


@router.post(
    "/agents/{slug}/demo",
    operation_id="start_demo",
    summary="Try an agent",
    response_model=ShownDemo,
    response_description="The demo has ended: its output",
    responses={**DONE, **ACCEPTED, **describe_problem_responses(400, 404, 410, 413, 415, 429, 502, 503)},
    tags=["demos"],
)
async def start_demo(slug: Slug, asked: DemoRequest, request: Request) -> Response:
    """Try an agent: 3 demos an hour with one agent and 20 in all from one address. Neither input that does not fit nor
    a failure of the platform (503) costs one.

    Answers with the output, or with 202 and a `Location` when the agent is still at work.
    """
    desk = DemoDesk(
        agents=wiring.catalogue.agents(),
        artifacts=wiring.platform.artifacts(),
        limits=wiring.runs.demo_limits(),
        runs=wiring.runs.stored_runs(),
        queue=wiring.runs.run_queue(),
        clock=now,
        tell=lambda error: logger.exception("a demo could not be started", extra={"error": type(error).__name__}),
    )
    started = desk.start(slug, asked.input, find_client_address(request), request.scope["mam.request_id"])
    count("DemosStarted")
    demo = await wait_for_end(started.demo, desk.runs, now, sleep)
    limits = {} if desk.settle(demo) else rate_limit_fields(started.left)
    if demo.state is RunState.FAILED:
        raise describe_failure(demo, limits)
    return answer(demo, limits)


def answer(demo: StoredRun, limits: Mapping[str, str]) -> Response:
    body = show_demo(demo, now()).model_dump_json()
    if demo.state in ENDED:
        return Response(body, headers=dict(limits), media_type="application/json")
    headers = {**limits, "location": f"{PREFIX}/demos/{demo.run_id}", "retry-after": str(RETRY_AFTER_SECONDS)}
    return Response(body, status_code=202, headers=headers, media_type="application/json")


def describe_failure(demo: StoredRun, limits: Mapping[str, str]) -> DomainProblem:
    """The failure of a demo. It mentions limits only if the demo was counted."""
    error = demo.error or INTERRUPTED
    match name_fault(error):
        case Fault.CALLER:
            return InputInvalid([(f"input.{error.field}" if error.field else "input", error.message)])
        case Fault.PLATFORM:
            return PlatformFailed(error, demo.run_id)
        case Fault.AGENT:
            return AgentFailed(error.message, extra={"code": error.code, "token": demo.run_id}, headers=limits)
