"""Passwords: which are taken, and what bcrypt is given of them (`shared.adapters.bcrypt_hashes`). Pure."""

import hashlib
import hmac
import unicodedata
from base64 import b64encode

from shared.errors import DomainProblem

FEWEST, MOST = 10, 1_000
COST = 12
"""2^12 rounds: about a quarter of a second on one vCPU."""
NOBODYS_HASH = f"$2b${COST:02d}${'.' * 21}u{'.' * 31}"
"""Fits no password that anybody knows, and takes as long to check as anybody's."""
_PURPOSE = b"mam password v1"


class PasswordUnfit(DomainProblem):
    status = 422
    type = "validation"
    title = "The request is not valid"

    def __init__(self, reason: str, field: str) -> None:
        error = {"field": field, "location": "body", "message": reason}
        super().__init__(f"{field}: {reason}", extra={"errors": [error]})


def check_password(password: str, email: str, field: str = "password") -> None:
    """Raises PasswordUnfit. Length counts, not kinds of characters (NIST SP 800-63B, section 3.1.1.2)."""
    if len(password) < FEWEST:
        raise PasswordUnfit(f"choose one of at least {FEWEST} characters", field)
    if len(password) > MOST:
        raise PasswordUnfit(f"choose one of at most {MOST} characters", field)
    if len(set(password)) < 4:
        raise PasswordUnfit("choose one of more than three different characters", field)
    if password.strip().lower() in (email, email.partition("@")[0]):
        raise PasswordUnfit("choose one that is not your e-mail address", field)


def digest_password(password: str) -> bytes:
    """What bcrypt hashes: 64 characters, whatever the password's length.

    bcrypt reads 72 bytes and ends at a NUL; a digest in base64 has neither trouble. Every password goes this way, so
    that no long one has a short one beside it. The key keeps a digest that leaked elsewhere from being tried here. The
    same characters, however they were typed, are the same password (NFKC).
    """
    text = unicodedata.normalize("NFKC", password).encode("utf-8", "surrogatepass")
    return b64encode(hmac.digest(_PURPOSE, text, hashlib.sha384))
