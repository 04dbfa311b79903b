"""`GET /health`: the state of every dependency of the API."""

from typing import Any

from fastapi import APIRouter, Response

from functions.platform.get_health.checks import Check, Degraded, DependencyStatus, Health, check_health
from shared.runtime import wiring

router = APIRouter()

NO_AGENT = "health-check"
DOWN: dict[int | str, dict[str, Any]] = {503: {"model": Health, "description": "An essential dependency is down"}}


@router.get(
    "/health",
    operation_id="get_health",
    summary="Show whether the platform works",
    response_description="It works, if perhaps not as well as it could",
    responses=DOWN,
    tags=["platform"],
)
async def get_health(response: Response) -> Health:
    """Show whether the platform works: 200 if it does, even if search or tasks are not well, else 503.

    Without search, lists are degraded; where it is switched off it is not a dependency. Without tasks no agent runs and
    all else works: `down` if the cluster cannot be reached, `degraded` if a task could not be started in the last five
    minutes. Nothing is started to find out.
    """
    health = await check_health(list_checks())
    if health.status is DependencyStatus.DOWN:
        response.status_code = 503
    return health


def list_checks() -> dict[str, Check]:
    """The API's dependencies in this deployment."""
    found = {
        "database": Check(lambda: wiring.catalogue.agents().get(NO_AGENT)),
        "artifacts": Check(lambda: wiring.platform.artifacts().ping()),
        "run_queue": Check(lambda: wiring.runs.run_queue().waiting()),
        "tasks": Check(check_tasks, essential=False),
    }
    search = wiring.catalogue.catalog_search()
    return found if search is None else {**found, "search": Check(search.count, essential=False)}


def check_tasks() -> None:
    wiring.runs.agents_cluster().check()
    if wiring.runs.task_refusals().recent():
        raise Degraded("a task could not be started in the last five minutes")
