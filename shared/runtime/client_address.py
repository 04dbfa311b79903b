"""The client's address. The gateway knows who connected to it. Behind CloudFront that is CloudFront, which passes the
client's address on.
"""

import hmac
from collections.abc import Mapping
from typing import Any

from fastapi import Request

from shared.runtime import wiring

ADDRESS_HEADER = "x-mam-client-ip"
ORIGIN_HEADER = "x-mam-origin"


def find_client_address(request: Request) -> str:
    """`sourceIp`, or the address that our CloudFront function wrote, if the secret header proves that it did."""
    secret = wiring.platform.origin_secret()
    event: Mapping[str, Any] = request.scope.get("aws.event") or {}
    source = str(event.get("requestContext", {}).get("http", {}).get("sourceIp") or _read_peer(request))
    claimed = request.headers.get(ADDRESS_HEADER)
    if secret is None or claimed is None:
        return source
    proof = request.headers.get(ORIGIN_HEADER, "")
    return claimed if hmac.compare_digest(proof.encode(), secret.encode()) else source


def _read_peer(request: Request) -> str:
    return request.client.host if request.client else ""
