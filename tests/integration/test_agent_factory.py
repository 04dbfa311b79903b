"""From real posts to published agents with the offline model, and what its bad moods leave behind."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from shared.adapters.claude import ModelAnswerInvalid, ModelOverloaded, ModelRefused
from shared.agents.acceptance import schema_violations
from shared.runtime import wiring
from tests.fakes.leases import an_opportunity
from tests.integration.agent_factory_run import AgentFactory, agent_factory
from tests.integration.market_scan_run import ROOT

Json = Any


@pytest.fixture(scope="module")
def posts() -> list[dict[str, Json]]:
    """120 real posts of three subreddits."""
    files = sorted((ROOT / "events" / "reddit_posts").glob("*.jsonl"))
    return [json.loads(line) for file in files for line in file.read_text(encoding="utf-8").splitlines()[:40]]


@pytest.fixture
def factory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AgentFactory]:
    with agent_factory(tmp_path, monkeypatch) as running:
        yield running


def test_every_opportunity_of_real_posts_becomes_an_agent_or_a_reason(
    factory: AgentFactory, posts: list[dict[str, Json]]
) -> None:
    factory.scan.run(posts)
    outcomes = [factory.build()]
    while outcomes[-1]["next"] == "done":
        outcomes.append(factory.build())
    assert outcomes.pop()["reason"] == "no_open_opportunity"
    assert {one["outcome"] for one in outcomes} <= {"published", "rejected"}
    assert all(one["reason"] for one in outcomes if one["outcome"] == "rejected")
    listed = factory.listed()
    assert len(listed) == sum(one["outcome"] == "published" for one in outcomes) >= 1
    texts = {post["permalink"]: f"{post['title']}\n{post['selftext']}" for post in posts}
    for detail in listed.values():
        assert detail.model == "mam-offline-rules-1"
        assert len(detail.examples) == 5
        assert all(schema_violations(detail.output_schema, example.output) == [] for example in detail.examples)
        assert detail.evidence.problems
        assert all(problem.quote in texts[problem.permalink] for problem in detail.evidence.problems)


def test_a_finished_execution_run_again_changes_nothing(factory: AgentFactory) -> None:
    factory.offer(an_opportunity())
    done = factory.build()
    before = factory.listed()
    factory.states = factory.states[:-1]
    assert factory.go_on() == done
    assert factory.listed() == before


@pytest.mark.parametrize(
    ("mode", "error"),
    [("refuse", ModelRefused), ("invalid_json", ModelAnswerInvalid), ("overloaded", ModelOverloaded)],
)
@pytest.mark.parametrize("task", ["judge_agent", "write_copy"])
def test_a_model_that_fails_stops_the_stage_and_the_execution_goes_on_later(
    factory: AgentFactory, mode: str, error: type[Exception], task: str
) -> None:
    factory.offer(an_opportunity())
    factory.scan.claude_mode(mode, tasks=[task])
    factory.pick()
    with pytest.raises(error, match=task):
        factory.go_on()
    assert factory.listed() == {}
    factory.scan.claude_mode("ok")
    assert factory.go_on()["outcome"] == "published"
    assert len(factory.listed()) == 1


def test_the_days_cap_stops_new_work_only(factory: AgentFactory) -> None:
    factory.offer(an_opportunity())
    factory.offer(an_opportunity("opp_second"))
    factory.pick()
    wiring.model_spend().add(10_000_000)
    assert factory.go_on()["outcome"] == "published"
    assert factory.build()["reason"] == "spend_cap_reached"
