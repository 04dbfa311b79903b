"""`POST /api-keys/{key_id}/rotate`: replaces a key by a new one. The old key works for as long as its owner chooses."""

from time import time as clock
from typing import Annotated

from fastapi import Path
from pydantic import BaseModel, ConfigDict, Field

from shared.accounts.api_key import (
    COST,
    LONGEST_OVERLAP_SECONDS,
    KeyReplaced,
    NoSuchKey,
    find_end_of_overlap,
    is_live,
)
from shared.accounts.key_text import mint_key
from shared.adapters.bcrypt_hashes import bcrypt_hash
from shared.runtime import wiring
from shared.runtime.api_key_bodies import MintedKey, show_minted_key
from shared.runtime.callers import Person
from shared.runtime.json_body import make_json_router
from shared.runtime.problems import describe_problem_responses

router = make_json_router()


class Rotation(BaseModel):
    """How the old key ends."""

    model_config = ConfigDict(extra="forbid")

    overlap_seconds: int = Field(
        ge=0,
        le=LONGEST_OVERLAP_SECONDS,
        description="How long the old key still works; 0 ends it at once, everywhere",
        examples=[86_400],
    )


@router.post(
    "/api-keys/{key_id}/rotate",
    operation_id="rotate_api_key",
    summary="Rotate an API key",
    status_code=201,
    response_description="The new key, for the only time",
    responses=describe_problem_responses(400, 401, 403, 404, 409, 413, 415),
    tags=["api keys"],
)
async def rotate_api_key(
    caller: Person,
    key_id: Annotated[str, Path(description="The key's id", examples=["4fK0s8Qd1ZpB"])],
    asked: Rotation,
) -> MintedKey:
    """Mint a key with the name, the subscriptions and the end of another, which still works for as long as you say."""
    keys, now = wiring.accounts.api_keys(), clock()
    old = keys.get(key_id)
    if old is None or old.account_id != caller.account_id or not is_live(old, now):
        raise NoSuchKey
    minted = mint_key()
    changes = {
        "key_id": minted.key_id,
        "secret_hash": bcrypt_hash(minted.text.encode(), COST),
        "created_at": now,
        "used_at": None,
    }
    new = old.model_copy(update=changes)
    if old.replaced_by is not None or not keys.replace(old, new, find_end_of_overlap(old, asked.overlap_seconds, now)):
        raise KeyReplaced
    return show_minted_key(new, minted.text)
