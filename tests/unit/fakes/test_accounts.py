"""The fakes of accounts keep the promises of the tables that they stand in for."""

import pytest

from tests.contracts.accounts import ApiKeysContract, MailsContract, SessionsContract, TriesContract, UsersContract
from tests.fakes.accounts import FakeApiKeys, FakeMails, FakeSessions, FakeTries, FakeUsers


@pytest.fixture
def mails() -> FakeMails:
    return FakeMails()


@pytest.fixture
def users(mails: FakeMails) -> FakeUsers:
    return FakeUsers(mails)


@pytest.fixture
def sessions() -> FakeSessions:
    return FakeSessions()


@pytest.fixture
def keys() -> FakeApiKeys:
    return FakeApiKeys()


@pytest.fixture
def tries() -> FakeTries:
    return FakeTries()


class TestFakeMails(MailsContract):
    pass


class TestFakeUsers(UsersContract):
    pass


class TestFakeSessions(SessionsContract):
    pass


class TestFakeApiKeys(ApiKeysContract):
    pass


class TestFakeTries(TriesContract):
    pass
