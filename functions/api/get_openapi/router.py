"""`GET /openapi.json`; and, as the API's default route, the refusal of everything that no other function answers."""

from typing import Any

from fastapi import APIRouter, Request, Response

from functions.api.get_openapi.document import document_text, refusal

router = APIRouter()
elsewhere = APIRouter()

FRESH_FOR = "public, max-age=300"


@router.get("/openapi.json", operation_id="get_openapi", response_model=dict[str, Any], tags=["platform"])
async def get_openapi() -> Response:
    """Describe this API as an OpenAPI 3.1 document."""
    return Response(document_text(), headers={"cache-control": FRESH_FOR}, media_type="application/json")


@elsewhere.api_route("/{path:path}", methods=["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE"], include_in_schema=False)
async def refuse(request: Request) -> Response:
    raise refusal(request.method, request.url.path)
