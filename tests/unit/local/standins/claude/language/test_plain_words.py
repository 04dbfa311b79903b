"""Public text is made of words: markup, templates and calls are left out, prices and brackets stay."""

import pytest

from local.standins.claude.language.headline import headline
from local.standins.claude.language.plain_words import plain_words
from local.standins.claude.language.readable import reads_well


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("Late fees: $25-50 (3%) & more, isn't it?", "Late fees: $25-50 (3%) & more, isn't it?"),
        ("if revenue < 5000 we stop > now", "if revenue < 5000 we stop > now"),
        ("invoices <img src=x onerror=alert(1)> late", "invoices late"),
        ("invoices <img src=x onerror=alert(1)", "invoices"),
        ("<script>alert(1)</script>invoices", "invoices"),
        ("Sending invoices ${jndi:ldap://x.test/a}", "Sending invoices"),
        ("Sending invoices $jndi", "Sending invoices"),
        ("pricing {{7*7}} bags", "pricing bags"),
        ("apps &amp; tools &amp", "apps tools"),
        ("`rm -rf` | **bold** \u202e", "rm -rf bold"),
        ("<3 \U0001f600", "<3"),
        ("<<>> {}", ""),
    ],
)
def test_only_words_figures_and_plain_punctuation_stay(text: str, words: str) -> None:
    assert plain_words(text) == words


@pytest.mark.parametrize("phrase", ["sending invoices $jndi", "finding apps &amp", "sending ${x} invoices"])
def test_what_holds_code_is_no_title(phrase: str) -> None:
    assert not reads_well(phrase)


@pytest.mark.parametrize("evil", ["$jndi", "${jndi:ldap://x.test}", "<img src=x onerror=alert(1)>", "{{7*7}}", "`id`"])
def test_a_headline_has_none_of_the_code_that_quotes_bring(evil: str) -> None:
    statements = [f"Trouble sending invoices {evil}."] * 3

    title = headline(statements, [f"How do I go about sending invoices {evil}?"] * 3)

    assert title.startswith("Sending invoices")
    assert not set("<>${}`=*()") & set(title)
