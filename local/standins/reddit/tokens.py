"""OAuth tokens for script applications. They are signed, not stored, so that a restart leaves them valid."""

import base64
import binascii
import hmac
import secrets
import time
from collections.abc import Callable
from pathlib import Path

LIFETIME_SECONDS = 3600


class Tokens:
    def __init__(self, key_file: Path, now: Callable[[], float] = time.time) -> None:
        self._key = _key(key_file)
        self._now = now

    def issue(self) -> str:
        expires = str(int(self._now()) + LIFETIME_SECONDS)
        return f"{expires}-{self._signature(expires)}"

    def valid(self, token: str) -> bool:
        expires, _, signature = token.partition("-")
        if not hmac.compare_digest(signature.encode(), self._signature(expires).encode()):
            return False
        return expires.isdigit() and int(expires) > self._now()

    def _signature(self, expires: str) -> str:
        return hmac.digest(self._key, expires.encode(), "sha256").hex()


def tokens_of(folder: Path) -> Tokens:
    """Those that the stand-in with this folder issues."""
    return Tokens(folder / "reddit-token.key")


def client_of(authorization: str) -> tuple[str, str] | None:
    """Id and secret of a Basic Authorization header; None if it has not both."""
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return None
    try:
        client, colon, secret = base64.b64decode(encoded, validate=True).decode("utf-8").partition(":")
    except (binascii.Error, UnicodeDecodeError):
        return None
    return (client, secret) if client and colon and secret else None


def _key(key_file: Path) -> bytes:
    if not key_file.exists():
        key_file.write_bytes(secrets.token_bytes(32))
        key_file.chmod(0o600)
    return key_file.read_bytes()
