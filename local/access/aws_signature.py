"""Whether a request was signed with this installation's AWS keys: Signature Version 4, in a header or in the query.

https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_sigv-create-signed-request.html
"""

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import parse_qsl, quote

from botocore.utils import normalize_url_path

from local.access.credentials import Credentials
from local.access.gate import Call

ALGORITHM = "AWS4-HMAC-SHA256"
UNSIGNED = "UNSIGNED-PAYLOAD"
MAX_SKEW_SECONDS = 15 * 60
_HEADER = re.compile(
    rf"{ALGORITHM}\s+Credential=(?P<credential>[^,\s]+),\s*SignedHeaders=(?P<signed>[^,\s]+),\s*Signature=(?P<signature>\w+)"
)
_HASH = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True)
class _Claim:
    """What a request says about its signature. `seconds`: how long it holds, counted from `moment`."""

    credential: str
    signed_headers: tuple[str, ...]
    signature: str
    moment: str
    seconds: float
    presigned: bool


def is_signed(call: Call, body: bytes, credentials: Credentials, now: datetime | None = None) -> bool:
    claim = _claim(call)
    if claim is None or not credentials.secret:
        return False
    key_id, *scope = claim.credential.split("/")
    if key_id != credentials.aws_access_key_id or len(scope) != 4 or "host" not in claim.signed_headers:
        return False
    if not _holds_now(claim, now or datetime.now(UTC)) or not _body_matches(call, body, claim):
        return False
    expected = _signature(call, body, claim, scope, credentials.aws_secret_access_key)
    return hmac.compare_digest(expected.encode(), claim.signature.encode())


def _claim(call: Call) -> _Claim | None:
    found = _HEADER.fullmatch(call.headers.get("authorization", "").strip())
    if found:
        moment = call.headers.get("x-amz-date", "")
        signed = tuple(found["signed"].split(";"))
        return _Claim(found["credential"], signed, found["signature"], moment, MAX_SKEW_SECONDS, presigned=False)
    query = dict(parse_qsl(call.query, keep_blank_values=True))
    if query.get("X-Amz-Algorithm") != ALGORITHM:
        return None
    seconds = query.get("X-Amz-Expires", "")
    return _Claim(
        credential=query.get("X-Amz-Credential", ""),
        signed_headers=tuple(query.get("X-Amz-SignedHeaders", "").split(";")),
        signature=query.get("X-Amz-Signature", ""),
        moment=query.get("X-Amz-Date", ""),
        seconds=float(seconds) if re.fullmatch(r"[0-9]{1,6}", seconds) else -1.0,
        presigned=True,
    )


def _holds_now(claim: _Claim, now: datetime) -> bool:
    try:
        made = datetime.strptime(claim.moment, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return False
    return -MAX_SKEW_SECONDS <= (now - made).total_seconds() <= claim.seconds


def _body_matches(call: Call, body: bytes, claim: _Claim) -> bool:
    """A hash that the request states is that of its body; what streams in signed pieces states another word."""
    stated = call.headers.get("x-amz-content-sha256", "")
    return claim.presigned or not _HASH.fullmatch(stated) or stated == hashlib.sha256(body).hexdigest()


def _signature(call: Call, body: bytes, claim: _Claim, scope: list[str], secret: str) -> str:
    canonical = hashlib.sha256(_canonical_request(call, body, claim, scope[2]).encode()).hexdigest()
    text = "\n".join((ALGORITHM, claim.moment, "/".join(scope), canonical))
    key = f"AWS4{secret}".encode()
    for part in scope:
        key = hmac.digest(key, part.encode(), hashlib.sha256)
    return hmac.digest(key, text.encode(), hashlib.sha256).hex()


def _canonical_request(call: Call, body: bytes, claim: _Claim, service: str) -> str:
    path = call.path if service == "s3" else quote(normalize_url_path(call.path), safe="/~")
    headers = [f"{name}:{' '.join(call.headers.get(name, '').split())}\n" for name in claim.signed_headers]
    return "\n".join(
        (
            call.method,
            path,
            _canonical_query(call.query),
            "".join(headers),
            ";".join(claim.signed_headers),
            _payload(call.headers, body, claim),
        )
    )


def _canonical_query(query: str) -> str:
    """Sorted, as it was encoded; the signature itself is not part of what is signed."""
    pairs = [piece.partition("=") for piece in query.split("&") if piece]
    return "&".join(f"{name}={value}" for name, _, value in sorted(pairs) if name != "X-Amz-Signature")


def _payload(headers: Mapping[str, str], body: bytes, claim: _Claim) -> str:
    if claim.presigned:
        return headers.get("x-amz-content-sha256", UNSIGNED)
    return headers.get("x-amz-content-sha256") or hashlib.sha256(body).hexdigest()
