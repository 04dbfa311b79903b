"""`GET /agents/{slug}` and its certificate: two calls out, the agent's row and its document."""

from typing import Any

from fastapi import APIRouter, Response

from shared.catalogue.listing import ListingDetail
from shared.catalogue.published import NoSuchAgent, published_agent, with_current_figures
from shared.runtime import wiring
from shared.runtime.problems import problem_responses

router = APIRouter(tags=["catalogue"], responses=problem_responses(404, 410))


@router.get("/agents/{slug}", operation_id="get_agent", response_model=ListingDetail)
async def get_agent(slug: str) -> Response:
    """Show one agent with everything that is known of it: what it takes and gives, its scores, its certificate, and the
    posts it was made for.
    """
    agent = published_agent(wiring.catalogue.agents(), slug)
    assert agent.detail_key is not None
    assert agent.summary is not None
    detail = wiring.platform.artifacts().get_model(agent.detail_key, ListingDetail)
    current = with_current_figures(detail, agent.summary)
    return Response(current.model_dump_json(), media_type="application/json")


@router.get("/agents/{slug}/certificate", operation_id="get_certificate")
async def get_certificate(slug: str) -> dict[str, Any]:
    """Show the evidence that the published version works: what was tested, how, and what came out."""
    agent = published_agent(wiring.catalogue.agents(), slug)
    if agent.certificate_key is None:
        raise NoSuchAgent(slug)
    return wiring.platform.artifacts().get_json(agent.certificate_key)
