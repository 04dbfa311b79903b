"""Opportunities and their problems against DynamoDB as moto plays it: what is saved together, who may build what."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta

import pytest

from shared.adapters.opportunities_table import OpportunitiesTable
from shared.adapters.problems_table import ProblemsTable
from shared.opportunities.errors import LeaseLost, MarketChanged, OpportunityNotFound, OpportunityTaken
from shared.opportunities.leasing import LEASE
from shared.opportunities.models import OpportunityStatus
from shared.opportunities.repository import TOP_PROBLEMS, UNCLUSTERED
from tests.fakes.dynamodb import mock_dynamodb
from tests.fakes.opportunity_changes import a_change, a_stored_problem
from tests.integration.market_tables import create_market_tables, everything_in

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture
def table() -> Iterator[OpportunitiesTable]:
    with mock_dynamodb():
        create_market_tables()
        yield OpportunitiesTable("market_opportunities", "problems")


@pytest.fixture
def problems(table: OpportunitiesTable) -> ProblemsTable:
    return ProblemsTable("problems")


def test_a_card_comes_back_as_it_was_saved(table: OpportunitiesTable, problems: ProblemsTable) -> None:
    change = a_change("opp_a", problems=3, score=123.4)
    assert table.save(change)
    stored = table.get("opp_a")
    assert stored is not None
    assert stored.card == change.card.model_copy(update={"problems": stored.card.problems})
    assert set(stored.card.problems) == set(change.card.problems)
    assert (stored.mean, stored.problem_count, stored.rated_problems) == (change.mean, 3, 3)
    assert stored.standing.status is OpportunityStatus.OPEN
    assert [one.problem for one in problems.of_opportunity("opp_a")] == list(change.card.problems)


def test_saving_the_same_again_writes_nothing(table: OpportunitiesTable) -> None:
    table.save(a_change("opp_a"))
    before = everything_in("market_opportunities"), everything_in("problems")
    assert not table.save(a_change("opp_a"))
    assert (everything_in("market_opportunities"), everything_in("problems")) == before


def test_a_card_changes_only_from_the_revision_it_was_computed_from(table: OpportunitiesTable) -> None:
    table.save(a_change("opp_a", score=10))
    stored = table.get("opp_a")
    assert stored is not None
    assert table.save(a_change("opp_a", score=20, based_on=stored.revision))
    with pytest.raises(MarketChanged):
        table.save(a_change("opp_a", score=30, based_on=stored.revision))
    with pytest.raises(MarketChanged):
        table.save(a_change("opp_a", score=30, based_on=None))


def test_a_problem_never_belongs_to_two_opportunities(table: OpportunitiesTable, problems: ProblemsTable) -> None:
    table.save(a_change("opp_a", problems=3))
    with pytest.raises(MarketChanged):
        table.save(a_change("opp_b", problems=4))
    assert table.get("opp_b") is None
    assert len(everything_in("problems")) == 3
    assert {one.opportunity_id for one in problems.get_many([f"prb_{n:04d}" for n in range(4)]).values()} == {"opp_a"}


def test_an_unclustered_problem_may_join_later_and_is_never_moved_back(
    table: OpportunitiesTable, problems: ProblemsTable
) -> None:
    assert problems.add_unclustered([a_stored_problem(one, UNCLUSTERED) for one in range(5)]) == 5
    assert table.save(a_change("opp_a", problems=3))
    assert problems.add_unclustered([a_stored_problem(one, UNCLUSTERED) for one in range(5)]) == 0
    assert [one.problem.problem_id for one in problems.of_opportunity(UNCLUSTERED)] == ["prb_0003", "prb_0004"]


def test_hundreds_of_problems_keep_the_card_small_and_all_are_stored(
    table: OpportunitiesTable, problems: ProblemsTable
) -> None:
    table.save(a_change("opp_a", problems=350, quote="q" * 400))
    item = everything_in("market_opportunities")["opp_a"]
    assert len(str(item)) < 40_000
    stored = table.get("opp_a")
    assert stored is not None
    assert (stored.problem_count, len(stored.card.problems)) == (350, TOP_PROBLEMS)
    assert len(problems.of_opportunity("opp_a")) == 350


def test_what_a_large_save_left_out_when_it_died_is_made_up_by_the_next_try(
    table: OpportunitiesTable, problems: ProblemsTable
) -> None:
    change = a_change("opp_a", problems=150)
    table.save(change)
    for one in change.joining[120:]:
        _delete_problem(one.problem.problem_id)
    assert not table.save(change)
    assert len(problems.of_opportunity("opp_a")) == 150


def test_a_lease_and_a_new_score_do_not_overwrite_each_other(table: OpportunitiesTable) -> None:
    table.save(a_change("opp_a", score=10))
    seen_by_the_scan = table.get("opp_a")
    assert seen_by_the_scan is not None
    table.lease("opp_a", "build-1", NOW)
    assert table.save(a_change("opp_a", score=20, based_on=seen_by_the_scan.revision))
    stored = table.get("opp_a")
    assert stored is not None
    assert (stored.card.score, stored.standing.status, stored.standing.holder) == (20, "leased", "build-1")


def test_the_best_open_opportunity_is_leased_first(table: OpportunitiesTable) -> None:
    _three(table)
    leased = [table.lease_best(f"build-{one}", NOW) for one in range(4)]
    assert [card and card.opportunity_id for card in leased] == ["opp_c", "opp_b", "opp_a", None]


def test_a_build_that_asks_twice_gets_the_same_again(table: OpportunitiesTable) -> None:
    _three(table)
    first = table.lease_best("build-1", NOW)
    again = table.lease_best("build-1", NOW + timedelta(minutes=5))
    assert first is not None
    assert again is not None
    assert first.opportunity_id == again.opportunity_id == "opp_c"


def test_of_many_builds_at_once_no_two_get_the_same(table: OpportunitiesTable) -> None:
    for number in range(6):
        table.save(a_change(f"opp_{number}", score=number, first=10 * number))
    with ThreadPoolExecutor(6) as pool:
        cards = list(pool.map(lambda one: table.lease_best(f"build-{one}", NOW), range(6)))
    taken = [card.opportunity_id for card in cards if card is not None]
    assert len(taken) == len(set(taken))
    assert "opp_5" in taken


def test_a_lease_that_ran_out_can_be_taken_and_the_late_build_notices(table: OpportunitiesTable) -> None:
    table.save(a_change("opp_a"))
    table.lease("opp_a", "build-1", NOW)
    with pytest.raises(OpportunityTaken, match="leased by build-1"):
        table.lease("opp_a", "build-2", NOW + LEASE / 2)
    table.lease("opp_a", "build-2", NOW + LEASE)
    with pytest.raises(LeaseLost):
        table.mark_served("opp_a", "build-1", "an-agent")
    assert not table.release("opp_a", "build-1", "too late")


def test_an_opportunity_whose_build_failed_waits_behind_those_that_were_not_tried(table: OpportunitiesTable) -> None:
    _three(table)
    table.lease("opp_c", "build-1", NOW)
    assert table.release("opp_c", "build-1", "generate_spec: ModelRefused")
    released = table.get("opp_c")
    assert released is not None
    assert (released.standing.reason, released.standing.failed_builds) == ("generate_spec: ModelRefused", 1)
    leased = [table.lease_best(f"build-{one}", NOW) for one in range(2, 5)]
    assert [card and card.opportunity_id for card in leased] == ["opp_b", "opp_a", "opp_c"]


def test_serving_and_rejecting_are_final_and_repeatable(table: OpportunitiesTable) -> None:
    _three(table)
    table.lease("opp_a", "build-1", NOW)
    table.mark_served("opp_a", "build-1", "an-agent")
    version = everything_in("market_opportunities")["opp_a"]["version"]
    table.mark_served("opp_a", "build-1", "an-agent")
    assert everything_in("market_opportunities")["opp_a"]["version"] == version
    table.lease("opp_b", "build-2", NOW)
    table.mark_rejected("opp_b", "build-2", "mean 5.1 after 3 rounds")
    with pytest.raises(OpportunityTaken, match="served"):
        table.lease("opp_a", "build-3", NOW + 2 * LEASE)
    with pytest.raises(LeaseLost):
        table.mark_served("opp_b", "build-2", "an-agent")
    with pytest.raises(OpportunityNotFound):
        table.lease("opp_x", "build-3", NOW)
    best = table.lease_best("build-3", NOW)
    assert best is not None
    assert best.opportunity_id == "opp_c"


def _three(table: OpportunitiesTable) -> None:
    for number, (name, score) in enumerate((("opp_a", 10.0), ("opp_b", 20.5), ("opp_c", 300.0))):
        table.save(a_change(name, score=score, first=10 * number))


def _delete_problem(problem_id: str) -> None:
    import boto3

    boto3.resource("dynamodb", region_name="us-east-1").Table("problems").delete_item(Key={"problem_id": problem_id})


def test_a_muted_opportunity_is_never_picked_until_it_is_reopened(table: OpportunitiesTable) -> None:
    table.save(a_change("opp_a"))
    muted = table.mute("opp_a", "off topic", NOW)
    assert (muted.status, muted.reason) == (OpportunityStatus.MUTED, "off topic")
    assert table.mute("opp_a", "another reason", NOW) == muted
    assert table.lease_best("build-1", NOW) is None
    with pytest.raises(OpportunityTaken, match="muted"):
        table.lease("opp_a", "build-1", NOW)
    assert [one.standing.status for one in table.all()] == [OpportunityStatus.MUTED]
    assert table.reopen("opp_a", NOW).status is OpportunityStatus.OPEN
    leased = table.lease_best("build-1", NOW)
    assert leased is not None


def test_a_rejected_opportunity_that_is_reopened_is_picked_again(table: OpportunitiesTable) -> None:
    table.save(a_change("opp_a"))
    table.lease("opp_a", "build-1", NOW)
    with pytest.raises(OpportunityTaken, match="leased by build-1"):
        table.reopen("opp_a", NOW)
    table.mark_rejected("opp_a", "build-1", "too slow")
    table.reopen("opp_a", NOW)
    assert table.lease("opp_a", "build-2", NOW).opportunity_id == "opp_a"
    table.mark_served("opp_a", "build-2", "an-agent")
    for decide in (lambda: table.reopen("opp_a", NOW), lambda: table.mute("opp_a", "why", NOW)):
        with pytest.raises(OpportunityTaken, match="served"):
            decide()
    with pytest.raises(OpportunityNotFound):
        table.reopen("opp_none", NOW)


def test_a_scan_changes_the_card_of_a_muted_opportunity_and_leaves_it_muted(table: OpportunitiesTable) -> None:
    table.save(a_change("opp_a", score=10))
    table.mute("opp_a", "off topic", NOW)
    stored = table.get("opp_a")
    assert stored is not None
    assert table.save(a_change("opp_a", score=20, based_on=stored.revision))
    changed = table.get("opp_a")
    assert changed is not None
    assert (changed.card.score, changed.standing.status) == (20, OpportunityStatus.MUTED)
