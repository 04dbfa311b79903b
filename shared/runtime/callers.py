"""Who calls. A route that takes a `Caller` is closed to everybody else; how a caller is recognised is given to
`create_app`, so no router changes when another way to sign in is added.

    @router.get("/me")
    async def show_me(caller: Caller) -> Me: ...

`Person` is a caller who may change the account, which no API key may; `Admin` one who has that role. Routes that do not
ask are public, whatever a request carries.
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
    """Who was recognised: the account that everything of theirs is kept under, and what this way of signing in may do.

    An empty set of scopes may do nothing beyond being recognised. `session_id` or `key_id` is what they showed.
    """

    account_id: str
    scopes: frozenset[str] = frozenset()
    session_id: str | None = None
    key_id: str | None = None


class NotSignedIn(DomainProblem):
    """Nobody was recognised. Wrong credentials and none at all look the same to whoever tries some."""

    status = 401
    type = "not-signed-in"
    title = "Sign in first"

    def __init__(self) -> None:
        super().__init__(
            "This address is for signed-in callers: send `Authorization: Bearer …` with a token or key that is valid.",
            headers={"www-authenticate": "Bearer"},
        )


class ScopeMissing(DomainProblem):
    """Somebody was recognised who may not do this."""

    status = 403
    type = "scope-missing"
    title = "These credentials may not do this"

    def __init__(self, scope: str) -> None:
        super().__init__(WHAT_IT_TAKES[scope], extra={"scope": scope})


class Authenticate(Protocol):
    """The means by which a function finds out who calls."""

    async def __call__(self, request: Request) -> Principal:
        """Raises a DomainProblem, NotSignedIn as a rule, if the request does not show who sent it."""
        ...


async def nobody(request: Request) -> Principal:  # noqa: ARG001
    """What an application has that was given no other means: its closed routes stay closed."""
    raise NotSignedIn


def recognise_callers(app: FastAPI, authenticate: Authenticate) -> None:
    app.state.authenticate = authenticate


class _RecognisedCaller(SecurityBase):
    """The dependency behind `Caller` and the others. Being a security scheme, it is declared in the OpenAPI document by
    the routes that ask for it, and only by those.
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
