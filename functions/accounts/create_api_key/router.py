"""`POST /api-keys`: mints a key and shows it once."""

from time import time as clock
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from shared.accounts.api_key import COST, MOST_KEYS, MOST_SCOPES, ApiKey, TooManyKeys, is_live
from shared.accounts.key_text import mint_key
from shared.adapters.bcrypt_hashes import bcrypt_hash
from shared.runtime import wiring
from shared.runtime.api_key_bodies import MintedKey, show_minted_key
from shared.runtime.callers import Person
from shared.runtime.json_body import make_json_router
from shared.runtime.problems import describe_problem_responses

router = make_json_router()

DAY = 86_400
SubscriptionId = Annotated[str, Field(min_length=1, max_length=100, pattern=r"^[A-Za-z0-9_-]+$")]


class KeyRequest(BaseModel):
    """What the key is for."""

    model_config = ConfigDict(extra="forbid")

    name: str = Field(
        min_length=1, max_length=100, description="What you call it", examples=["nightly report"], pattern=r"\S"
    )
    subscriptions: Annotated[list[SubscriptionId], Field(min_length=1, max_length=MOST_SCOPES)] | None = Field(
        default=None, description="Ids of the subscriptions it may use; without, all that the account has or will have"
    )
    expires_in_days: int | None = Field(
        default=None, ge=1, le=3650, description="After how many days it ends; without, never"
    )


@router.post(
    "/api-keys",
    operation_id="create_api_key",
    summary="Mint an API key",
    status_code=201,
    response_description="The key, for the only time",
    responses=describe_problem_responses(400, 401, 403, 409, 413, 415),
    tags=["api keys"],
)
async def create_api_key(caller: Person, asked: KeyRequest) -> MintedKey:
    """Mint an API key. It is shown this once; who loses it mints another and revokes it."""
    keys, now = wiring.accounts.api_keys(), clock()
    if sum(is_live(key, now) for key in keys.of_account(caller.account_id)) >= MOST_KEYS:
        raise TooManyKeys
    minted = mint_key()
    key = ApiKey(
        key_id=minted.key_id,
        account_id=caller.account_id,
        name=asked.name,
        secret_hash=bcrypt_hash(minted.text.encode(), COST),
        subscriptions=tuple(dict.fromkeys(asked.subscriptions or ())),
        created_at=now,
        expires_at=None if asked.expires_in_days is None else int(now) + asked.expires_in_days * DAY,
    )
    keys.add(key)
    return show_minted_key(key, minted.text)
