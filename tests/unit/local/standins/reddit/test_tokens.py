"""Tokens hold for an hour, over restarts, and cannot be made up."""

from pathlib import Path

import pytest

from local.standins.reddit.tokens import LIFETIME_SECONDS, Tokens, client_of


def test_a_token_expires(tmp_path: Path) -> None:
    now = [1_000.0]
    tokens = Tokens(tmp_path / "key", now=lambda: now[0])
    token = tokens.issue()
    now[0] += LIFETIME_SECONDS - 1
    assert tokens.valid(token)
    now[0] += 1
    assert not tokens.valid(token)


def test_a_restart_leaves_tokens_valid(tmp_path: Path) -> None:
    assert Tokens(tmp_path / "key").valid(Tokens(tmp_path / "key").issue())


def test_another_installations_token_is_not_valid(tmp_path: Path) -> None:
    assert not Tokens(tmp_path / "one").valid(Tokens(tmp_path / "other").issue())


@pytest.mark.parametrize("token", ["", "-", "abc", "99999999999-00", "é-é"])
def test_made_up_tokens_are_not_valid(tmp_path: Path, token: str) -> None:
    assert not Tokens(tmp_path / "key").valid(token)


def test_a_longer_life_cannot_be_written_into_a_token(tmp_path: Path) -> None:
    tokens = Tokens(tmp_path / "key")
    assert not tokens.valid("9" + tokens.issue())


@pytest.mark.parametrize(
    ("header", "client"),
    [
        ("Basic aWQ6c2VjcmV0", ("id", "secret")),
        ("basic aWQ6c2VjcmV0", ("id", "secret")),
        ("Basic aWQ6", None),
        ("Basic OnNlY3JldA==", None),
        ("Basic ???", None),
        ("Basic /w==", None),
        ("Bearer aWQ6c2VjcmV0", None),
        ("", None),
    ],
)
def test_client_of_a_basic_header(header: str, client: tuple[str, str] | None) -> None:
    assert client_of(header) == client
