"""What every log of demos promises: one suite for the table and for the fake that stands in for it."""

from shared.runs.demo_limits import DemoLimitReached, DemoLimits, Start

NOW = 1_800_000_000.0
ADDRESS = "203.0.113.1"


def take(limits: DemoLimits, address: str, slug: str, at: float = NOW, token: str = "t") -> bool:
    """False if the start was refused."""
    try:
        limits.take(address, Start(at, slug, token))
    except DemoLimitReached:
        return False
    return True


class DemoLimitsContract:
    """A subclass gives the fixture `limits`: an empty log whose clock stands at NOW."""

    def test_three_an_hour_with_one_agent_and_twenty_in_all(self, limits: DemoLimits) -> None:
        assert [take(limits, ADDRESS, "a") for _ in range(4)] == [True, True, True, False]
        assert sum(take(limits, ADDRESS, f"b-{n}") for n in range(30)) == 17
        assert take(limits, "203.0.113.2", "a")
        assert take(limits, ADDRESS, "a", at=NOW + 3601)

    def test_a_refused_start_counts_nothing(self, limits: DemoLimits) -> None:
        for _ in range(10):
            take(limits, ADDRESS, "a")
        assert sum(take(limits, ADDRESS, f"b-{n}") for n in range(30)) == 17

    def test_a_slash_64_counts_as_one(self, limits: DemoLimits) -> None:
        assert [take(limits, f"2001:db8:0:7::{n}", "a") for n in range(4)] == [True, True, True, False]
        assert take(limits, "2001:db8:0:8::1", "a")

    def test_a_start_that_cost_nothing_is_given_back_once(self, limits: DemoLimits) -> None:
        for token in ("one", "two", "three"):
            take(limits, ADDRESS, "a", token=token)
        for token in ("two", "two", "never counted"):
            limits.give_back(ADDRESS, token)
        limits.give_back("203.0.113.99", "one")
        assert [take(limits, ADDRESS, "a") for _ in range(2)] == [True, False]
