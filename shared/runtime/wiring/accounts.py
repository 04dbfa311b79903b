"""Wiring of accounts: who has one, who is signed in, their keys, and the mails to them."""

from functools import cache
from typing import TYPE_CHECKING

from shared.runtime.settings import settings

if TYPE_CHECKING:
    from shared.accounts.holdings import Holding
    from shared.accounts.key_checks import KeyChecks
    from shared.adapters.access_tokens import AccessTokens
    from shared.adapters.account_mails_table import AccountMailsTable
    from shared.adapters.api_keys_table import ApiKeysTable
    from shared.adapters.mailer import Mailer
    from shared.adapters.sessions_table import SessionsTable
    from shared.adapters.tries_table import TriesTable
    from shared.adapters.users_table import UsersTable


@cache
def users() -> "UsersTable":
    """For reading, and for changes that no mail asked for."""
    from shared.adapters.users_table import UsersTable

    return UsersTable(settings().users_table)


@cache
def confirming_users() -> "UsersTable":
    """As `users`, and able to use up the link of a mail."""
    from shared.adapters.users_table import UsersTable

    return UsersTable(settings().users_table, mails())


@cache
def sessions() -> "SessionsTable":
    from shared.adapters.sessions_table import SessionsTable

    return SessionsTable(settings().sessions_table)


@cache
def mails() -> "AccountMailsTable":
    from shared.adapters.account_mails_table import AccountMailsTable

    return AccountMailsTable(settings().account_mails_table)


@cache
def api_keys() -> "ApiKeysTable":
    from shared.adapters.api_keys_table import ApiKeysTable

    return ApiKeysTable(settings().api_keys_table)


@cache
def tries() -> "TriesTable":
    from shared.adapters.tries_table import TriesTable

    return TriesTable(settings().meters_table)


@cache
def key_checks() -> "KeyChecks":
    """One for each execution environment: it remembers which keys it has verified."""
    from shared.accounts.key_checks import KeyChecks
    from shared.adapters.bcrypt_hashes import bcrypt_fits

    return KeyChecks(api_keys(), tries(), bcrypt_fits)


def access_tokens() -> "AccessTokens":
    """Made anew for each request from the secret as it was read in the last five minutes, so that keys can rotate."""
    from shared.adapters.access_tokens import AccessTokens
    from shared.adapters.secrets import read_secret

    return AccessTokens(read_secret(settings().access_token_secret))


@cache
def mailer() -> "Mailer":
    from shared.adapters.aws_clients import ses
    from shared.adapters.mailer import Mailer

    return Mailer(ses(), settings().mail_from)


@cache
def holdings() -> "tuple[Holding, ...]":
    """Everything that is kept under an account; the account itself is not among them."""
    from shared.accounts.holdings import HeldKeys, HeldMails, HeldSessions, HeldTries

    return (HeldSessions(sessions()), HeldKeys(api_keys()), HeldMails(mails()), HeldTries(tries()))
