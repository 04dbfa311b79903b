"""`GET /agents`: one page of the catalogue."""

from weakref import WeakKeyDictionary

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field, TypeAdapter

from shared.catalogue.listing import ListingSummary
from shared.catalogue.query import CatalogQuery
from shared.catalogue.shelf import Shown
from shared.runtime import wiring
from shared.runtime.query_parameters import query_parameters, read_query

router = APIRouter()

DEGRADED_HEADERS = {"x-mam-degraded": "search"}
FRESH_FOR = "public, max-age=10"


class AgentList(BaseModel):
    items: tuple[ListingSummary, ...]
    page: int
    page_size: int
    total: int = Field(description="Agents that match, on all pages")
    degraded: bool = Field(description="True while the search index is down: only the newest 500 agents were looked at")


_LIST = TypeAdapter(AgentList)


@router.get(
    "/agents",
    operation_id="list_agents",
    response_model=AgentList,
    openapi_extra=query_parameters(CatalogQuery),
    tags=["catalogue"],
)
async def list_agents(request: Request) -> Response:
    """List published agents: filter, sort and page through them.

    While the search index is down the list is made from the database instead; `degraded` and the header
    `x-mam-degraded: search` say so.
    """
    query = read_query(request, CatalogQuery)
    shown = wiring.catalogue.shelf().search(query)
    headers = {"cache-control": "no-store", **DEGRADED_HEADERS} if shown.degraded else {"cache-control": FRESH_FOR}
    return Response(body_of(query, shown), headers=headers, media_type="application/json")


_bodies: WeakKeyDictionary[Shown, bytes] = WeakKeyDictionary()


def body_of(query: CatalogQuery, shown: Shown) -> bytes:
    """Written once for as long as the shelf answers this question with the same page."""
    body = _bodies.get(shown)
    if body is None:
        listed = AgentList.model_construct(
            items=shown.page.items,
            page=query.page,
            page_size=query.page_size,
            total=shown.page.total,
            degraded=shown.degraded,
        )
        body = _bodies[shown] = _LIST.dump_json(listed)
    return body
