"""What is decided on a round's report, and that deciding twice is deciding once."""

from typing import Any

import pytest

from shared.adapters.artifacts import ArtifactUnreadable
from shared.adapters.claude import ModelRefused
from shared.builds.build import Build, Next
from shared.builds.handover import BuildIncomplete, Feedback, GateReport
from shared.builds.quality import QualityScores
from shared.specs.spec import AcceptanceCheck
from tests.fakes.agent_specs import a_spec
from tests.fakes.factory import Factory, a_judgement


def at_scoring(factory: Factory) -> Build:
    build = factory.pick()
    assert isinstance(build, Build)
    while build.next is not Next.SCORE_QUALITY:
        build = factory.stage(build)
    return build


def test_a_good_round_goes_to_publication() -> None:
    factory = Factory()
    scored = factory.stage(at_scoring(factory))
    assert scored.next is Next.PUBLISH_AGENT
    assert scored.scores_key is not None
    scores = factory.artifacts.get_model(scored.scores_key, QualityScores)
    assert (scores.passed, scores.mean) == (True, 8.0)
    assert scores.scores is not None
    assert scores.scores.safety.model == "fake-model"
    assert factory.spend.spent == 35


def test_a_weak_round_goes_back_with_concrete_feedback() -> None:
    factory = Factory(judgement=a_judgement(ux=3))
    scored = factory.stage(at_scoring(factory))
    assert (scored.next, scored.round) == (Next.GENERATE_CODE, 2)
    assert scored.feedback_key is not None
    findings = factory.artifacts.get_json(scored.feedback_key)["findings"]
    assert findings[0] == "ux was rated 3, below 5: ux as seen"


def test_a_repeated_stage_does_not_ask_again() -> None:
    factory = Factory(judgement=a_judgement(ux=3))
    build = at_scoring(factory)
    first = factory.stage(build)
    factory.judgement = a_judgement()
    assert factory.stage(build) == first
    assert factory.claude.asked == ["judge_agent"]


def test_a_veto_is_feedback_and_costs_no_judge() -> None:
    async def forgetful(input: dict[str, Any], tools: Any) -> dict[str, Any]:
        return {"topic": "x", "summary": "y", "changed": False, "checked_at": "z", "notes": []}

    factory = Factory(function=forgetful, judgement=a_judgement(10, 10, 10, 10))
    scored = factory.stage(at_scoring(factory))
    assert scored.next is Next.GENERATE_CODE
    assert scored.feedback_key is not None
    findings = factory.artifacts.get_json(scored.feedback_key)["findings"]
    assert findings[0].startswith("check_failed: example: example 1: /topic")
    assert factory.claude.asked == []


def test_an_agent_that_passes_every_check_without_reading_its_input_is_not_judged_either() -> None:
    async def blind(input: dict[str, Any], tools: Any) -> dict[str, Any]:
        return {"topic": "x", "summary": "Looks good", "changed": False, "checked_at": "today", "notes": []}

    spec = a_spec(acceptance=(AcceptanceCheck(path="/summary", check="not_empty", why="there is something to read"),))
    factory = Factory(spec=spec, function=blind, judgement=a_judgement(10, 10, 10, 10))
    scored = factory.stage(at_scoring(factory))
    assert scored.next is Next.GENERATE_CODE
    assert scored.feedback_key is not None
    findings = factory.artifacts.get_json(scored.feedback_key)["findings"]
    assert [finding.split(":")[0] for finding in findings] == ["input_ignored"]
    assert factory.claude.asked == []


def test_a_judge_that_refuses_leaves_no_scores_behind() -> None:
    factory = Factory(judgement=ModelRefused("no"))
    build = at_scoring(factory)
    with pytest.raises(ModelRefused):
        factory.stage(build)
    factory.judgement = a_judgement()
    assert factory.stage(build).next is Next.PUBLISH_AGENT


def test_a_report_about_another_image_is_not_scored() -> None:
    factory = Factory()
    build = at_scoring(factory)
    with pytest.raises(BuildIncomplete, match="another image"):
        factory.stage(build.model_copy(update={"image_digest": "sha256:other"}))
    with pytest.raises(BuildIncomplete):
        factory.stage(build.model_copy(update={"report_key": None}))


@pytest.mark.parametrize("document", [{"findings": "all fine"}, ["line 1: no"], {"findings": []}, {}, None])
def test_a_report_of_the_gate_that_cannot_be_read_is_never_taken_for_clean(document: Any) -> None:
    factory = Factory()
    build = at_scoring(factory)
    assert build.gate_key is not None
    factory.artifacts.put_json(build.gate_key, document)
    with pytest.raises(ArtifactUnreadable, match="is no GateReport"):
        factory.stage(build)


@pytest.mark.parametrize("missing", ["spec_key", "gate_key", "report_key"])
def test_a_state_that_skipped_a_stage_is_not_scored(missing: str) -> None:
    factory = Factory()
    build = at_scoring(factory)
    with pytest.raises(BuildIncomplete, match=missing):
        factory.stage(build.model_copy(update={missing: None}))


def test_a_finding_of_the_gate_is_a_veto_and_no_judge_is_asked() -> None:
    factory = Factory()
    build = at_scoring(factory)
    assert build.gate_key is not None
    report = factory.artifacts.get_model(build.gate_key, GateReport)
    factory.artifacts.put_model(build.gate_key, report.model_copy(update={"findings": ("line 1: no",)}))
    scored = factory.stage(build)
    assert scored.feedback_key is not None
    assert factory.artifacts.get_model(scored.feedback_key, Feedback).findings == ("static gate: line 1: no",)
    assert "judge_agent" not in factory.claude.asked
