"""How every HTTP function behaves: the FastAPI application around its router, and the Lambda handler around both."""

from collections.abc import Callable
from typing import Any

from aws_lambda_powertools.utilities.typing import LambdaContext
from fastapi import APIRouter, FastAPI
from fastapi.exceptions import RequestValidationError
from fastapi.routing import APIRoute
from mangum import Mangum
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp

from shared.errors import DomainProblem
from shared.runtime.callers import Authenticate, nobody, recognise_callers
from shared.runtime.envelope import Envelope
from shared.runtime.json_body import BodyNotJson, JsonRoute
from shared.runtime.observability import logger
from shared.runtime.problems import (
    MEDIA_TYPE,
    describe_problem_responses,
    render_body_not_json,
    render_domain_problem,
    render_http_exception,
    render_validation_error,
)
from shared.runtime.reads import Reads

PREFIX = "/api/v1"
TITLE = "Meta-Agent Marketplace"
VERSION = "1"
ABOUT = (
    "HEAD works wherever GET does, and every read has an ETag. Errors are `application/problem+json` with a stable "
    '`type`. A request that reaches no function is answered by the gateway, as `{"message": …}`: 400 for what is no '
    "HTTP, 413 above 10 MB, 429 above the throttle, 431 for headers above 10,240 bytes, 500 and 503 when a function "
    "fails or is late. There is no CORS."
)
SERVERS = [{"url": "/", "description": "The marketplace's own origin: its pages and its API share it"}]
TEXT_TYPES = ["application/json", MEDIA_TYPE]
"""Content types that Lambda's answer carries as text; all others are sent as base64."""
EVERY_OPERATION = describe_problem_responses(422, 500)


class RootRouter(APIRouter):
    """Routes at the root of the origin instead of under `/api/v1`, because other companies' programs know the
    address.
    """


HttpHandler = Callable[[dict[str, Any], LambdaContext], dict[str, Any]]


def create_app(*routers: APIRouter, authenticate: Authenticate = nobody, fallback: ASGIApp | None = None) -> FastAPI:
    """The application of one function, or of all functions to make the OpenAPI document. All routes are under
    `/api/v1`, except those of a RootRouter.

    `authenticate` identifies the caller for the routes that ask (`shared.runtime.callers.Caller`). `fallback` handles
    every request that no router accepts, whatever its path and method.
    """
    app = FastAPI(
        title=TITLE,
        version=VERSION,
        description=ABOUT,
        servers=SERVERS,
        openapi_url=None,
        docs_url=None,
        redoc_url=None,
        redirect_slashes=False,
        responses=EVERY_OPERATION,
        exception_handlers={
            BodyNotJson: render_body_not_json,
            DomainProblem: render_domain_problem,
            HTTPException: render_http_exception,
            RequestValidationError: render_validation_error,
        },
    )
    for router in routers:
        _check_bodies(router)
        app.include_router(router, prefix="" if isinstance(router, RootRouter) else PREFIX)
    if fallback is not None:
        app.router.default = fallback
    recognise_callers(app, authenticate)
    app.add_middleware(Reads)
    app.add_middleware(Envelope)
    return app


def _check_bodies(router: APIRouter) -> None:
    for route in router.routes:
        if isinstance(route, APIRoute) and route.body_field is not None and not isinstance(route, JsonRoute):
            raise TypeError(f"{route.path} takes a body: make its router with shared.runtime.json_body.json_router()")


def make_handler(app: FastAPI) -> HttpHandler:
    """The handler that API Gateway (payload version 2.0) invokes. It runs no startup events, since wiring is lazy."""
    adapter: HttpHandler = Mangum(app, lifespan="off", text_mime_types=TEXT_TYPES)  # pyright: ignore

    def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
        logger.clear_state()
        return adapter(event, context)

    return handler
