"""Refreshes a session. Of concurrent requests exactly one wins. A session whose token was copied ends."""

from dataclasses import dataclass, field

from shared.accounts.session import (
    RefreshRaced,
    RefreshRefused,
    Session,
    SessionsRepository,
    TokenVerdict,
    belongs_to,
    is_live,
    judge,
    make_secret,
    parse_refresh_token,
    rotate_session,
    write_refresh_token,
)
from shared.accounts.user import User, UsersRepository


@dataclass(frozen=True)
class Refreshed:
    user: User
    session: Session
    refresh_token: str = field(repr=False)


def refresh_session(token: str, users: UsersRepository, sessions: SessionsRepository, now: float) -> Refreshed:
    """Raises RefreshRefused or RefreshRaced."""
    session, secret = _find_shown(token, sessions, now)
    match judge(session, secret, now):
        case TokenVerdict.RACED:
            raise RefreshRaced
        case TokenVerdict.REUSED:
            sessions.end(session.session_id)
            raise RefreshRefused
        case TokenVerdict.CURRENT:
            return _renew(session, users, sessions, now)


def _find_shown(token: str, sessions: SessionsRepository, now: float) -> tuple[Session, str]:
    parsed = parse_refresh_token(token)
    session = sessions.get(parsed[0]) if parsed else None
    if parsed is None or session is None or not is_live(session, now):
        raise RefreshRefused
    return session, parsed[1]


def _renew(session: Session, users: UsersRepository, sessions: SessionsRepository, now: float) -> Refreshed:
    user = users.get(session.user_id)
    if user is None or not belongs_to(session, user):
        sessions.end(session.session_id)
        raise RefreshRefused
    secret = make_secret()
    renewed = rotate_session(session, secret, now)
    if not sessions.rotate(session, renewed):
        raise RefreshRaced
    return Refreshed(user, renewed, write_refresh_token(renewed, secret))
