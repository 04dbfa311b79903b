"""What every store of opportunities promises to builds: one suite for the table and for the fake in its place."""

from datetime import UTC, datetime, timedelta

import pytest

from shared.opportunities.errors import LeaseLost, OpportunityNotFound, OpportunityTaken
from shared.opportunities.leasing import LEASE
from shared.opportunities.models import OpportunityStatus
from shared.opportunities.repository import OpportunityLeases

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
BEST, SECOND = "opp_best", "opp_second"


def standing(leases: OpportunityLeases, opportunity_id: str) -> OpportunityStatus:
    stored = leases.get(opportunity_id)
    assert stored is not None
    return stored.standing.status


def best(leases: OpportunityLeases, holder: str, at: datetime = NOW) -> str | None:
    leased = leases.lease_best(holder, at)
    return leased.opportunity_id if leased else None


class LeasesContract:
    """A subclass gives the fixture `leases`: open opportunities BEST and SECOND, in that order of their scores."""

    def test_the_best_open_one_is_leased_first_and_a_holder_keeps_its_own(self, leases: OpportunityLeases) -> None:
        assert [best(leases, "b1"), best(leases, "b2"), best(leases, "b1")] == [BEST, SECOND, BEST]
        assert best(leases, "b3") is None
        assert standing(leases, BEST) is OpportunityStatus.LEASED

    def test_a_lease_that_ran_out_is_anybodys(self, leases: OpportunityLeases) -> None:
        leases.lease(BEST, "b1", NOW)
        with pytest.raises(OpportunityTaken):
            leases.lease(BEST, "b2", NOW + LEASE - timedelta(seconds=1))
        assert leases.lease(BEST, "b2", NOW + LEASE).opportunity_id == BEST
        with pytest.raises(LeaseLost):
            leases.mark_served(BEST, "b1", "an-agent")
        assert not leases.release(BEST, "b1", "too late")

    def test_one_that_failed_comes_after_those_that_nobody_tried(self, leases: OpportunityLeases) -> None:
        leases.lease(BEST, "b1", NOW)
        assert leases.release(BEST, "b1", "it broke")
        assert not leases.release(BEST, "b1", "it broke")
        assert standing(leases, BEST) is OpportunityStatus.OPEN
        assert [best(leases, "b2"), best(leases, "b3")] == [SECOND, BEST]

    @pytest.mark.parametrize("served", [True, False])
    def test_an_end_is_for_good_and_may_be_told_twice(self, leases: OpportunityLeases, served: bool) -> None:
        leases.lease(BEST, "b1", NOW)
        for _ in range(2):
            if served:
                leases.mark_served(BEST, "b1", "an-agent")
            else:
                leases.mark_rejected(BEST, "b1", "no good")
        assert standing(leases, BEST) is (OpportunityStatus.SERVED if served else OpportunityStatus.REJECTED)
        with pytest.raises(OpportunityTaken):
            leases.lease(BEST, "b2", NOW + 2 * LEASE)
        assert best(leases, "b2", NOW + 2 * LEASE) == SECOND

    def test_only_the_holder_ends_a_lease(self, leases: OpportunityLeases) -> None:
        leases.lease(BEST, "b1", NOW)
        with pytest.raises(LeaseLost):
            leases.mark_served(BEST, "b2", "an-agent")
        with pytest.raises(LeaseLost):
            leases.mark_rejected(SECOND, "b2", "no")
        assert not leases.release(BEST, "b2", "no")
        assert standing(leases, BEST) is OpportunityStatus.LEASED

    def test_what_is_not_there_cannot_be_leased(self, leases: OpportunityLeases) -> None:
        assert leases.get("opp_none") is None
        for use in (
            lambda: leases.lease("opp_none", "b1", NOW),
            lambda: leases.mark_served("opp_none", "b1", "an-agent"),
            lambda: leases.mark_rejected("opp_none", "b1", "no"),
        ):
            with pytest.raises(OpportunityNotFound):
                use()
