"""`POST /auth/refresh`: gives a new access token and a new cookie."""

from time import time as clock

from fastapi import APIRouter, Response

from functions.accounts.refresh.refresh import refresh_session
from shared.accounts.session import RefreshRefused
from shared.adapters.access_tokens import LIFE_SECONDS, Claims
from shared.runtime import wiring
from shared.runtime.account_bodies import SignedIn
from shared.runtime.problems import describe_problem_responses
from shared.runtime.session_cookie import SET_COOKIE, RefreshCookie, drop_cookie, keep_cookie

router = APIRouter()


@router.post(
    "/auth/refresh",
    operation_id="refresh",
    summary="Stay signed in",
    response_description="Another access token; the cookie has changed",
    responses={200: {"headers": SET_COOKIE}, **describe_problem_responses(401, 409)},
    tags=["accounts"],
)
async def refresh(response: Response, cookie: RefreshCookie = None) -> SignedIn:
    """Get another access token for the cookie, which changes with every use.

    Of requests at the same time one gets them and the others 409: they try again with the new cookie. A cookie that was
    used before ends the session, as somebody has copied it.
    """
    now = clock()
    try:
        done = refresh_session(cookie or "", wiring.accounts.users(), wiring.accounts.sessions(), now)
    except RefreshRefused as refused:
        refused.headers["set-cookie"] = drop_cookie()
        raise
    claims = Claims(user_id=done.user.user_id, session_id=done.session.session_id, role=done.user.role)
    token = wiring.accounts.access_tokens().issue(claims, now)
    response.headers["set-cookie"] = keep_cookie(done.refresh_token, done.session.expires_at - int(now))
    return SignedIn(access_token=token, expires_in=LIFE_SECONDS)
