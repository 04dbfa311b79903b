"""`GET /openapi.json`; and, as the API's default route, the refusal of everything that no other function answers."""

from typing import Any

from fastapi import APIRouter, Request, Response
from starlette.types import Receive, Scope, Send

from functions.platform.get_openapi.document import make_refusal, read_document

router = APIRouter()

FRESH_FOR = "public, max-age=300"


@router.get(
    "/openapi.json",
    operation_id="get_openapi",
    summary="Describe this API",
    response_model=dict[str, Any],
    response_description="An OpenAPI 3.1 document",
    tags=["platform"],
)
async def get_openapi() -> Response:
    """Describe this API as an OpenAPI 3.1 document."""
    return Response(read_document(), headers={"cache-control": FRESH_FOR}, media_type="application/json")


async def answer_elsewhere(scope: Scope, _receive: Receive, _send: Send) -> None:
    """Refuse the request, whatever its method, even an unknown one."""
    raise make_refusal(Request(scope))
