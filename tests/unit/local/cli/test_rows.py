"""Rows that fit a terminal."""

import pytest

from local.cli.rows import laid_out, printable, terminal_width


@pytest.fixture(autouse=True)
def eighty_columns(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")


def test_no_line_is_wider_than_the_terminal_and_no_word_is_lost() -> None:
    title, note = "word " * 40, "why " * 60
    lines = list(laid_out(("score", "id", "title"), [(7, "opp_0123456789abcdef", title)], notes=[note]))
    assert max(map(len, lines)) <= 80
    assert " ".join(lines).split().count("word") == 40
    assert " ".join(lines).split().count("why") == 60


def test_an_address_is_never_broken_even_if_it_is_longer_than_a_line() -> None:
    address = "http://127.0.0.1:8080/api/v1/agents/" + "x-" * 40
    assert any(address in line for line in laid_out(("agent", "address"), [("a", address)]))


def test_numbers_stand_at_the_right() -> None:
    titles, one, two = laid_out(("score", "title"), [(7, "a"), (113, "b")])
    assert (titles, one, two) == ("score  title", "    7  a", "  113  b")


def test_what_strangers_wrote_does_not_steer_the_terminal() -> None:
    assert printable("a\x1b[2J\u202eb\nc") == "a\ufffd[2J\ufffdb c"


@pytest.mark.parametrize(("columns", "width"), [("10", 60), ("100", 100), ("999", 160)])
def test_the_width_is_the_terminals_within_reason(monkeypatch: pytest.MonkeyPatch, columns: str, width: int) -> None:
    monkeypatch.setenv("COLUMNS", columns)
    assert terminal_width() == width
