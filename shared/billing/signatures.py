"""Stripe's signature of a webhook: `t=<epoch seconds>,v1=<HMAC-SHA-256 of "t.body">`, over the bytes as received.

This is our own check, because the SDK's accepts timestamps in the future, knows only one secret at a time, and would
have to be imported for a request that asks Stripe nothing.
"""

import hmac
import re
from collections.abc import Sequence
from hashlib import sha256

TOLERANCE_SECONDS = 300
_TIMESTAMP = re.compile(r"[0-9]{1,12}", re.ASCII)


def is_genuine(body: bytes, header: str, secrets: Sequence[str], now: float) -> bool:
    """`secrets` are all secrets that are valid now: two during a rotation."""
    parts = [part.strip().partition("=") for part in header.split(",")]
    stamps = [value for name, _, value in parts if name == "t"]
    if len(stamps) != 1 or not _TIMESTAMP.fullmatch(stamps[0]) or abs(now - int(stamps[0])) > TOLERANCE_SECONDS:
        return False
    given = [value.encode("utf-8", "replace") for name, _, value in parts if name == "v1"]
    signed = stamps[0].encode() + b"." + body
    expected = [hmac.digest(secret.encode(), signed, sha256).hex().encode() for secret in secrets if secret]
    return any(hmac.compare_digest(mine, theirs) for mine in expected for theirs in given)
