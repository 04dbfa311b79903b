"""`GET /agents`: one page of the catalogue."""

from typing import Annotated, Any
from weakref import WeakKeyDictionary

from fastapi import APIRouter, Request, Response
from pydantic import BaseModel, Field, TypeAdapter

from shared.catalogue.listing import ListingSummary
from shared.catalogue.query import CatalogQuery
from shared.catalogue.shelf import ShelfPage
from shared.runtime import wiring
from shared.runtime.http import PREFIX
from shared.runtime.paging import link_next_page
from shared.runtime.problems import describe_problem_responses
from shared.runtime.query_parameters import describe_query_parameters, read_query

router = APIRouter()

PATH = "/agents"
DEGRADED_HEADERS = {"x-mam-degraded": "search", "cache-control": "no-store"}
FRESH_FOR = "public, max-age=10"


def _drop_default(schema: dict[str, Any]) -> None:
    """Remove the default, because the last page has no `next` at all."""
    del schema["default"]


class AgentList(BaseModel):
    """One page."""

    items: Annotated[tuple[ListingSummary, ...], Field(description="The agents of this page, in the order asked for")]
    page: Annotated[int, Field(description="The number of this page; the first is 1")]
    page_size: Annotated[int, Field(description="How many agents a full page has")]
    total: int = Field(description="Agents that match, on all pages")
    degraded: bool = Field(
        description="True where there is no search index, or it is down: only the newest 2,000 agents were looked at"
    )
    next: Annotated[
        str,
        Field(
            description="The address of the next page, with all that was asked for; absent on the last page",
            examples=["/api/v1/agents?category=finance&page=2"],
            json_schema_extra=_drop_default,
        ),
    ] = ""


_LIST = TypeAdapter(AgentList)
HEADERS: dict[int | str, dict[str, Any]] = {
    200: {
        "headers": {
            "Link": {
                "description": 'The address of the next page, `<…>; rel="next"`; absent on the last page',
                "schema": {"type": "string"},
            },
            "x-mam-degraded": {
                "description": "`search` while no search index answers, else absent",
                "schema": {"type": "string"},
            },
        }
    }
}


@router.get(
    PATH,
    operation_id="list_agents",
    summary="List agents",
    response_model=AgentList,
    response_description="One page of the agents that match",
    responses={**HEADERS, **describe_problem_responses(503)},
    openapi_extra=describe_query_parameters(CatalogQuery),
    tags=["catalogue"],
)
async def list_agents(request: Request) -> Response:
    """List published agents: filter, sort and page through them.

    Where there is no search index, and while it is down, the same question is answered from the newest 2,000 agents;
    `degraded` and the header `x-mam-degraded: search` say so.
    """
    query = read_query(request, CatalogQuery)
    shown = wiring.catalogue.shelf().search(query)
    following = link_next_page(PREFIX + PATH, query, shown.page.total)
    headers = {
        **(DEGRADED_HEADERS if shown.degraded else {"cache-control": FRESH_FOR}),
        **({"link": f'<{following}>; rel="next"'} if following else {}),
    }
    return Response(write_body(query, shown, following), headers=headers, media_type="application/json")


_bodies: WeakKeyDictionary[ShelfPage, dict[str, bytes]] = WeakKeyDictionary()


def write_body(query: CatalogQuery, shown: ShelfPage, following: str) -> bytes:
    """The body of a page, cached for each form of the query as long as the shelf answers it with the same page."""
    written = _bodies.setdefault(shown, {})
    body = written.get(following)
    if body is None:
        listed = AgentList.model_construct(
            items=shown.page.items,
            page=query.page,
            page_size=query.page_size,
            total=shown.page.total,
            degraded=shown.degraded,
            next=following,
        )
        body = written[following] = _LIST.dump_json(listed, exclude=None if following else {"next"})
    return body
