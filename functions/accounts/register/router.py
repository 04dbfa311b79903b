"""`POST /auth/register`: stores the mail whose link makes the account. The answer does not tell who has an account."""

from time import time as clock

from fastapi import Request

from functions.accounts.register.register import register_user
from shared.accounts.password import COST
from shared.adapters.bcrypt_hashes import bcrypt_hash
from shared.runtime import wiring
from shared.runtime.account_bodies import EmailAndPassword, MailOnItsWay
from shared.runtime.client_address import find_client_address
from shared.runtime.json_body import make_json_router
from shared.runtime.problems import describe_problem_responses

router = make_json_router()


@router.post(
    "/auth/register",
    operation_id="register",
    summary="Register",
    status_code=202,
    response_description="A mail is on its way",
    responses=describe_problem_responses(400, 413, 415, 429),
    tags=["accounts"],
)
async def register(asked: EmailAndPassword, request: Request) -> MailOnItsWay:
    """Ask for an account. A mail goes to the address, and the account is there once its link was followed.

    The answer is the same if the address has an account already: then the mail says so.
    """
    mail = register_user(
        asked.email,
        asked.password,
        find_client_address(request),
        users=wiring.accounts.users(),
        tries=wiring.accounts.tries(),
        hash_password=lambda digest: bcrypt_hash(digest, COST),
        now=clock(),
    )
    wiring.accounts.mails().add(mail)
    return MailOnItsWay()
