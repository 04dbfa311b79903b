"""Access tokens: what ours say, and that nothing else is taken for one."""

import base64
import hashlib
import hmac
import json
import time
from typing import Any

import jwt
import pytest

from shared.accounts.user import Role
from shared.adapters.access_tokens import (
    ALGORITHM,
    LIFE_SECONDS,
    AccessTokenInvalid,
    AccessTokens,
    Claims,
    SigningKeysUnfit,
)

KEY = "k" * 64
OLD_KEY = "o" * 64
SECRET = {"current": "new", "new": KEY, "old": OLD_KEY}
CLAIMS = Claims(user_id="usr_1", session_id="ses_1", role=Role.CUSTOMER)
HEADER = {"alg": "HS256", "kid": "new", "typ": "at+jwt"}


@pytest.fixture
def tokens() -> AccessTokens:
    return AccessTokens(SECRET)


def payload(**changes: Any) -> dict[str, Any]:
    now = int(time.time())
    claims = {
        "iss": "mam", "aud": "mam-api", "sub": "usr_1", "sid": "ses_1", "role": "customer", "jti": "x",
        "iat": now, "nbf": now, "exp": now + 900, **changes,
    }  # fmt: skip
    return {name: value for name, value in claims.items() if value is not ...}


def part(value: Any) -> str:
    return base64.urlsafe_b64encode(json.dumps(value).encode()).rstrip(b"=").decode()


def signed(header: dict[str, Any], claims: dict[str, Any], key: bytes = KEY.encode(), digest: str = "sha256") -> str:
    """By hand, as no library would: whatever the header says."""
    text = f"{part(header)}.{part(claims)}"
    signature = hmac.new(key, text.encode(), getattr(hashlib, digest)).digest()
    return f"{text}.{base64.urlsafe_b64encode(signature).rstrip(b'=').decode()}"


def test_what_was_issued_is_read(tokens: AccessTokens) -> None:
    assert tokens.read(tokens.issue(CLAIMS, time.time())) == CLAIMS
    assert tokens.read(signed(HEADER, payload())) == CLAIMS


def test_a_token_says_what_it_has_to_and_lives_a_quarter_of_an_hour(tokens: AccessTokens) -> None:
    now = time.time()
    token = tokens.issue(CLAIMS, now)
    claims = jwt.decode(token, options={"verify_signature": False})
    assert set(claims) == {"iss", "aud", "sub", "sid", "role", "jti", "iat", "nbf", "exp"}
    assert claims["exp"] - claims["iat"] == LIFE_SECONDS == 900
    assert jwt.get_unverified_header(token) == HEADER
    assert claims["jti"] != jwt.decode(tokens.issue(CLAIMS, now), options={"verify_signature": False})["jti"]


HOUR = 3600
NOW = int(time.time())
ATTACKS = {
    "no signature": part({**HEADER, "alg": "none"}) + "." + part(payload()) + ".",
    "no signature, in capitals": part({**HEADER, "alg": "NONE"}) + "." + part(payload()) + ".",
    "an empty signature": part(HEADER) + "." + part(payload()) + ".",
    "another algorithm with the same key": signed({**HEADER, "alg": "HS512"}, payload(), digest="sha512"),
    "HS256 that calls itself RS256": signed({**HEADER, "alg": "RS256"}, payload()),
    "a key id that is not ours": signed({**HEADER, "kid": "x"}, payload()),
    "a key id that is the word for the current one": signed({**HEADER, "kid": "current"}, payload(), b"new"),
    "a key id that is a path": signed({**HEADER, "kid": "../../dev/null"}, payload(), b""),
    "a key id that is a list": signed({**HEADER, "kid": ["new"]}, payload()),
    "a key id that is null": signed({**HEADER, "kid": None}, payload()),
    "no key id": signed({"alg": "HS256", "typ": "at+jwt"}, payload()),
    "an address of keys": signed({**HEADER, "jku": "https://evil.test/jwks.json"}, payload()),
    "a key of its own": signed({**HEADER, "jwk": {"kty": "oct", "k": "eA"}}, payload(), b"x"),
    "an address of certificates": signed({**HEADER, "x5u": "https://evil.test/c.pem"}, payload()),
    "a critical extension": signed({**HEADER, "crit": ["b64"], "b64": False}, payload()),
    "another kind of token": signed({**HEADER, "typ": "JWT"}, payload()),
    "no kind": signed({"alg": "HS256", "kid": "new"}, payload()),
    "another's key": signed(HEADER, payload(), b"e" * 64),
    "an empty key": signed(HEADER, payload(), b""),
    "another audience": signed(HEADER, payload(aud="other")),
    "several audiences": signed(HEADER, payload(aud=["mam-api", "other"])),
    "another issuer": signed(HEADER, payload(iss="evil")),
    "expired": signed(HEADER, payload(exp=NOW - 1)),
    "expired at once": signed(HEADER, payload(exp=NOW)),
    "not yet valid": signed(HEADER, payload(nbf=NOW + HOUR)),
    "issued in the future": signed(HEADER, payload(iat=NOW + HOUR)),
    "a time that is a text": signed(HEADER, payload(exp="tomorrow")),
    "a time that is null": signed(HEADER, payload(exp=None)),
    "a subject that is a number": signed(HEADER, payload(sub=1)),
    "a subject that is a list": signed(HEADER, payload(sub=["usr_1"])),
    "an id that is a number": signed(HEADER, payload(jti=1)),
    "a session that is a number": signed(HEADER, payload(sid=1)),
    "a role that there is not": signed(HEADER, payload(role="root")),
    "a role that is a list": signed(HEADER, payload(role=["admin"])),
    "claims that are a list": signed(HEADER, [payload()]),  # type: ignore[arg-type]
    "nothing": "",
    "dots": "..",
    "no base64": "é.é.é",
    "half a character": "\ud800.a.b",
    **{f"no {name}": signed(HEADER, payload(**{name: ...})) for name in payload()},
}


@pytest.mark.parametrize("attack", ATTACKS)
def test_nothing_else_is_taken_for_one(tokens: AccessTokens, attack: str) -> None:
    with pytest.raises(AccessTokenInvalid):
        tokens.read(ATTACKS[attack])


def test_no_letter_of_a_token_can_be_changed(tokens: AccessTokens) -> None:
    token = tokens.issue(CLAIMS, time.time())
    changed = [token[:at] + ("A" if token[at] != "A" else "B") + token[at + 1 :] for at in range(len(token) - 1)]
    taken = [each for each in changed if _is_taken(tokens, each)]
    assert taken == []


def _is_taken(tokens: AccessTokens, token: str) -> bool:
    try:
        tokens.read(token)
    except AccessTokenInvalid:
        return False
    return True


def test_keys_rotate_without_signing_anybody_out() -> None:
    before = AccessTokens({"current": "old", "old": OLD_KEY}).issue(CLAIMS, time.time())
    assert AccessTokens(SECRET).read(before) == CLAIMS
    after = AccessTokens(SECRET).issue(CLAIMS, time.time())
    assert AccessTokens({"current": "old", "old": OLD_KEY, "new": KEY}).read(after) == CLAIMS
    with pytest.raises(AccessTokenInvalid):
        AccessTokens({"current": "new", "new": KEY}).read(before)


@pytest.mark.parametrize(
    ("secret", "message"),
    [
        ({}, "current"),
        ({"current": "new"}, "current"),
        ({"current": "other", "new": KEY}, "current"),
        ({"current": "current"}, "current"),
        ({"current": "new", "new": "k" * 31}, "at least 32 bytes"),
        ({"current": "new", "new": KEY, "old": "short"}, "old"),
    ],
)
def test_a_secret_without_good_keys_is_refused_and_not_told(secret: dict[str, str], message: str) -> None:
    with pytest.raises(SigningKeysUnfit, match=message) as refused:
        AccessTokens(secret)
    assert not [key for key in secret.values() if len(key) > 10 and key in str(refused.value)]


def test_the_algorithm_is_pinned_and_short_keys_are_errors(tokens: AccessTokens) -> None:
    assert ALGORITHM == "HS256"
    options = tokens._jwt.options  # pyright: ignore[reportPrivateUsage]
    assert options["enforce_minimum_key_length"] is True
    assert set(options["require"]) >= {"iss", "aud", "sub", "jti", "exp", "iat", "nbf"}
