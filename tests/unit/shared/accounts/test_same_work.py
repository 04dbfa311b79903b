"""Whoever asks learns nothing from how long it takes: an unknown address costs what a wrong password costs."""

import time
from collections.abc import Callable
from statistics import median

import pytest

from functions.accounts.login.login import login_user
from functions.accounts.register.register import register_user
from shared.accounts.password import COST, digest_password
from shared.accounts.signing_in import WrongCredentials
from shared.accounts.user import User
from shared.adapters.bcrypt_hashes import bcrypt_fits, bcrypt_hash
from tests.fakes.accounts import FakeSessions, FakeTries, FakeUsers

ROUNDS = 7
MOST_APART = 0.10
EMAIL = "ann@example.test"


def cpu_of(act: Callable[[], object]) -> float:
    """Of this thread alone: what else the machine does makes no difference."""
    before = time.thread_time()
    act()
    return time.thread_time() - before


def apart(one: Callable[[], object], other: Callable[[], object]) -> float:
    """How far the medians lie apart, as a part of the smaller; taken in turns, so that both have the same weather."""
    pairs = [(cpu_of(one), cpu_of(other)) for _ in range(ROUNDS)]
    first, second = (median(times) for times in zip(*pairs, strict=True))
    return abs(first - second) / min(first, second)


@pytest.fixture(scope="module")
def users() -> FakeUsers:
    made = FakeUsers()
    hashed = bcrypt_hash(digest_password("correct horse battery"), COST)
    made.create(User(user_id="usr_1", email=EMAIL, password_hash=hashed, created_at=1.0))
    return made


def test_an_unknown_address_costs_what_a_wrong_password_costs(users: FakeUsers) -> None:
    def log_in(email: str) -> None:
        stores = {"users": users, "sessions": FakeSessions(), "tries": FakeTries()}
        with pytest.raises(WrongCredentials):
            login_user(email, "wrong password", "203.0.113.9", fits=bcrypt_fits, now=1.0, **stores)

    assert apart(lambda: log_in(EMAIL), lambda: log_in("bob@example.test")) < MOST_APART


def test_registering_a_known_address_costs_what_registering_a_new_one_costs(users: FakeUsers) -> None:
    def register(email: str) -> None:
        def hashed(digest: bytes) -> str:
            return bcrypt_hash(digest, COST)

        password, address = "correct horse battery", "203.0.113.9"
        register_user(email, password, address, users=users, tries=FakeTries(), hash_password=hashed, now=1.0)

    assert apart(lambda: register(EMAIL), lambda: register("bob@example.test")) < MOST_APART
