"""Authenticates people by the access token of a session. Authentication by API key is in `key_authentication`."""

from time import time as clock

from fastapi import Request

from shared.accounts.key_text import parse_key
from shared.accounts.scopes import list_scopes_of_person
from shared.accounts.session import is_live
from shared.errors import DomainProblem
from shared.runtime import wiring
from shared.runtime.callers import NotSignedIn, Principal, ScopeMissing

KEY_HEADER = "x-api-key"


class CredentialsAmbiguous(DomainProblem):
    status = 401
    type = "credentials-ambiguous"
    title = "Two sets of credentials"

    def __init__(self) -> None:
        super().__init__(
            "Send one: `Authorization: Bearer …` or `X-API-Key: …`.", headers={"www-authenticate": "Bearer"}
        )


async def person(request: Request) -> Principal:
    """Authenticate by an access token. An API key is refused as insufficient without looking it up."""
    shown = read_credential(request)
    if parse_key(shown) is not None:
        raise ScopeMissing("account")
    return recognise_person(shown)


def recognise_person(token: str) -> Principal:
    """The owner of an access token. The session is read each time, so that signing out takes effect at once."""
    from shared.adapters.access_tokens import AccessTokenInvalid

    try:
        claims = wiring.accounts.access_tokens().read(token)
    except AccessTokenInvalid as error:
        raise NotSignedIn from error
    session = wiring.accounts.sessions().get(claims.session_id)
    if session is None or session.user_id != claims.user_id or not is_live(session, clock()):
        raise NotSignedIn
    return Principal(account_id=claims.user_id, scopes=list_scopes_of_person(claims.role), session_id=claims.session_id)


def read_credential(request: Request) -> str:
    """The request's only credential. Raises NotSignedIn or CredentialsAmbiguous."""
    bearers = [_read_bearer(value) for value in request.headers.getlist("authorization")]
    shown = [*bearers, *request.headers.getlist(KEY_HEADER)]
    if len(set(shown)) > 1:
        raise CredentialsAmbiguous
    if not shown or not shown[0]:
        raise NotSignedIn
    return shown[0]


def _read_bearer(value: str) -> str:
    """The bearer token; empty for another scheme. The scheme's case does not matter (RFC 6750)."""
    scheme, _, token = value.strip().partition(" ")
    return token.strip() if scheme.lower() == "bearer" else ""
