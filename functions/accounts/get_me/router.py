"""`GET /me`: the owner of the credentials."""

from fastapi import APIRouter
from pydantic import BaseModel, Field

from shared.accounts.scopes import ACCOUNT
from shared.accounts.user import Role
from shared.runtime import wiring
from shared.runtime.callers import Caller, NotSignedIn
from shared.runtime.problems import describe_problem_responses

router = APIRouter()


class Me(BaseModel):
    """The account, as far as the credentials may see it."""

    account_id: str = Field(description="The account's id")
    email: str | None = Field(description="Its address; null for an API key")
    role: Role | None = Field(description="customer or admin; null for an API key")
    created_at: float | None = Field(description="Epoch seconds; null for an API key")
    scopes: list[str] = Field(description="What these credentials may do")


@router.get(
    "/me",
    operation_id="get_me",
    summary="Show who is signed in",
    response_description="Whose credentials these are",
    responses=describe_problem_responses(401, 429),
    tags=["accounts"],
)
async def get_me(caller: Caller) -> Me:
    """Show whose credentials these are, and what they may do."""
    user = wiring.accounts.users().get(caller.account_id)
    if user is None or user.erasing_at is not None:
        raise NotSignedIn
    scopes = sorted(caller.scopes)
    if ACCOUNT not in caller.scopes:
        return Me(account_id=user.user_id, email=None, role=None, created_at=None, scopes=scopes)
    return Me(account_id=user.user_id, email=user.email, role=user.role, created_at=user.created_at, scopes=scopes)
