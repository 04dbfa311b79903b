"""`GET /me/export`: everything that is kept under the account."""

from typing import Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from shared.runtime import wiring
from shared.runtime.callers import NotSignedIn, Person
from shared.runtime.problems import describe_problem_responses

router = APIRouter()


class Export(BaseModel):
    """What is kept, by kind. Secrets and their hashes are left out: they would only help a thief."""

    account: dict[str, Any] = Field(description="The account itself")
    holdings: dict[str, list[dict[str, Any]]] = Field(description="What else there is, each kind by its name")


@router.get(
    "/me/export",
    operation_id="export_me",
    summary="Export an account",
    response_description="All that is kept under the account",
    responses=describe_problem_responses(401, 403),
    tags=["accounts"],
)
async def export_me(caller: Person) -> Export:
    """Export everything that is kept under the account."""
    user = wiring.accounts.users().get(caller.account_id)
    if user is None or user.erasing_at is not None:
        raise NotSignedIn
    kept = {holding.name: holding.export(user) for holding in wiring.accounts.holdings()}
    return Export(account=user.model_dump(exclude={"password_hash", "credentials"}), holdings=kept)
