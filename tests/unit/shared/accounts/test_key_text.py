"""The text of API keys."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.accounts.api_key import COST
from shared.accounts.key_text import ALPHABET, SECRET_LENGTH, find_key, mint_key, parse_key


def test_a_key_has_at_least_160_bits_of_secret_and_fits_bcrypt() -> None:
    assert SECRET_LENGTH * math.log2(len(ALPHABET)) >= 160
    assert len(mint_key().text.encode()) <= 72
    assert COST == 10


def test_what_was_minted_is_a_key_and_no_two_are_alike() -> None:
    minted = [mint_key() for _ in range(200)]
    assert all(parse_key(key.text) == key for key in minted)
    assert len({key.key_id for key in minted}) == len({key.text[17:49] for key in minted}) == 200


def test_no_character_of_a_key_can_be_changed() -> None:
    text = mint_key().text
    changed = [text[:at] + ("x" if text[at] != "x" else "y") + text[at + 1 :] for at in range(len(text))]
    assert [each for each in changed if parse_key(each)] == []


@pytest.mark.parametrize("around", ["{}", "key={}&x", "Bearer {}.", "mam_mam_{}", "\n{}\n", "_{}_", "x{}y"])
def test_a_key_is_found_wherever_it_stands(around: str) -> None:
    key = mint_key()
    assert find_key(around.format(key.text)) == key
    assert find_key(around.format(key.text[:-1])) is None


@given(st.text())
def test_no_text_is_a_key_by_chance(text: str) -> None:
    assert parse_key(text) is None
    assert find_key(text) is None
