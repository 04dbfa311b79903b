"""`POST /me/email`: sends a mail to the new address. Its link changes the account's address."""

from time import time as clock

from fastapi import Request

from shared.accounts.email_address import normalise_email
from shared.accounts.mail import MailKind, make_mail
from shared.accounts.password import digest_password
from shared.accounts.signing_in import WrongCredentials, count_login, count_mail
from shared.adapters.bcrypt_hashes import bcrypt_fits
from shared.runtime import wiring
from shared.runtime.account_bodies import EmailAndPassword, MailOnItsWay
from shared.runtime.callers import NotSignedIn, Person
from shared.runtime.client_address import find_client_address
from shared.runtime.json_body import make_json_router
from shared.runtime.problems import describe_problem_responses

router = make_json_router()


@router.post(
    "/me/email",
    operation_id="change_email",
    summary="Change the e-mail address",
    status_code=202,
    response_description="A mail is on its way to the new address",
    responses=describe_problem_responses(400, 401, 403, 413, 415, 429),
    tags=["accounts"],
)
async def change_email(caller: Person, asked: EmailAndPassword, request: Request) -> MailOnItsWay:
    """Ask for another address, with the account's password. The link of a mail to the new address changes it.

    The answer is the same if somebody has that address already; then nothing changes.
    """
    now, address = clock(), find_client_address(request)
    email = normalise_email(asked.email)
    user = wiring.accounts.users().get(caller.account_id)
    if user is None:
        raise NotSignedIn
    made = count_login(wiring.accounts.tries(), user.email, address, now)
    if not bcrypt_fits(digest_password(asked.password), user.password_hash):
        raise WrongCredentials
    made.give_back(wiring.accounts.tries())
    count_mail(wiring.accounts.tries(), email, address, now)
    is_free = wiring.accounts.users().find_by_email(email) is None
    kind = MailKind.CHANGE_EMAIL if is_free else MailKind.NOBODY
    wiring.accounts.mails().add(make_mail(kind, email, now, user_id=user.user_id, credentials=user.credentials))
    return MailOnItsWay()
