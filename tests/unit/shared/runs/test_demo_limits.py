import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.rate_limits import choose_subject
from shared.runs.demo_limits import (
    PER_ADDRESS,
    PER_AGENT,
    DemoLimitReached,
    Start,
    check,
    keep_within_window,
)


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("203.0.113.7", "203.0.113.7"),
        ("::ffff:203.0.113.7", "203.0.113.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2::/64"),
        ("2001:db8:1:2::", "2001:db8:1:2::/64"),
        ("2001:db8:1:2:ffff::1%eth0", "2001:db8:1:2::/64"),
        ("", "unknown"),
        ("garbage", "unknown"),
    ],
)
def test_who_counts_as_one_address(address: str, expected: str) -> None:
    assert choose_subject(address) == expected


def test_the_wait_ends_when_the_oldest_start_leaves_the_hour() -> None:
    starts = [Start(at, "a", str(at)) for at in (100.0, 200.0, 300.0)]
    with pytest.raises(DemoLimitReached) as refused:
        check(starts, Start(1000.0, "a", "new"))
    assert refused.value.headers["retry-after"] == str(100 + 3600 - 1000)
    check(keep_within_window(starts, 3700.5), Start(3700.5, "a", "new"))


def test_another_agent_may_be_tried_until_the_address_has_had_enough() -> None:
    starts = [Start(float(n), f"agent-{n // PER_AGENT}", str(n)) for n in range(PER_ADDRESS)]
    with pytest.raises(DemoLimitReached, match="20 demos"):
        check(starts, Start(50.0, "fresh", "new"))


@given(st.lists(st.tuples(st.floats(0, 20_000), st.sampled_from("abcdefgh")), max_size=200))
def test_no_hour_ever_holds_more_than_the_limits(attempts: list[tuple[float, str]]) -> None:
    admitted: list[Start] = []
    for at, slug in sorted(attempts):
        start = Start(at, slug, "token")
        try:
            check(keep_within_window(admitted, at), start)
        except DemoLimitReached:
            continue
        admitted.append(start)
    for last in admitted:
        hour = keep_within_window([start for start in admitted if start.at <= last.at], last.at)
        assert len(hour) <= PER_ADDRESS
        assert sum(start.slug == last.slug for start in hour) <= PER_AGENT
