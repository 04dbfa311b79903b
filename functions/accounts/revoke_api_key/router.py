"""`DELETE /api-keys/{key_id}`: revokes the key at once and everywhere."""

from typing import Annotated

from fastapi import APIRouter, Path

from shared.accounts.api_key import NoSuchKey
from shared.runtime import wiring
from shared.runtime.callers import Person
from shared.runtime.problems import describe_problem_responses

router = APIRouter()


@router.delete(
    "/api-keys/{key_id}",
    operation_id="revoke_api_key",
    summary="Revoke an API key",
    status_code=204,
    response_description="The key is gone",
    responses=describe_problem_responses(401, 403, 404),
    tags=["api keys"],
)
async def revoke_api_key(
    caller: Person, key_id: Annotated[str, Path(description="The key's id", examples=["4fK0s8Qd1ZpB"])]
) -> None:
    """Revoke an API key: the next request that carries it is refused."""
    if not wiring.accounts.api_keys().remove(key_id, caller.account_id):
        raise NoSuchKey
