"""Holdings: the data stored under an account. Each domain with such data adds a holding to
`shared.runtime.wiring.accounts.holdings`, so that the data is exported and erased with the account.
"""

from dataclasses import dataclass
from typing import Protocol

from shared.accounts.api_key import ApiKeysRepository
from shared.accounts.hashes import hash_email
from shared.accounts.mail import Mail, MailsRepository
from shared.accounts.session import SessionsRepository, end_all
from shared.accounts.signing_in import list_counters_of_account
from shared.accounts.tries import Tries
from shared.accounts.user import User
from shared.values import Json


class Holding(Protocol):
    @property
    def name(self) -> str: ...

    def export(self, user: User) -> list[dict[str, Json]]:
        """Everything about the user that they may see, without secrets and hashes of secrets."""
        ...

    def erase(self, user: User) -> None:
        """Erase everything that leads to the user. Repeatable after any crash."""
        ...


@dataclass(frozen=True)
class HeldSessions:
    sessions: SessionsRepository
    name: str = "sessions"

    def export(self, user: User) -> list[dict[str, Json]]:
        secret = {"secret_hash", "previous_hash", "credentials"}
        return [session.model_dump(exclude=secret) for session in self.sessions.of_user(user.user_id)]

    def erase(self, user: User) -> None:
        end_all(self.sessions, user.user_id)


@dataclass(frozen=True)
class HeldKeys:
    keys: ApiKeysRepository
    name: str = "api_keys"

    def export(self, user: User) -> list[dict[str, Json]]:
        return [key.model_dump(exclude={"secret_hash"}) for key in self.keys.of_account(user.user_id)]

    def erase(self, user: User) -> None:
        for key in self.keys.of_account(user.user_id):
            self.keys.remove(key.key_id, user.user_id)


@dataclass(frozen=True)
class HeldTries:
    """Counters of the last hour, stored under a hash of the address."""

    tries: Tries
    name: str = "tries"

    def export(self, user: User) -> list[dict[str, Json]]:  # noqa: ARG002
        """Empty: the counters hold only times of the last hour, which the user knows already."""
        return []

    def erase(self, user: User) -> None:
        self.tries.forget(*list_counters_of_account(user.email))


@dataclass(frozen=True)
class HeldMails:
    """To whatever address the account asked for, and the registrations that name its own."""

    mails: MailsRepository
    name: str = "mails"

    def export(self, user: User) -> list[dict[str, Json]]:
        secret = {"password_hash", "link_hash", "subject", "credentials"}
        return [mail.model_dump(mode="json", exclude=secret) for mail in self._find(user)]

    def erase(self, user: User) -> None:
        for mail in self._find(user):
            self.mails.remove(mail)

    def _find(self, user: User) -> list[Mail]:
        return [mail for subject in (user.user_id, hash_email(user.email)) for mail in self.mails.of_subject(subject)]
