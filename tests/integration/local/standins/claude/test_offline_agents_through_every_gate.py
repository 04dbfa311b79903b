"""Every kind of agent the offline model writes, through gate, plan and judge, with its own effects simulated."""

import json
import time
from typing import Any

import pytest

from functions.factory.generate_code.generate import review_code
from local.standins.claude.kinds.brief import Brief
from local.standins.claude.kinds.kind import Kind
from local.standins.claude.kinds.registry import KINDS, signals_of
from local.standins.claude.tasks import judge_agent, write_copy
from shared.builds.examination import Examination
from shared.builds.marketing_copy import CopyDraft, clean_copy, gather_copy_facts
from shared.builds.quality import Judgement, gather_judge_facts, reach_verdict, read_scores
from shared.opportunities.brief import write_brief
from tests.fakes.generated_agent import in_process, spec_of
from tests.fakes.leases import an_opportunity
from tests.fakes.sceneries import a_scenery


class NoLinters:
    def findings(self, source: str) -> list[str]:
        return []


def asking_for(agent_name: str) -> dict[str, Any]:
    """An opportunity whose problems speak of what the agent does."""
    words = [word.strip("!").replace("_", " ") for word, weight in signals_of(agent_name).items() if weight > 0]
    said = words[:3] or [agent_name.split(": ")[-1]]
    return {"title": said[0], "problems": [f"Trouble with {word}." for word in said]}


@pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
def test_it_passes_everything_and_its_texts_may_be_shown(kind: Kind) -> None:
    opportunity = an_opportunity()
    facts = write_brief(opportunity)
    brief = Brief(facts)
    spec = spec_of(kind, brief)
    review = review_code(kind.logic(brief), spec, NoLinters())
    assert review.findings == []
    agent = in_process(spec, review.logic_py)
    examination = Examination(spec=spec, agent=agent, scenery=a_scenery(), left=lambda: 100.0, clock=time.monotonic)
    examination.complete()
    report = examination.report(slug=spec.slug, version=1, round=1, image_digest="sha256:1")
    assert [f"{finding.kind.value} {finding.case}: {finding.message}" for finding in report.findings] == []
    judged = judge_agent.answer(json.loads(json.dumps(gather_judge_facts(spec, report, asking_for(spec.name)))), {})
    assert reach_verdict(read_scores(Judgement.model_validate(judged), "m")).shortfalls == ()
    copy = write_copy.answer(gather_copy_facts(spec, opportunity), {})
    assert clean_copy(CopyDraft.model_validate(copy), "m", spec, opportunity).replaced == ()
