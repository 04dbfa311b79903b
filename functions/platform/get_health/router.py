"""`GET /health`: the state of every dependency of the API."""

from typing import Any

from fastapi import APIRouter, Response

from functions.platform.get_health.checks import Check, DependencyStatus, Health, health_of
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
    """Show whether the platform works: 200 if it does, even if search is down and lists are degraded, else 503.

    Where search is switched off it is not a dependency.
    """
    health = await health_of(checks())
    if health.status is DependencyStatus.DOWN:
        response.status_code = 503
    return health


def checks() -> dict[str, Check]:
    """What the API depends on in this deployment."""
    found = {
        "database": Check(lambda: wiring.catalogue.agents().get(NO_AGENT)),
        "artifacts": Check(lambda: wiring.platform.artifacts().ping()),
        "run_queue": Check(lambda: wiring.runs.run_queue().waiting()),
    }
    search = wiring.catalogue.catalog_search()
    return found if search is None else {**found, "search": Check(search.count, essential=False)}
