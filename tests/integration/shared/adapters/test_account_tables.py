"""The tables of accounts, on DynamoDB as moto plays it; and what happens when many come at once."""

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import boto3
import pytest

from functions.accounts.refresh.refresh import refresh_session
from infra_cdk.app import ROOT, build
from shared.accounts.session import RefreshRaced, begin_session, make_secret, rotate_session, write_refresh_token
from shared.accounts.tries import Counter, TooManyTries
from shared.adapters.account_mails_table import AccountMailsTable
from shared.adapters.api_keys_table import ApiKeysTable
from shared.adapters.sessions_table import SessionsTable
from shared.adapters.tries_table import TriesTable
from shared.adapters.users_table import UsersTable
from shared.rate_limits import Policy
from tests.contracts.accounts import (
    NOW,
    TWICE,
    ApiKeysContract,
    MailsContract,
    SessionsContract,
    TriesContract,
    UsersContract,
    a_key,
    a_user,
)
from tests.fakes.dynamodb import mock_dynamodb

RACERS = 50
NAMES = {"mam-users", "mam-sessions", "mam-api-keys", "mam-account-mails", "mam-meters"}

pytestmark = pytest.mark.xdist_group("infrastructure")


@pytest.fixture(scope="module")
def tables() -> list[dict[str, Any]]:
    from tests.infrastructure.synthesized import Deployment

    deployment = Deployment(build("local", ROOT / ".build" / "tests" / "local", layers="empty", checks=True))
    wanted = ("TableName", "KeySchema", "AttributeDefinitions", "GlobalSecondaryIndexes", "BillingMode")
    found = [
        {key: table.properties[key] for key in wanted if key in table.properties}
        for table in deployment.of("AWS::DynamoDB::GlobalTable")
    ]
    return [table for table in found if table["TableName"] in NAMES]


@pytest.fixture
def dynamodb(tables: list[dict[str, Any]]) -> Iterator[None]:
    with mock_dynamodb():
        for table in tables:
            boto3.client("dynamodb").create_table(**table)
        yield


@pytest.fixture
def mails(dynamodb: None) -> AccountMailsTable:
    return AccountMailsTable("mam-account-mails")


@pytest.fixture
def users(mails: AccountMailsTable) -> UsersTable:
    return UsersTable("mam-users", mails)


@pytest.fixture
def sessions(dynamodb: None) -> SessionsTable:
    return SessionsTable("mam-sessions")


@pytest.fixture
def keys(dynamodb: None) -> ApiKeysTable:
    return ApiKeysTable("mam-api-keys")


@pytest.fixture
def tries(dynamodb: None) -> TriesTable:
    return TriesTable("mam-meters")


class TestAccountMailsTable(MailsContract):
    pass


class TestUsersTable(UsersContract):
    pass


class TestSessionsTable(SessionsContract):
    pass


class TestApiKeysTable(ApiKeysContract):
    pass


class TestTriesTable(TriesContract):
    pass


def race(act: Callable[[int], bool]) -> int:
    """How many of those who begin at once are told True."""
    with ThreadPoolExecutor(RACERS) as racers:
        return sum(racers.map(act, range(RACERS)))


def test_of_fifty_who_refresh_at_once_one_wins(sessions: SessionsTable) -> None:
    session = begin_session(a_user(), "secret", NOW)
    sessions.add(session)
    assert race(lambda n: sessions.rotate(session, rotate_session(session, f"secret {n}", NOW))) == 1


def test_fifty_simultaneous_refreshes_have_one_winner_and_lock_nobody_out(
    sessions: SessionsTable, users: UsersTable
) -> None:
    user = a_user()
    users.create(user)
    secret = make_secret()
    session = begin_session(user, secret, NOW)
    sessions.add(session)
    won: list[str] = []

    def refresh(number: int) -> bool:
        try:
            won.append(refresh_session(write_refresh_token(session, secret), users, sessions, NOW + 1).refresh_token)
        except RefreshRaced:
            return False
        return True

    assert race(refresh) == 1
    assert refresh_session(won[0], users, sessions, NOW + 2).user == user


def test_of_fifty_who_take_one_address_one_gets_it(users: UsersTable) -> None:
    assert race(lambda n: users.create(a_user(f"usr_{n}"))) == 1


def test_of_fifty_who_rotate_a_key_one_does(keys: ApiKeysTable) -> None:
    keys.add(a_key())
    assert race(lambda n: keys.replace(a_key(), a_key(f"newkey{n:06}"), None)) == 1
    assert len(keys.of_account("usr_1")) == 1


def test_of_fifty_who_try_at_once_as_many_as_may(tries: TriesTable) -> None:
    def took(number: int) -> bool:
        try:
            tries.take(f"t{number}", NOW, TWICE)
        except TooManyTries:
            return False
        return True

    assert race(took) == TWICE.policy.quota


def test_fifty_who_succeed_at_once_are_all_uncounted(tries: TriesTable) -> None:
    roomy = Counter(Policy(name="roomy", quota=RACERS, window_seconds=60), "x")

    def succeed(number: int) -> bool:
        tries.take(f"t{number}", NOW, roomy)
        tries.give_back(f"t{number}", roomy)
        return True

    assert race(succeed) == RACERS
    for number in range(RACERS):
        tries.take(f"again {number}", NOW, roomy)


def test_fifty_who_bring_a_stripe_customer_agree_on_one(users: UsersTable) -> None:
    users.create(a_user())
    with ThreadPoolExecutor(RACERS) as racers:
        told = set(racers.map(lambda n: users.set_stripe_customer("usr_1", f"cus_{n}"), range(RACERS)))
    assert len(told) == 1
