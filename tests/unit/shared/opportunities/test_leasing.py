"""Who may build what: the rule by itself. The table that holds it is tested against DynamoDB."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from shared.opportunities.leasing import LEASE, Standing
from shared.opportunities.models import OpportunityStatus

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


ACTIONS: dict[str, Callable[[Standing, str, datetime], Standing | None]] = {
    "l": lambda standing, holder, now: standing.lease_to(holder, now),
    "r": lambda standing, holder, now: standing.release(holder, "why"),
    "s": lambda standing, holder, now: standing.serve(holder, "agent"),
    "x": lambda standing, holder, now: standing.reject(holder, "why"),
    "m": lambda standing, _holder, now: standing.mute("why", now),
    "o": lambda standing, _holder, now: standing.reopen(now),
}


def leased(holder: str = "build-1") -> Standing:
    standing = Standing().lease_to(holder, NOW)
    assert standing is not None
    return standing


def test_an_open_opportunity_can_be_leased_and_the_holder_can_renew() -> None:
    assert leased().leased_until == NOW + LEASE
    again = leased().lease_to("build-1", NOW + timedelta(minutes=30))
    assert again is not None
    assert again.leased_until == NOW + timedelta(minutes=30) + LEASE


def test_another_build_has_to_wait_until_the_lease_runs_out() -> None:
    assert leased().lease_to("build-2", NOW + LEASE - timedelta(seconds=1)) is None
    taken = leased().lease_to("build-2", NOW + LEASE)
    assert taken is not None
    assert taken.holder == "build-2"


def test_a_release_opens_it_again_with_the_reason() -> None:
    released = leased().release("build-1", "test_agent: TaskNotReady")
    assert released == Standing(reason="test_agent: TaskNotReady", failed_builds=1)
    assert leased().release("build-2", "not mine") is None
    assert Standing().release("build-1", "nothing to release") is None


def test_a_final_standing_stays() -> None:
    served = leased().serve("build-1", "an-agent")
    assert served is not None
    assert served.status is OpportunityStatus.SERVED
    assert served.serve("build-1", "an-agent") == served
    assert served.reject("build-1", "too late") is None
    assert served.lease_to("build-1", NOW + 2 * LEASE) is None
    assert served.serve("build-2", "another") is None


def test_a_rejected_opportunity_can_be_reopened_and_is_then_as_new() -> None:
    rejected = leased().reject("build-1", "too slow")
    assert rejected is not None
    assert rejected.lease_to("build-2", NOW) is None
    assert rejected.reopen(NOW) == Standing()
    assert Standing().reopen(NOW) == Standing()


def test_a_muted_opportunity_is_leased_to_nobody_until_it_is_reopened() -> None:
    muted = Standing(failed_builds=2).mute("off topic", NOW)
    assert muted == Standing(status=OpportunityStatus.MUTED, reason="off topic", failed_builds=2)
    assert muted.lease_to("build-1", NOW + 9 * LEASE) is None
    assert muted.mute("another reason", NOW) == muted
    assert muted.reopen(NOW) == Standing()


def test_what_is_being_built_or_served_is_neither_muted_nor_reopened() -> None:
    served = leased().serve("build-1", "an-agent")
    assert served is not None
    for standing in (leased(), served):
        assert standing.mute("off topic", NOW) is None
        assert standing.reopen(NOW) is None


def test_a_lease_that_ran_out_stops_no_decision() -> None:
    assert leased().reopen(NOW + LEASE) == Standing()
    muted = leased().mute("off topic", NOW + LEASE)
    assert muted is not None
    assert muted.serve("build-1", "an-agent") is None


@given(
    steps=st.lists(st.tuples(st.sampled_from("lrsxmo"), st.sampled_from(["a", "b"]), st.integers(0, 5)), max_size=20)
)
def test_whatever_happens_only_the_holder_of_a_lease_finishes(steps: list[tuple[str, str, int]]) -> None:
    standing, now = Standing(), NOW
    for action, holder, hours in steps:
        now += timedelta(hours=hours)
        after = ACTIONS[action](standing, holder, now)
        if after is not None:
            assert action in "lmo" or standing.holder == holder
            standing = after
