"""`GET /categories`: the categories of the marketplace."""

from typing import Annotated

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from shared.runtime import wiring
from shared.runtime.problems import describe_problem_responses
from shared.specs.spec import Category

router = APIRouter()


FRESH_FOR = "public, max-age=10"


class CategoryCount(BaseModel):
    """One shelf of the marketplace."""

    category: Annotated[Category, Field(description="Its name, as the parameter `category` of `GET /agents` takes it")]
    agents: int = Field(description="Published agents in it")


class CategoryList(BaseModel):
    """All of them: there are no more pages."""

    items: Annotated[tuple[CategoryCount, ...], Field(description="Every category, in a fixed order")]
    degraded: bool = Field(
        description="True where there is no search index, or it is down: only the newest 2,000 agents were counted"
    )


@router.get(
    "/categories",
    operation_id="list_categories",
    summary="List the categories",
    responses=describe_problem_responses(503),
    response_description="Every category, those without agents too",
    tags=["catalogue"],
)
async def list_categories(response: Response) -> CategoryList:
    """List every category there can be, each with the number of its published agents."""
    counted = wiring.catalogue.shelf().categories()
    if counted.degraded:
        response.headers["x-mam-degraded"] = "search"
    else:
        response.headers["cache-control"] = FRESH_FOR
    items = (CategoryCount(category=category, agents=agents) for category, agents in counted.counts.items())
    return CategoryList(items=tuple(items), degraded=counted.degraded)
