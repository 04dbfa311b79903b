"""Every rule about strangers' text against the one table of cases."""

from collections.abc import Callable

import pytest

from shared.untrusted_text.codes import has_code
from shared.untrusted_text.invisible import has_invisible, hides_text
from shared.untrusted_text.markup import has_active_markup, has_link, has_markup
from shared.untrusted_text.orders import gives_orders
from tests.unit.shared.untrusted_text.cases import CASES, Case

RULES: dict[str, Callable[[str], bool]] = {
    "orders": gives_orders,
    "markup": has_markup,
    "active": has_active_markup,
    "link": has_link,
    "unseen": has_invisible,
    "hides": hides_text,
    "code": has_code,
}


@pytest.mark.parametrize("case", CASES, ids=lambda case: ascii(case.text)[:60])
def test_each_rule_says_of_a_text_what_the_table_says(case: Case) -> None:
    # Some disguises are invisible or marked up themselves; the table names the others.
    said = {name for name, rule in RULES.items() if rule(case.text)}
    assert said - {"unseen"} == case.says - {"unseen"}
    assert "unseen" not in case.says or "unseen" in said


def test_every_rule_has_cases_for_yes_and_for_no() -> None:
    for name in RULES:
        assert {name in case.says for case in CASES} == {True, False}


def test_no_text_stands_in_the_table_twice() -> None:
    assert len({case.text for case in CASES}) == len(CASES)
