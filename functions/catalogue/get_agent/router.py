"""`GET /agents/{slug}` and its certificate. Each makes two outside calls: for the agent's row and for the document."""

from typing import Annotated, Any

from fastapi import APIRouter, Path, Response
from fastapi.responses import JSONResponse

from shared.adapters.artifacts import read_digest
from shared.catalogue.listing import ListingDetail
from shared.catalogue.published import NoSuchAgent, find_published_agent, update_figures
from shared.runtime import wiring
from shared.runtime.problems import describe_problem_responses

router = APIRouter(tags=["catalogue"], responses=describe_problem_responses(404, 410))

FRESH_FOR = "public, max-age=10"
"""The same time as for lists, since both show the same figures."""
CERTIFICATE_FRESH_FOR = "public, max-age=60"
"""A certificate never changes, but a new version of the agent has a new certificate."""
CERTIFICATE: dict[int | str, dict[str, Any]] = {
    200: {"content": {"application/json": {"schema": {"$ref": "#/components/schemas/ShownCertificate"}}}}
}

Slug = Annotated[
    str, Path(description="The agent's name in addresses, as lists show it", examples=["late-invoice-reminder"])
]


@router.get(
    "/agents/{slug}",
    operation_id="get_agent",
    summary="Show one agent",
    response_model=ListingDetail,
    response_description="The agent as it is published now",
)
async def get_agent(slug: Slug) -> Response:
    """Show one agent with everything that is known of it: what it takes and gives, its price, its scores, and the posts
    it was made for. Its certificate has an address of its own.
    """
    agent = find_published_agent(wiring.catalogue.agents(), slug)
    assert agent.detail_key is not None
    assert agent.summary is not None
    detail = wiring.platform.artifacts().get_model(agent.detail_key, ListingDetail)
    current = update_figures(detail, agent.summary)
    return Response(current.model_dump_json(), headers={"cache-control": FRESH_FOR}, media_type="application/json")


@router.get(
    "/agents/{slug}/certificate",
    operation_id="get_certificate",
    summary="Show an agent's certificate",
    response_model=None,
    response_description="The certificate, and the hash that it is stored under",
    responses=CERTIFICATE,
)
async def get_certificate(slug: Slug) -> Response:
    """Show the evidence that the published version works: what was tested, how, and what came out.

    `sha256` is the hash of the document's canonical JSON: keys sorted, no spaces, UTF-8.
    """
    agent = find_published_agent(wiring.catalogue.agents(), slug)
    if agent.certificate_key is None:
        raise NoSuchAgent(slug)
    document = wiring.platform.artifacts().get_json(agent.certificate_key)
    shown = {"sha256": read_digest(agent.certificate_key), "document": document}
    return JSONResponse(shown, headers={"cache-control": CERTIFICATE_FRESH_FOR})
