"""Which passwords are taken, and that bcrypt sees all of each."""

import pytest

from shared.accounts.password import COST, MOST, NOBODYS_HASH, PasswordUnfit, check_password, digest_password
from shared.adapters.bcrypt_hashes import bcrypt_fits, bcrypt_hash

CHEAP = 4
EMAIL = "ann.longname@example.test"


@pytest.mark.parametrize(
    "password",
    [
        "correct horse battery",
        "пароль пароль",
        "🔑🗝🔒🔓🔏🔐🛡🧱🚪🪤",
        "a b\x00c d\x00e f",
        "x" * 70 + "yzw",
        "1234567890",
    ],
)
def test_any_characters_will_do(password: str) -> None:
    check_password(password, EMAIL)


@pytest.mark.parametrize(
    ("password", "message"),
    [
        ("", "at least 10"),
        ("ninechars", "at least 10"),
        ("a" * 30, "different characters"),
        ("abcabcabcabc", "different characters"),
        ("abcd" * (MOST // 4) + "e", "at most 1000"),
        (EMAIL, "not your e-mail"),
        (EMAIL.upper(), "not your e-mail"),
        ("ann.longname", "not your e-mail"),
    ],
)
def test_what_does_not_do_is_told_how_to_mend_it(password: str, message: str) -> None:
    with pytest.raises(PasswordUnfit, match=message) as refused:
        check_password(password, EMAIL)
    assert not password or password not in refused.value.detail


PAIRS = {
    "past the 72nd byte": ("x" * 72 + "one", "x" * 72 + "two"),
    "after a NUL": ("pass\x00word one", "pass\x00word two"),
    "a digest and what it is of": (
        "correct horse battery", digest_password("correct horse battery").decode(),
    ),
    "case": ("Correct Horse", "correct horse"),
    "a space at the end": ("correct horse ", "correct horse"),
    "half a character": ("correct horse \ud800", "correct horse \ud801"),
}  # fmt: skip


@pytest.mark.parametrize("pair", PAIRS)
def test_two_passwords_are_never_taken_for_one(pair: str) -> None:
    one, two = map(digest_password, PAIRS[pair])
    hashed = bcrypt_hash(one, CHEAP)
    assert bcrypt_fits(one, hashed)
    assert not bcrypt_fits(two, hashed)


def test_bcrypt_gets_what_it_can_take_whatever_the_password() -> None:
    for password in ("", "x", "x" * MOST, "\x00" * 100, "é" * 500):
        digest = digest_password(password)
        assert len(digest) == 64
        assert b"\x00" not in digest


def test_the_same_characters_are_the_same_password_however_they_were_typed() -> None:
    assert digest_password("café ﬁve") == digest_password("cafe\u0301 five")


def test_passwords_take_bcrypt_of_cost_twelve_and_nobodys_as_much() -> None:
    assert COST == 12
    assert NOBODYS_HASH.startswith("$2b$12$")
    assert len(NOBODYS_HASH) == 60
    assert not bcrypt_fits(digest_password("correct horse battery"), NOBODYS_HASH)
