"""Who calls. A route that takes a `Caller` is closed to everybody else; how a caller is recognised is given to
`create_app`, so no router changes when another way to sign in is added.

    @router.get("/me")
    async def show_me(caller: Caller) -> Me: ...

Routes that do not ask are public, whatever a request carries.
"""

from typing import Annotated, Any, ClassVar, Protocol

from fastapi import FastAPI, Request, Security
from fastapi.openapi.models import HTTPBearer
from fastapi.security.base import SecurityBase

from shared.errors import DomainProblem
from shared.values import Frozen


class Principal(Frozen):
    """Who was recognised: the account that everything of theirs is kept under, and what this way of signing in may do.

    An empty set of scopes may do nothing beyond being recognised.
    """

    account_id: str
    scopes: frozenset[str] = frozenset()


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
    """The dependency behind `Caller`. Being a security scheme, it is declared in the OpenAPI document by the routes
    that ask for it, and only by those.
    """

    scheme_name: ClassVar[str] = "bearer"  # pyright: ignore[reportIncompatibleVariableOverride]
    model: ClassVar[Any] = HTTPBearer(  # pyright: ignore[reportIncompatibleVariableOverride]
        description="An access token or an API key"
    )

    async def __call__(self, request: Request) -> Principal:
        authenticate: Authenticate = request.app.state.authenticate
        return await authenticate(request)


Caller = Annotated[Principal, Security(_RecognisedCaller())]
