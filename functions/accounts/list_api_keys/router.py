"""`GET /api-keys`: the account's keys, without their secrets."""

from time import time as clock

from fastapi import APIRouter
from pydantic import BaseModel, Field

from shared.accounts.api_key import is_live
from shared.runtime import wiring
from shared.runtime.api_key_bodies import ShownKey, show_key
from shared.runtime.callers import Person
from shared.runtime.problems import describe_problem_responses

router = APIRouter()


class KeyList(BaseModel):
    """All of them: an account has 50 at most."""

    items: list[ShownKey] = Field(description="The newest first")


@router.get(
    "/api-keys",
    operation_id="list_api_keys",
    summary="List API keys",
    response_description="The account's keys that still work",
    responses=describe_problem_responses(401, 403),
    tags=["api keys"],
)
async def list_api_keys(caller: Person) -> KeyList:
    """List the account's API keys that still work. One minted a second ago may not be there yet."""
    now = clock()
    keys = wiring.accounts.api_keys().of_account(caller.account_id)
    return KeyList(items=[show_key(key) for key in keys if is_live(key, now)])
