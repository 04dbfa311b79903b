"""`POST /auth/forgot-password`: sends a mail with a link if the address has an account. The answer does not tell."""

from time import time as clock

from fastapi import Request

from shared.accounts.email_address import normalise_email
from shared.accounts.mail import MailKind, make_mail
from shared.accounts.signing_in import count_mail
from shared.runtime import wiring
from shared.runtime.account_bodies import EmailAlone, MailOnItsWay
from shared.runtime.client_address import find_client_address
from shared.runtime.json_body import make_json_router
from shared.runtime.problems import describe_problem_responses

router = make_json_router()


@router.post(
    "/auth/forgot-password",
    operation_id="forgot_password",
    summary="Ask for another password",
    status_code=202,
    response_description="A mail is on its way, if there is an account",
    responses=describe_problem_responses(400, 413, 415, 429),
    tags=["accounts"],
)
async def forgot_password(asked: EmailAlone, request: Request) -> MailOnItsWay:
    """Ask for a mail with a link to set another password. The answer is the same if the address has no account."""
    now = clock()
    email = normalise_email(asked.email)
    count_mail(wiring.accounts.tries(), email, find_client_address(request), now)
    user = wiring.accounts.users().find_by_email(email)
    wiring.accounts.mails().add(
        make_mail(MailKind.RESET, email, now, user_id=user.user_id, credentials=user.credentials)
        if user
        else make_mail(MailKind.NOBODY, email, now)
    )
    return MailOnItsWay()
