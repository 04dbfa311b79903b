"""The common rules of all ways to sign in: how often one may try, and the answer to a failure."""

import secrets
from dataclasses import dataclass

from shared.accounts.hashes import hash_email, hash_secret
from shared.accounts.tries import (
    LOGINS_OF_ACCOUNT,
    LOGINS_OF_ADDRESS,
    MAILS_OF_ADDRESS,
    MAILS_TO_ACCOUNT,
    Counter,
    Tries,
)
from shared.errors import DomainProblem
from shared.rate_limits import choose_subject


class WrongCredentials(DomainProblem):
    """The same answer for an unknown address, a wrong password and an unverified address."""

    status = 401
    type = "wrong-credentials"
    title = "The e-mail address or the password is wrong"

    def __init__(self) -> None:
        super().__init__(
            "Check both. If you have just registered, first follow the link in the mail; if you forgot the password, "
            "`POST /api/v1/auth/forgot-password` sends a link to set another.",
            headers={"www-authenticate": "Bearer"},
        )


@dataclass(frozen=True)
class LoginTry:
    """One try to sign in, counted for the account (even if it does not exist) and for the caller's address."""

    token: str
    counters: tuple[Counter, ...]

    def give_back(self, tries: Tries) -> None:
        tries.give_back(self.token, *self.counters)


def count_login(tries: Tries, email: str, address: str, now: float) -> LoginTry:
    """Count a try to sign in; `email` is normalised. Raises TooManyTries."""
    made = LoginTry(
        secrets.token_hex(8),
        (Counter(LOGINS_OF_ACCOUNT, hash_email(email)), Counter(LOGINS_OF_ADDRESS, _hash_address(address))),
    )
    tries.take(made.token, now, *made.counters)
    return made


def count_mail(tries: Tries, email: str, address: str, now: float) -> None:
    """Count a mail that somebody requests without being signed in. Raises TooManyTries."""
    counters = (Counter(MAILS_TO_ACCOUNT, hash_email(email)), Counter(MAILS_OF_ADDRESS, _hash_address(address)))
    tries.take(secrets.token_hex(8), now, *counters)


def list_counters_of_account(email: str) -> tuple[Counter, ...]:
    """All counters of one normalised address, whoever tries."""
    who = hash_email(email)
    return Counter(LOGINS_OF_ACCOUNT, who), Counter(MAILS_TO_ACCOUNT, who)


def _hash_address(address: str) -> str:
    return hash_secret(choose_subject(address))[:40]
