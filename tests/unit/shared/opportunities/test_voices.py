"""Copies of a text are known again."""

import pytest

from shared.opportunities.voices import make_author_key, make_text_key, make_voice
from tests.fakes.market_posts import a_post

LONG = "I run a small bike shop and I cannot keep track of the warranty claims of my customers, " * 3


@pytest.mark.parametrize(
    ("title", "text"),
    [
        ("How do I track claims?", "I cannot do it."),
        ("how do I track  claims", "I CANNOT do it!!"),
        ("How do I track claims? [x-post from r/bikes]", "I cannot do it."),
        ("(Crosspost) How do I track claims?", "*I cannot* do it.\n\n"),
    ],
)
def test_case_signs_spaces_and_a_word_about_the_crossposting_make_no_other_text(title: str, text: str) -> None:
    assert make_text_key(a_post(1, title=title, text=text)) == make_text_key(
        a_post(2, title="How do I track claims?", text="I cannot do it.", community="elsewhere")
    )


def test_a_long_text_is_known_under_any_title_and_a_short_one_is_not() -> None:
    assert make_text_key(a_post(1, title="One", text=LONG)) == make_text_key(a_post(2, title="Two", text=LONG))
    assert make_text_key(a_post(1, title="One", text="Thanks!")) != make_text_key(
        a_post(2, title="Two", text="Thanks!")
    )


def test_a_known_author_is_the_voice() -> None:
    one, other = (a_post(number, author=make_author_key("reddit", name)) for number, name in ((1, "Ann"), (2, "ann")))
    assert make_voice(one) == make_voice(other)
    assert "ann" not in make_voice(one).lower()
    assert make_voice(a_post(3)) == make_text_key(a_post(3))
