"""When an answer is used: mostly true, or too little to judge by and not all wrong."""

from collections import Counter

import pytest

from functions.market.extract_problems.extraction import Checked, FoundProblems, ProblemFault, check, write_question
from functions.market.extract_problems.trust import CONTROL, HANDFUL, is_borne_out
from local.standins.claude.tasks import extract_problems
from shared.opportunities.models import Problem
from shared.opportunities.quotes import QuoteFault, find_fault
from tests.fakes.market_posts import found_in


def checked(kept: int, refused: int, reason: str = QuoteFault.NOT_VERBATIM) -> Checked:
    [one] = check([found_in(CONTROL.model_dump() | {"text": CONTROL.text})], [CONTROL]).kept
    problems: list[Problem] = [one] * kept
    return Checked(problems, Counter({reason: refused}))


@pytest.mark.parametrize(
    ("kept", "refused", "used"),
    [(0, 0, True), (9, 0, True), (6, 4, True), (3, 3, True), (2, 3, False), (0, HANDFUL, False), (9, 11, False)],
)
def test_of_a_handful_of_findings_at_least_half_have_to_hold(kept: int, refused: int, used: bool) -> None:
    assert is_borne_out(checked(kept, refused), alone=False) is used


@pytest.mark.parametrize(("kept", "refused", "used"), [(1, 3, True), (1, 0, True), (0, 1, False), (0, 4, False)])
def test_of_fewer_one_is_enough(kept: int, refused: int, used: bool) -> None:
    assert is_borne_out(checked(kept, refused), alone=False) is used


@pytest.mark.parametrize(("kept", "refused", "used"), [(1, 9, True), (0, 1, False), (0, 0, True)])
def test_so_it_is_for_a_post_asked_about_alone(kept: int, refused: int, used: bool) -> None:
    assert is_borne_out(checked(kept, refused), alone=True) is used


@pytest.mark.parametrize("reason", [ProblemFault.TOO_MANY, ProblemFault.OVERLAPS])
def test_telling_too_much_is_no_untruth(reason: ProblemFault) -> None:
    assert is_borne_out(checked(2, 20, reason), alone=False)


@pytest.mark.parametrize("reason", [ProblemFault.UNKNOWN_POST, ProblemFault.STATEMENT_FOREIGN, QuoteFault.TOO_SHORT])
def test_every_other_reason_counts(reason: str) -> None:
    assert not is_borne_out(checked(2, 20, reason), alone=False)


def test_the_control_post_has_something_to_be_quoted() -> None:
    assert all(find_fault(text, CONTROL) is None for text in (CONTROL.title, *CONTROL.text.split(". ")))


def test_the_offline_model_reads_the_control_post_right() -> None:
    said = extract_problems.answer(write_question([CONTROL]), {})
    assert check(FoundProblems.model_validate(said).problems, [CONTROL]).kept
