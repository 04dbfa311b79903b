"""Agents that behave in the test and not in life: seen by gate or examination, or without effect where they run."""

from dataclasses import dataclass
from itertools import count
from types import ModuleType

import pytest

from shared.builds.code_gate.gate import check_code
from shared.builds.examination import Examination
from shared.builds.narrowing import narrow
from shared.builds.report import TestReport
from shared.runs.loop import AgentLoop, Ending, RunOutcome
from shared.runs.simulation import Simulation
from shared.specs.spec import AgentSpec
from tests.fakes.agent_specs import a_spec
from tests.fakes.agent_tasks import InProcessAgent
from tests.fakes.bombs import BORROWED, HARMS, TRIGGERS, bomb
from tests.fakes.sceneries import a_scenery, a_world

WAITING = {
    "hour: one minute of the day",
    "host: of one company",
    "text: of a login",
    "size: longer page than any",
    "results: a third visit",
    "size: one in many",
}
"""Triggers that no test holds. What they set off is met by the tests of the harms below."""

CUSTOMER = "acme"
LIFE = {
    "page": "https://acme.com/prices",
    "topic": CUSTOMER,
    "tone": "short",
    "notes": ["first note"],
}


@dataclass
class Life:
    """A run at a customer's of what the examination passed, with what is left of its permissions."""

    outcome: RunOutcome
    asked: Simulation


def agent(spec: AgentSpec, source: str) -> InProcessAgent:
    module = ModuleType("logic")
    exec(compile(source, "logic.py", "exec", dont_inherit=True), vars(module))
    return InProcessAgent(spec, module.run)


def examined(source: str, seed: str = "seed") -> TestReport:
    spec, ticks = a_spec(), count()
    examination = Examination(
        spec=spec,
        agent=agent(spec, source),
        scenery=a_scenery(seed),
        left=lambda: 100.0,
        clock=lambda: next(ticks) * 0.001,
    )
    examination.complete()
    return examination.report(slug=spec.slug, version=1, round=1, image_digest="sha256:" + "0" * 64)


def lived(source: str, report: TestReport) -> Life:
    spec = a_spec()
    allowed = narrow(spec, report.used).capabilities
    asked = Simulation(allowed, LIFE, a_world("life"))
    return Life(AgentLoop("a-customers-run", LIFE).proceed(agent(spec, source), asked), asked)


def test_the_honest_part_is_an_agent_that_passes() -> None:
    assert check_code(bomb("changed and failed < 0"), a_spec()) == []
    assert examined(bomb("changed and failed < 0")).findings == ()


@pytest.mark.parametrize("name", sorted(TRIGGERS.keys() - WAITING))
def test_a_bomb_is_seen_by_gate_or_examination(name: str) -> None:
    source = bomb(TRIGGERS[name])
    assert check_code(source, a_spec()) or examined(source).findings


@pytest.mark.parametrize("name", BORROWED)
def test_a_bomb_that_passed_an_earlier_examination_does_not_pass_now(name: str) -> None:
    assert check_code(BORROWED[name], a_spec()) or examined(BORROWED[name]).findings


@pytest.mark.parametrize("name", sorted(WAITING))
def test_what_waits_for_something_that_no_test_holds_passes(name: str) -> None:
    """The control: these are the ones that only run time can hold."""
    source = bomb(TRIGGERS[name])
    assert check_code(source, a_spec()) == []
    assert examined(source).findings == ()


@pytest.mark.parametrize("name", HARMS)
def test_what_a_bomb_does_in_life_reaches_nobody(name: str) -> None:
    source = bomb(f'input["topic"] == "{CUSTOMER}"', HARMS[name])
    report = examined(source)
    assert report.findings == ()
    life = lived(source, report)
    refused = [one for one in life.asked.asked if one.refusal is not None]
    assert life.outcome.ending is Ending.VIOLATION or life.outcome.ending is Ending.FAILED or refused
    said = str(life.outcome.output) + str([one.effect.args for one in life.asked.asked if one.refusal is None])
    assert "evil" not in said
    assert "promo code" not in said
    assert "free trial" not in said
    assert said.count("Spam") <= 3
