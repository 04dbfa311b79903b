"""The caller of a route. A route that takes a `Caller` is closed to unauthenticated requests. The way to authenticate
is given to `create_app`, so no router changes when another way to sign in is added.

    @router.get("/me")
    async def show_me(caller: Caller) -> Me: ...

`Person` is a caller who may change the account, which no API key may. `Admin` is a caller with that role. Routes that
take none of these are public, whatever credentials a request carries.
"""

from typing import Annotated, Any, ClassVar, Protocol

from fastapi import FastAPI, Request, Security
from fastapi.openapi.models import HTTPBearer
from fastapi.security import SecurityScopes
from fastapi.security.base import SecurityBase

from shared.accounts.scopes import ACCOUNT, ADMIN
from shared.errors import DomainProblem
from shared.values import Frozen

WHAT_IT_TAKES = {
    ACCOUNT: "An API key may use subscriptions and nothing else: sign in with `POST /api/v1/auth/login` instead.",
    ADMIN: "This is for administrators.",
}


class Principal(Frozen):
    """An authenticated caller: the account that owns their data, and the scopes that this way of signing in gives.

    A caller without scopes may do nothing but be identified. `session_id` or `key_id` names the credential used.
    """

    account_id: str
    scopes: frozenset[str] = frozenset()
    session_id: str | None = None
    key_id: str | None = None


class NotSignedIn(DomainProblem):
    """The caller is not authenticated. Wrong and missing credentials give the same answer, to tell attackers
    nothing.
    """

    status = 401
    type = "not-signed-in"
    title = "Sign in first"

    def __init__(self) -> None:
        super().__init__(
            "This address is for signed-in callers: send `Authorization: Bearer …` with a token or key that is valid.",
            headers={"www-authenticate": "Bearer"},
        )


class ScopeMissing(DomainProblem):
    """The caller is authenticated, but may not do this."""

    status = 403
    type = "scope-missing"
    title = "These credentials may not do this"

    def __init__(self, scope: str) -> None:
        super().__init__(WHAT_IT_TAKES[scope], extra={"scope": scope})


class Authenticate(Protocol):
    """The way in which a function authenticates callers."""

    async def __call__(self, request: Request) -> Principal:
        """The caller. Raises a DomainProblem, usually NotSignedIn, if the request does not prove who sent it."""
        ...


async def nobody(request: Request) -> Principal:  # noqa: ARG001
    """The default of an application: nobody is authenticated, so its closed routes stay closed."""
    raise NotSignedIn


def recognise_callers(app: FastAPI, authenticate: Authenticate) -> None:
    app.state.authenticate = authenticate


class _RecognisedCaller(SecurityBase):
    """The dependency behind `Caller` and the others. It is a security scheme, so exactly the routes that use it declare
    it in the OpenAPI document.
    """

    scheme_name: ClassVar[str] = "bearer"  # pyright: ignore[reportIncompatibleVariableOverride]
    model: ClassVar[Any] = HTTPBearer(  # pyright: ignore[reportIncompatibleVariableOverride]
        description="An access token or an API key"
    )

    async def __call__(self, request: Request, needed: SecurityScopes) -> Principal:
        authenticate: Authenticate = request.app.state.authenticate
        principal = await authenticate(request)
        for scope in needed.scopes:
            if scope not in principal.scopes:
                raise ScopeMissing(scope)
        return principal


_recognised = _RecognisedCaller()
Caller = Annotated[Principal, Security(_recognised)]
Person = Annotated[Principal, Security(_recognised, scopes=[ACCOUNT])]
Admin = Annotated[Principal, Security(_recognised, scopes=[ADMIN])]
