"""Texts as their readers saw them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.untrusted_text.invisible import hides_text
from shared.untrusted_text.written import read_as_written


@pytest.mark.parametrize(
    ("sent", "seen"),
    [
        ("R&amp;D &lt;invoices&gt; of A &amp; B", "R&D <invoices> of A & B"),
        ("I&#39;m &quot;here&quot;", 'I\'m "here"'),
        ("&amp;#x200B;\n\nI can&amp;#39;t&amp;nbsp;go", "\n\nI can't\xa0go"),
        ("it is &amp;lt;b&amp;gt;so&amp;lt;/b&amp;gt;", "it is &lt;b&gt;so&lt;/b&gt;"),
        ("a &amp;#60; b", "a &#60; b"),
        ("https://x.test/?a=1&copy=2&lt=3", "https://x.test/?a=1&copy=2&lt=3"),
        ("AT&T; Q&A", "AT&T; Q&A"),
    ],
)
def test_entities_are_unescaped_once_and_those_of_editors_twice(sent: str, seen: str) -> None:
    assert read_as_written(sent) == seen


@pytest.mark.parametrize(
    "mark", [*"\u2066\u2067\u2068\u2069\u200e\u200f\u061c\u202a\u202b\u202c\u200b\ufeff\u00ad\u2060"]
)
def test_marks_that_nobody_sees_are_taken_out(mark: str) -> None:
    assert read_as_written(f"call {mark}+1 555{mark} 0100") == "call +1 555 0100"


def test_a_control_character_parts_words() -> None:
    assert read_as_written("manufacturer\x00for\x7fsoap\r\n") == "manufacturer for soap\r\n"


def test_joiners_of_scripts_and_emoji_stay() -> None:
    assert read_as_written("\U0001f469\u200d\U0001f4bb می\u200cخواهم") == "\U0001f469\u200d\U0001f4bb می\u200cخواهم"


def test_a_text_that_was_turned_around_is_not_repaired() -> None:
    assert hides_text(read_as_written("\u202esnoitcurtsni"))


@given(st.text(max_size=200))
def test_line_ends_stay(text: str) -> None:
    assert read_as_written(text).count("\n") == read_as_written(text.replace("&", "")).count("\n")
