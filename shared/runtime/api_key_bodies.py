"""API keys as the API shows them."""

from typing import Any

from pydantic import BaseModel, Field

from shared.accounts.api_key import ApiKey


class ShownKey(BaseModel):
    """A key without the key. Times are epoch seconds."""

    key_id: str = Field(description="The part of the key after `mam_`; it is no secret")
    name: str = Field(description="What its owner calls it")
    subscriptions: list[str] | None = Field(description="Ids of the subscriptions it may use; null means all")
    created_at: float = Field(description="When it was minted")
    expires_at: int | None = Field(description="When it ends; null means never")
    used_at: float | None = Field(description="When it was last used, true to the hour; null means never")
    replaced_by: str | None = Field(description="The id of the key it was rotated into; null if it was not")


class MintedKey(ShownKey):
    """A key that has just been made."""

    key: str = Field(description="The key itself. It is shown this once: keep it where secrets are kept", repr=False)


def show_key(key: ApiKey) -> ShownKey:
    return ShownKey(**_list_members(key))


def show_minted_key(key: ApiKey, text: str) -> MintedKey:
    return MintedKey(**_list_members(key), key=text)


def _list_members(key: ApiKey) -> dict[str, Any]:
    return {
        **key.model_dump(exclude={"account_id", "secret_hash"}),
        "subscriptions": list(key.subscriptions) or None,
    }
