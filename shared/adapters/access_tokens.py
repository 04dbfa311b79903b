"""Access tokens: JWTs signed with HS256. The signing keys have ids, so that they can be rotated one after the other.

The secret is a JSON object: it maps each key's id to its text, and `current` to the id of the key that signs. To
rotate: add a key; when every function has read it, make it the current one; 15 minutes later remove the old key.
"""

import secrets
from collections.abc import Mapping
from typing import Any

import jwt
from jwt.types import Options

from shared.accounts.user import Role
from shared.values import Frozen

ALGORITHM = "HS256"
ISSUER = "mam"
AUDIENCE = "mam-api"
LIFE_SECONDS = 900
SHORTEST_KEY_BYTES = 32
CURRENT = "current"
HEADER = frozenset({"alg", "kid", "typ"})
TYPE = "at+jwt"
"""The token type of RFC 9068. It keeps any other kind of token signed with the same keys from passing as one of
these.
"""
REQUIRED = ("iss", "aud", "sub", "jti", "exp", "iat", "nbf", "sid", "role")
_OPTIONS: Options = {"require": list(REQUIRED), "enforce_minimum_key_length": True, "strict_aud": True}


class SigningKeysUnfit(Exception):
    """The secret does not hold signing keys. The message says what is wrong, but never quotes the secret."""


class AccessTokenInvalid(Exception):
    """The token is not ours or no longer valid. The message is only for our own logs."""


class Claims(Frozen):
    """The claims of a valid token: its user, session and role."""

    user_id: str
    session_id: str
    role: Role


class AccessTokens:
    def __init__(self, secret: Mapping[str, str]) -> None:
        """Raises SigningKeysUnfit."""
        self._keys = {kid: text.encode() for kid, text in secret.items() if kid != CURRENT}
        self._current = secret.get(CURRENT, "")
        if self._current not in self._keys:
            raise SigningKeysUnfit(f"`{CURRENT}` has to name one of the keys beside it")
        short = sorted(kid for kid, key in self._keys.items() if len(key) < SHORTEST_KEY_BYTES)
        if short:
            raise SigningKeysUnfit(f"{', '.join(short)}: a key has at least {SHORTEST_KEY_BYTES} bytes")
        self._jwt = jwt.PyJWT(options=_OPTIONS)

    def issue(self, claims: Claims, now: float) -> str:
        issued = int(now)
        payload = {
            "iss": ISSUER,
            "aud": AUDIENCE,
            "sub": claims.user_id,
            "sid": claims.session_id,
            "role": claims.role.value,
            "jti": secrets.token_urlsafe(16),
            "iat": issued,
            "nbf": issued,
            "exp": issued + LIFE_SECONDS,
        }
        headers = {"kid": self._current, "typ": TYPE}
        return self._jwt.encode(payload, self._keys[self._current], ALGORITHM, headers=headers)

    def read(self, token: str) -> Claims:
        """Raises AccessTokenInvalid."""
        try:
            key = self._find_key(jwt.get_unverified_header(token))
            payload = self._jwt.decode(token, key, [ALGORITHM], audience=AUDIENCE, issuer=ISSUER)
            return Claims(user_id=payload["sub"], session_id=payload["sid"], role=Role(payload["role"]))
        except (jwt.PyJWTError, ValueError, TypeError) as error:
            raise AccessTokenInvalid(type(error).__name__) from error

    def _find_key(self, header: Mapping[str, Any]) -> bytes:
        """Our own key with the header's key id. Refuses other key fields (jku, jwk, x5u, crit …), which our tokens
        lack.
        """
        if HEADER.symmetric_difference(header) or header["alg"] != ALGORITHM or header["typ"] != TYPE:
            raise AccessTokenInvalid("the header is not ours")
        key = self._keys.get(header["kid"])
        if key is None:
            raise AccessTokenInvalid("the key is not ours")
        return key
