"""`GET /categories`: the shelves of the marketplace."""

from fastapi import APIRouter, Response
from pydantic import BaseModel, Field

from shared.runtime import wiring
from shared.specs.spec import Category

router = APIRouter()


class CategoryCount(BaseModel):
    category: Category
    agents: int = Field(description="Published agents in it")


class CategoryList(BaseModel):
    items: tuple[CategoryCount, ...]
    degraded: bool = Field(description="True while the search index is down: only the newest 500 agents were counted")


@router.get("/categories", operation_id="list_categories", tags=["catalogue"])
async def list_categories(response: Response) -> CategoryList:
    """List every category there can be, each with the number of its published agents."""
    counted = wiring.catalogue.shelf().categories()
    if counted.degraded:
        response.headers["x-mam-degraded"] = "search"
    items = (CategoryCount(category=category, agents=agents) for category, agents in counted.counts.items())
    return CategoryList(items=tuple(items), degraded=counted.degraded)
