"""Sessions: a user's sign-ins, each continued by a refresh token that changes with every use.

A session is a family of refresh tokens, and one of them is current. An older token can only come from a copy, so it
ends the whole family. The previous token is tolerated for a moment: two tabs that refresh at once share a cookie, and
the later one then finds the new cookie.
"""

import hmac
import re
import secrets
from enum import Enum
from typing import Protocol

from pydantic import Field

from shared.accounts.hashes import hash_secret
from shared.accounts.user import User
from shared.errors import DomainProblem
from shared.values import Frozen

IDLE_SECONDS = 30 * 86_400
LONGEST_SECONDS = 180 * 86_400
GRACE_SECONDS = 30
TOKEN = re.compile(r"(ses_[0-9a-f]{32})\.([A-Za-z0-9_-]{43})")


class RefreshRefused(DomainProblem):
    status = 401
    type = "session-over"
    title = "Sign in again"

    def __init__(self) -> None:
        super().__init__(
            "There is no session behind this cookie any more: sign in with `POST /api/v1/auth/login`.",
            headers={"www-authenticate": "Bearer"},
        )


class RefreshRaced(DomainProblem):
    """Another request with the same cookie was faster."""

    status = 409
    type = "refresh-raced"
    title = "Another request has refreshed this session"

    def __init__(self) -> None:
        super().__init__(
            "A request at the same time has got the new cookie. Try again with it: a browser has it by then.",
            headers={"retry-after": "1"},
        )


class Session(Frozen):
    """`secret_hash` is the hash of the current refresh token's secret, `previous_hash` that of the previous one. Times
    are epoch seconds.
    """

    session_id: str
    user_id: str
    credentials: int
    secret_hash: str = Field(repr=False)
    previous_hash: str | None = Field(default=None, repr=False)
    created_at: float
    rotated_at: float
    expires_at: int


class TokenVerdict(Enum):
    CURRENT = "current"
    RACED = "raced"
    REUSED = "reused"


class SessionsRepository(Protocol):
    """Reads see all earlier writes, except `of_user`."""

    def add(self, session: Session) -> None: ...

    def get(self, session_id: str) -> Session | None: ...

    def rotate(self, session: Session, rotated: Session) -> bool:
        """Replace the session; False if it changed since it was read. Of concurrent callers exactly one gets True."""
        ...

    def end(self, session_id: str) -> None: ...

    def of_user(self, user_id: str) -> list[Session]:
        """The user's sessions. One that began a moment ago may be missing."""
        ...


def make_secret() -> str:
    return secrets.token_urlsafe(32)


def begin_session(user: User, secret: str, now: float) -> Session:
    return Session(
        session_id=f"ses_{secrets.token_hex(16)}",
        user_id=user.user_id,
        credentials=user.credentials,
        secret_hash=hash_secret(secret),
        created_at=now,
        rotated_at=now,
        expires_at=int(now) + IDLE_SECONDS,
    )


def write_refresh_token(session: Session, secret: str) -> str:
    return f"{session.session_id}.{secret}"


def parse_refresh_token(token: str) -> tuple[str, str] | None:
    """Session id and secret; None if the text does not have the form of a token."""
    found = TOKEN.fullmatch(token)
    return (found[1], found[2]) if found else None


def judge(session: Session, secret: str, now: float) -> TokenVerdict:
    """The verdict on a secret that was presented for a session."""
    shown = hash_secret(secret)
    if hmac.compare_digest(shown, session.secret_hash):
        return TokenVerdict.CURRENT
    is_previous = session.previous_hash is not None and hmac.compare_digest(shown, session.previous_hash)
    return TokenVerdict.RACED if is_previous and now < session.rotated_at + GRACE_SECONDS else TokenVerdict.REUSED


def rotate_session(session: Session, secret: str, now: float) -> Session:
    """The session with the new secret and an extended, but limited lifetime."""
    ends = min(now + IDLE_SECONDS, session.created_at + LONGEST_SECONDS)
    changes = {
        "secret_hash": hash_secret(secret),
        "previous_hash": session.secret_hash,
        "rotated_at": now,
        "expires_at": int(ends),
    }
    return session.model_copy(update=changes)


def is_live(session: Session, now: float) -> bool:
    return now < session.expires_at


def belongs_to(session: Session, user: User | None) -> bool:
    """False if the user is erased or being erased, or had another password or role when the session began."""
    return (
        user is not None
        and user.erasing_at is None
        and (user.user_id, user.credentials) == (session.user_id, session.credentials)
    )


def end_all(sessions: SessionsRepository, user_id: str, *, but: str | None = None) -> None:
    for session in sessions.of_user(user_id):
        if session.session_id != but:
            sessions.end(session.session_id)
