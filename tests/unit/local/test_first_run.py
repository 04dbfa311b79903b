"""How a fresh market is filled: with enough of everything, and without trying forever."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from local.first_run import BUILDERS, MAX_BARREN, MAX_SCANS, FirstRun, build_outcome
from local.workflows import Execution, Started


def execution(output: Any, status: str = "SUCCEEDED", **more: Any) -> Execution:
    about = {"arn": "arn:aws:states:us-east-1:0:execution:agent-factory:b1", "name": "b1", "error": "", "cause": ""}
    return Execution(status=status, output=output, seconds=1.0, **{**about, **more})


class Market:
    """Stands in for the workflows and the tables: each build publishes the next of `templates`, or what it says.

    `per_scan` builds begin by themselves with each scan, as by the rule; all but the first are its event told twice.
    """

    def __init__(self, templates: list[str], posts_per_scan: int = 100, per_scan: int = 0) -> None:
        self._templates = templates
        self._posts = posts_per_scan
        self._per_scan = per_scan
        self.agents: list[dict[str, Any]] = []
        self.started: list[str] = []
        self.followed: list[str] = []

    def run(self, machine: str, _request: Any, **_: Any) -> Execution:
        self.started.append(machine)
        return execution({"post_count": self._posts})

    def started_by(self, _scan: str) -> list[Started]:
        names = ["by-rule", *["again"] * self._per_scan][: self._per_scan]
        return [Started(name, name, "RUNNING", datetime.now(UTC), {}) for name in names]

    def start(self, machine: str, _request: Any) -> str:
        self.started.append(machine)
        return machine

    def follow(self, arn: str, **_: Any) -> Execution:
        self.followed.append(arn)
        if arn == "again":
            return execution({"next": "nothing_to_build", "reason": "scan_started by-rule"})
        if not self._templates:
            return execution({"next": "nothing_to_build"})
        template = self._templates.pop(0)
        if template in ("rejected", "failed"):
            return execution({"outcome": "rejected"}) if template == "rejected" else execution(None, "FAILED")
        self.agents.append({"slug": f"a{len(self.agents)}", "template": template})
        return execution({"outcome": "published", "slug": self.agents[-1]["slug"]})

    def published_agents(self) -> list[dict[str, Any]]:
        return self.agents


def fill(market: Market, tmp_path: Path) -> Any:
    return FirstRun(market, market, tmp_path / "record.json", lambda _: None).fill()  # type: ignore[arg-type]


ALL = ["monitoring", "data_processing", "communication"]


def test_it_stops_at_six_agents_of_all_templates(tmp_path: Path) -> None:
    market = Market([*ALL, *ALL, *ALL])
    filling = fill(market, tmp_path)
    assert filling.complete
    assert (filling.scans, filling.posts) == (1, 100)
    assert 6 <= len(market.agents) < 6 + BUILDERS
    assert FirstRun.is_complete(tmp_path / "record.json")


def test_it_goes_on_until_the_last_template_is_there(tmp_path: Path) -> None:
    market = Market(["communication"] * 8 + ["data_processing", "monitoring"])
    assert fill(market, tmp_path).complete
    assert {agent["template"] for agent in market.agents} == set(ALL)


def test_it_scans_enough_posts_before_it_builds(tmp_path: Path) -> None:
    market = Market([*ALL, *ALL], posts_per_scan=40)
    assert fill(market, tmp_path).posts == 120
    assert market.started[:3] == ["market-scan"] * 3


def test_it_gives_up_after_builds_that_fail_one_after_the_other_and_scans_again(tmp_path: Path) -> None:
    market = Market(["failed"] * (MAX_BARREN + BUILDERS - 1) + [*ALL, *ALL])
    filling = fill(market, tmp_path)
    assert filling.complete
    assert filling.scans == 2
    assert len(filling.problems) >= MAX_BARREN


def test_it_ends_when_there_is_nothing_more_to_find(tmp_path: Path) -> None:
    filling = fill(Market(["rejected"]), tmp_path)
    assert not filling.complete
    assert filling.scans == MAX_SCANS
    assert not FirstRun.is_complete(tmp_path / "record.json")


def test_a_run_that_was_cut_off_goes_on_without_scanning_again(tmp_path: Path) -> None:
    fill(Market(["communication"]), tmp_path)
    market = Market([*ALL, *ALL])
    assert fill(market, tmp_path).complete
    assert "market-scan" not in market.started


def test_the_build_that_a_scan_starts_is_one_of_those_that_are_waited_for(tmp_path: Path) -> None:
    market = Market([*ALL, *ALL], per_scan=1)
    filling = fill(market, tmp_path)
    assert filling.complete
    assert market.followed.count("by-rule") == filling.scans == 1
    assert len(filling.builds) == len(market.agents) == 6
    assert market.started.count("agent-factory") < 6 + BUILDERS


def test_a_scan_whose_event_came_twice_does_not_look_as_if_nothing_were_left(tmp_path: Path) -> None:
    market = Market([*ALL, *ALL], per_scan=2)
    filling = fill(market, tmp_path)
    assert filling.complete
    assert len(filling.builds) == 6


def test_what_small_scans_start_is_waited_for_before_there_are_enough_posts(tmp_path: Path) -> None:
    market = Market([*ALL, *ALL], posts_per_scan=40, per_scan=1)
    filling = fill(market, tmp_path)
    assert market.followed.count("by-rule") == filling.scans == 3
    assert market.started[:3] == ["market-scan"] * 3


def test_a_scan_that_finds_no_posts_ends_it_after_what_it_started(tmp_path: Path) -> None:
    market = Market(ALL, posts_per_scan=0, per_scan=1)
    filling = fill(market, tmp_path)
    assert not filling.complete
    assert market.followed == ["by-rule"]
    assert market.started == ["market-scan"]


def test_a_failed_build_says_why() -> None:
    outcome = build_outcome(execution(None, "FAILED", error="ModelRefused", cause="the model refused"))
    assert outcome["outcome"] == "failed"
    assert "ModelRefused: the model refused" in outcome["reason"]


def test_a_failed_build_says_for_which_opportunity_it_was() -> None:
    """So that it can be asked for again by its id."""
    reached = {"opportunity_id": "opp_1", "round": 2, "reason": "of an earlier round", "failed_stage": "build_image"}
    outcome = build_outcome(execution(None, "FAILED", error="TaskNotReady", cause="no task", reached=reached))
    assert (outcome["outcome"], outcome["opportunity_id"], outcome["round"]) == ("failed", "opp_1", 2)
    assert "TaskNotReady" in outcome["reason"]
    assert build_outcome(execution(None, "FAILED"))["opportunity_id"] is None
