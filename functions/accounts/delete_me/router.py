"""`DELETE /me`: marks the account as to be erased. The function on its table's stream then erases it."""

from time import time as clock
from typing import Literal

from fastapi import APIRouter
from pydantic import BaseModel, Field

from shared.accounts.session import end_all
from shared.runtime import wiring
from shared.runtime.callers import NotSignedIn, Person
from shared.runtime.problems import describe_problem_responses

router = APIRouter()


class Erasing(BaseModel):
    """There is no way back."""

    status: Literal["erasing"] = Field(default="erasing", description="Gone within minutes, invoices excepted")


@router.delete(
    "/me",
    operation_id="delete_me",
    summary="Delete an account",
    status_code=202,
    response_description="The account is being erased",
    responses=describe_problem_responses(401, 403),
    tags=["accounts"],
)
async def delete_me(caller: Person) -> Erasing:
    """Delete the account and everything kept under it, but for invoices that the law wants kept, without a name.

    From now on nobody is signed in to it; the rest takes a few minutes.
    """
    if not wiring.accounts.users().begin_erasure(caller.account_id, clock()):
        raise NotSignedIn
    sessions = wiring.accounts.sessions()
    # Their own by its id: the index may not have it yet.
    sessions.end(caller.session_id or "")
    end_all(sessions, caller.account_id, but=caller.session_id)
    return Erasing()
