"""Passwords: which ones are accepted, and the digest of each that bcrypt gets
(`shared.adapters.bcrypt_hashes`). Pure.
"""

import hashlib
import hmac
import unicodedata
from base64 import b64encode

from shared.errors import DomainProblem

FEWEST, MOST = 10, 1_000
COST = 12
"""2^12 rounds: about a quarter of a second on one vCPU."""
NOBODYS_HASH = f"$2b${COST:02d}${'.' * 21}u{'.' * 31}"
"""A hash that matches no known password, and takes as long to check as any user's."""
_PURPOSE = b"mam password v1"


class PasswordUnfit(DomainProblem):
    status = 422
    type = "validation"
    title = "The request is not valid"

    def __init__(self, reason: str, field: str) -> None:
        error = {"field": field, "location": "body", "message": reason}
        super().__init__(f"{field}: {reason}", extra={"errors": [error]})


def check_password(password: str, email: str, field: str = "password") -> None:
    """Raises PasswordUnfit. The rule is length, not kinds of characters (NIST SP 800-63B, section 3.1.1.2)."""
    if len(password) < FEWEST:
        raise PasswordUnfit(f"choose one of at least {FEWEST} characters", field)
    if len(password) > MOST:
        raise PasswordUnfit(f"choose one of at most {MOST} characters", field)
    if len(set(password)) < 4:
        raise PasswordUnfit("choose one of more than three different characters", field)
    if password.strip().lower() in (email, email.partition("@")[0]):
        raise PasswordUnfit("choose one that is not your e-mail address", field)


def digest_password(password: str) -> bytes:
    """The input of bcrypt: 64 characters, whatever the password's length.

    bcrypt reads only 72 bytes and stops at a NUL, which never matters for a base64 digest. Every password is digested,
    so that no short password equals the digest of a long one. The digest is keyed, so that digests leaked elsewhere
    cannot be tried here. The same characters, however they were typed, are the same password (NFKC).
    """
    text = unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
    return b64encode(hmac.digest(_PURPOSE, text, hashlib.sha384))
