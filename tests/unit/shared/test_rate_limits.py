"""What callers are told of their limits is what the limiter will do."""

import re

from hypothesis import given
from hypothesis import strategies as st

from shared.rate_limits import Policy, count_seconds_left, find_standing, rate_limit_fields

MINUTE = Policy(name="minute", quota=3, window_seconds=60)
NOW = 1_000_000.0
TIMES = st.lists(st.integers(0, 59).map(lambda ago: NOW - ago), max_size=6)


def test_the_fields_have_the_syntax_of_the_draft() -> None:
    hour = Policy(name="hour", quota=10, window_seconds=3600)
    left = (find_standing(MINUTE, [NOW - 20, NOW], NOW), find_standing(hour, [], NOW))
    assert rate_limit_fields(left) == {
        "ratelimit-policy": '"minute";q=3;w=60, "hour";q=10;w=3600',
        "ratelimit": '"minute";r=1;t=40, "hour";r=10',
    }
    assert rate_limit_fields(()) == {}


@given(TIMES)
def test_what_remains_is_what_may_still_be_asked(times: list[float]) -> None:
    left = find_standing(MINUTE, times, NOW)
    assert left.remaining == max(0, MINUTE.quota - len(times))
    assert (left.free_in_seconds is None) == (not times)
    assert left.free_in_seconds is None or 1 <= left.free_in_seconds <= MINUTE.window_seconds


@given(TIMES)
def test_whoever_waits_as_told_finds_more(times: list[float]) -> None:
    left = find_standing(MINUTE, times, NOW)
    if left.free_in_seconds is not None:
        later = NOW + left.free_in_seconds
        still = [time for time in times if time > later - MINUTE.window_seconds]
        assert find_standing(MINUTE, still, later).remaining > left.remaining


@given(TIMES, TIMES)
def test_retry_after_covers_every_limit_that_is_reached(one: list[float], other: list[float]) -> None:
    standings = (find_standing(MINUTE, one, NOW), find_standing(MINUTE, other, NOW))
    reached = [each.free_in_seconds for each in standings if each.remaining == 0]
    assert count_seconds_left(standings) == max(reached, default=1)


@given(TIMES)
def test_every_member_is_a_string_with_whole_parameters(times: list[float]) -> None:
    fields = rate_limit_fields([find_standing(MINUTE, times, NOW)])
    assert re.fullmatch(r'"[a-z-]+";r=\d+(;t=\d+)?', fields["ratelimit"])
    assert re.fullmatch(r'"[a-z-]+";q=\d+;w=\d+', fields["ratelimit-policy"])
