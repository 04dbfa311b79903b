"""`POST /auth/login`: gives an access token for a password, and the cookie for getting further tokens."""

from time import time as clock

from fastapi import Request, Response

from functions.accounts.login.login import login_user
from shared.accounts.session import IDLE_SECONDS
from shared.adapters.access_tokens import LIFE_SECONDS, Claims
from shared.adapters.bcrypt_hashes import bcrypt_fits
from shared.runtime import wiring
from shared.runtime.account_bodies import EmailAndPassword, SignedIn
from shared.runtime.client_address import find_client_address
from shared.runtime.json_body import make_json_router
from shared.runtime.problems import describe_problem_responses
from shared.runtime.session_cookie import SET_COOKIE, keep_cookie

router = make_json_router()


@router.post(
    "/auth/login",
    operation_id="login",
    summary="Sign in",
    response_description="Who signed in may call for 15 minutes, and refresh for 30 days",
    responses={200: {"headers": SET_COOKIE}, **describe_problem_responses(400, 401, 413, 415, 429)},
    tags=["accounts"],
)
async def login(asked: EmailAndPassword, request: Request, response: Response) -> SignedIn:
    """Sign in with a password. Ten wrong ones in a quarter of an hour close an account to further tries for as long."""
    now = clock()
    signed_in = login_user(
        asked.email,
        asked.password,
        find_client_address(request),
        users=wiring.accounts.users(),
        sessions=wiring.accounts.sessions(),
        tries=wiring.accounts.tries(),
        fits=bcrypt_fits,
        now=now,
    )
    user, session = signed_in.user, signed_in.session
    claims = Claims(user_id=user.user_id, session_id=session.session_id, role=user.role)
    token = wiring.accounts.access_tokens().issue(claims, now)
    response.headers["set-cookie"] = keep_cookie(signed_in.refresh_token, IDLE_SECONDS)
    return SignedIn(access_token=token, expires_in=LIFE_SECONDS)
