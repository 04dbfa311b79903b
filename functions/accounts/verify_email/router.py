"""`POST /auth/verify-email`: follows the link of a mail, which makes an account or changes its address."""

from time import time as clock

from functions.accounts.verify_email.verify import confirm
from shared.runtime import wiring
from shared.runtime.account_bodies import Confirmed, LinkAlone
from shared.runtime.json_body import make_json_router
from shared.runtime.problems import describe_problem_responses

router = make_json_router()


@router.post(
    "/auth/verify-email",
    operation_id="verify_email",
    summary="Confirm an e-mail address",
    response_description="The address is the account's",
    responses=describe_problem_responses(400, 404, 413, 415),
    tags=["accounts"],
)
async def verify_email(asked: LinkAlone) -> Confirmed:
    """Follow the link of a mail: after registering it makes the account, after asking for another address it changes
    that. A link works once.
    """
    confirmed = confirm(asked.token, wiring.accounts.confirming_users(), wiring.accounts.mails(), clock())
    return Confirmed(email=confirmed.email)
