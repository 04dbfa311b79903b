"""Wiring of accounts: users, sessions, API keys and mails."""

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
    """Users for reading, and for changes that need no mailed link."""
    from shared.adapters.users_table import UsersTable

    return UsersTable(settings().users_table)


@cache
def confirming_users() -> "UsersTable":
    """Like `users`, but also able to use up the link of a mail."""
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
    """One object for each execution environment, since it remembers the keys that it verified."""
    from shared.accounts.key_checks import KeyChecks
    from shared.adapters.bcrypt_hashes import bcrypt_fits

    return KeyChecks(api_keys(), tries(), bcrypt_fits)


def access_tokens() -> "AccessTokens":
    """Made for each request from a secret that is at most five minutes old, so that keys can rotate."""
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
    """Everything that is stored under an account, except the account itself."""
    from shared.accounts.held_subscriptions import HeldSubscriptions
    from shared.accounts.holdings import HeldKeys, HeldMails, HeldSessions, HeldTries

    # Imported here because the module `billing` itself imports this one, for the customers of accounts.
    from shared.runtime.wiring import billing

    bought = HeldSubscriptions(billing.subscriptions(), lambda: billing.payments())  # noqa: PLW0108 - see lazy_imports
    return (HeldSessions(sessions()), HeldKeys(api_keys()), HeldMails(mails()), HeldTries(tries()), bought)
