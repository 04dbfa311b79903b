"""Applies vetoes and the judge's ratings, then decides: publish, another round with feedback, or reject when the rounds
are used up.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from shared.adapters.artifacts import Artifacts
from shared.adapters.claude import Answer, Claude
from shared.builds.build import Build, Next
from shared.builds.handover import BuildIncomplete, Feedback, GateReport
from shared.builds.quality import (
    MOST_FEEDBACK,
    Judgement,
    QualityScores,
    compute_mean,
    find_unfit_reasons,
    find_vetoes,
    gather_judge_facts,
    reach_verdict,
    read_scores,
)
from shared.builds.report import TestReport
from shared.opportunities.errors import ModelNotTrusted
from shared.opportunities.models import Opportunity
from shared.specs.document import spec_from_yaml
from shared.values import Json

MAX_TOKENS = 1_500
ATTEMPTS = 3
REASON_LENGTH = 600


@dataclass(frozen=True)
class Judge:
    """The model that rates."""

    claude: Claude
    model: str

    def rate(self, facts: Mapping[str, object]) -> Answer[Judgement]:
        """Ask the judge, and ask (and pay) again while a reason is not fit to be shown. Finally raises
        ModelNotTrusted.
        """
        unfit: list[str] = []
        for _ in range(ATTEMPTS):
            answer = self.claude.ask("judge_agent", facts, Judgement, model=self.model, max_tokens=MAX_TOKENS)
            unfit = find_unfit_reasons(answer.value)
            if not unfit:
                return answer
        raise ModelNotTrusted(f"judge_agent: {ATTEMPTS} times no reason that can be shown for {', '.join(unfit)}")


def score(build: Build, opportunity: Opportunity, *, artifacts: Artifacts, judge: Judge) -> tuple[Build, QualityScores]:
    """Score a round. The judge is asked once per round: a repeated stage finds the stored scores and decides
    the same.
    """
    if build.spec_key is None or build.gate_key is None or build.report_key is None:
        raise BuildIncomplete("score_quality needs spec_key, gate_key and report_key")
    key = f"builds/{build.build_id}/round-{build.round}/scores.json"
    if artifacts.exists(key):
        scores = artifacts.get_model(key, QualityScores)
    else:
        scores = _ask_scores(build, opportunity, artifacts, judge)
        artifacts.put_model(key, scores)
    if scores.passed:
        return build.advance(Next.PUBLISH_AGENT, scores_key=key), scores
    feedback_key = artifacts.put_model(
        f"builds/{build.build_id}/round-{build.round}/feedback.json", Feedback(findings=scores.feedback)
    )
    reason = "; ".join(scores.feedback)[:REASON_LENGTH]
    return build.another_round(feedback_key, reason).model_copy(update={"scores_key": key}), scores


def _ask_scores(build: Build, opportunity: Opportunity, artifacts: Artifacts, judge: Judge) -> QualityScores:
    assert build.spec_key is not None
    assert build.gate_key is not None
    assert build.report_key is not None
    report = artifacts.get_model(build.report_key, TestReport)
    if report.image_digest != build.image_digest:
        raise BuildIncomplete("the test report is about another image than the one to be scored")
    found = find_vetoes(artifacts.get_model(build.gate_key, GateReport).findings, report)
    if found:
        return QualityScores(passed=False, vetoes=tuple(found), feedback=tuple(found[:MOST_FEEDBACK]))
    spec = spec_from_yaml(artifacts.get_text(build.spec_key))
    answer = judge.rate(gather_judge_facts(spec, report, write_brief(opportunity)))
    scores = read_scores(answer.value, answer.model)
    decided = reach_verdict(scores)
    return QualityScores(
        passed=decided.passed, vetoes=(), scores=scores, mean=compute_mean(scores), feedback=decided.shortfalls
    )


def write_brief(opportunity: Opportunity) -> dict[str, Json]:
    return {
        "title": opportunity.title,
        "summary": opportunity.summary,
        "who": opportunity.who,
        "current_solutions": opportunity.current_solutions,
        "problems": [problem.statement for problem in opportunity.problems[:8]],
    }
