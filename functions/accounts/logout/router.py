"""`POST /auth/logout`: ends the session of the cookie, and so its access tokens."""

from fastapi import APIRouter, Response

from shared.accounts.session import parse_refresh_token
from shared.runtime import wiring
from shared.runtime.session_cookie import SET_COOKIE, RefreshCookie, drop_cookie

router = APIRouter()


@router.post(
    "/auth/logout",
    operation_id="logout",
    summary="Sign out",
    status_code=204,
    response_description="Nobody is signed in with this cookie",
    responses={204: {"headers": SET_COOKIE}},
    tags=["accounts"],
)
async def logout(response: Response, cookie: RefreshCookie = None) -> None:
    """End the session behind the cookie, if there is one, and the access tokens that it gave out."""
    end_session(cookie or "")
    response.headers["set-cookie"] = drop_cookie()


def end_session(token: str) -> None:
    """End the session by any of its tokens. An old token is a copy, which would end the session anyway."""
    parsed = parse_refresh_token(token)
    if parsed is not None:
        wiring.accounts.sessions().end(parsed[0])
