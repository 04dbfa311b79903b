"""`POST /auth/reset-password`: sets a new password by the link of a mail. Every earlier session ends."""

from time import time as clock

from functions.accounts.reset_password.reset import set_password
from shared.accounts.password import COST
from shared.adapters.bcrypt_hashes import bcrypt_hash
from shared.runtime import wiring
from shared.runtime.account_bodies import Confirmed, LinkAndPassword
from shared.runtime.json_body import make_json_router
from shared.runtime.problems import describe_problem_responses

router = make_json_router()


@router.post(
    "/auth/reset-password",
    operation_id="reset_password",
    summary="Set another password",
    response_description="The password is set, and nobody is signed in any more",
    responses=describe_problem_responses(400, 404, 413, 415),
    tags=["accounts"],
)
async def reset_password(asked: LinkAndPassword) -> Confirmed:
    """Set another password with the link of a mail, which works once. Every session ends: sign in with the new one."""
    user = set_password(
        asked.token,
        asked.password,
        users=wiring.accounts.confirming_users(),
        sessions=wiring.accounts.sessions(),
        mails=wiring.accounts.mails(),
        hash_password=lambda digest: bcrypt_hash(digest, COST),
        now=clock(),
    )
    return Confirmed(email=user.email)
