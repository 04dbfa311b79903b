"""API keys in the wrong place: in an address, which every server on the way logs, or in a body, which is stored."""

from urllib.parse import unquote_plus

from starlette.types import Scope

from shared.accounts.key_text import KeyText, find_key
from shared.errors import DomainProblem


class KeyExposed(DomainProblem):
    """The request is refused whether or not the key is valid. The error names the key by its id, which is not secret,
    so that its owner can find it.
    """

    status = 400
    type = "api-key-exposed"
    title = "An API key is where it must not be"

    def __init__(self, key: KeyText, where: str) -> None:
        super().__init__(
            f"The API key {key.key_id} stands in the {where}. Send it as `Authorization: Bearer …` or `X-API-Key: …` "
            f"only, and rotate it: `POST /api/v1/api-keys/{key.key_id}/rotate`.",
            extra={"key_id": key.key_id},
        )


def find_key_in_address(scope: Scope) -> KeyExposed | None:
    """A key in the path or the query, encoded or not."""
    query = unquote_plus(scope.get("query_string", b"").decode("latin-1"))
    found = find_key(scope["path"]) or find_key(query)
    return KeyExposed(found, "URL") if found else None


def refuse_key_in_body(body: bytes) -> None:
    """Raises KeyExposed."""
    found = find_key(body.decode("latin-1")) if b"mam_" in body else None
    if found is not None:
        raise KeyExposed(found, "body")
