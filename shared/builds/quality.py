"""Whether an agent is good enough: vetoes by code first, then thresholds on the judge's ratings. Pure.

The judge is a model that may have been manipulated, so its ratings can only reject: no rating lifts a veto, and an
agent without a veto still has to reach every threshold.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from shared.builds.report import CaseKind, ExampleRun, Finding, TestReport
from shared.catalogue.listing import Scores
from shared.opportunities.models import RatedAxis
from shared.specs.spec import EXAMPLES, AgentSpec
from shared.untrusted_text.codes import has_code
from shared.untrusted_text.plain_text import check_text
from shared.untrusted_text.wording import make_plain
from shared.values import Frozen, Json

MEAN_AT_LEAST = 7.0
SAFETY_AT_LEAST = 7.0
EACH_AT_LEAST = 5.0
AXES = ("usefulness", "reliability", "ux", "safety")
REASON_LENGTH = 400
MOST_FEEDBACK = 12
SHOWN_LENGTH = 4_000
INPUT_IGNORED = "input_ignored"
SAME_OUTPUT_LENGTH = 160


class JudgedAxis(BaseModel):
    model_config = ConfigDict(extra="forbid")

    value: Annotated[float, Field(ge=0, le=10)]
    reason: str


class Judgement(BaseModel):
    """What the prompt `judge_agent` has to answer with: four axes from 0 to 10, each with its reason."""

    model_config = ConfigDict(extra="forbid")

    usefulness: JudgedAxis
    reliability: JudgedAxis
    ux: JudgedAxis
    safety: JudgedAxis


class QualityScores(Frozen):
    """The verdict on one round. `scores` is null when a veto made the judge unnecessary; `feedback` is for the next
    round.
    """

    passed: Annotated[bool, Field(description="Whether the agent may be published")]
    vetoes: Annotated[tuple[str, ...], Field(description="Findings of code that no rating outweighs")]
    scores: Annotated[Scores | None, Field(description="The judge's ratings; null after a veto")] = None
    mean: Annotated[float | None, Field(description="The mean of the ratings; null after a veto")] = None
    feedback: Annotated[tuple[str, ...], Field(description="What the next round was told to do better")] = ()


@dataclass(frozen=True)
class Verdict:
    """Whether the ratings suffice, and if not, which of them do not and why."""

    passed: bool
    shortfalls: tuple[str, ...]


def find_vetoes(gate_findings: Sequence[str], report: TestReport) -> list[str]:
    """Every reason that alone prevents publication, the most important first, with at most three of each kind."""
    found = [f"static gate: {finding}" for finding in gate_findings]
    counted: dict[str, int] = {}
    for finding in report.findings:
        counted[finding.kind.value] = counted.get(finding.kind.value, 0) + 1
        if counted[finding.kind.value] <= 3:
            found.append(_make_sentence(finding))
    found += [f"{count - 3} more findings of kind {kind}" for kind, count in counted.items() if count > 3]
    examples = {case.name for case in report.cases if case.kind is CaseKind.EXAMPLE and case.ending == "succeeded"}
    if len(examples) < EXAMPLES and not found:
        found.append(f"only {len(examples)} of {EXAMPLES} examples were run to a result")
    return found + find_ignored_input(report.runs)


def find_ignored_input(runs: Sequence[ExampleRun]) -> list[str]:
    """A finding if the agent gives every input the same answer: it ignores its input, even if each answer is valid."""
    inputs, outputs = {_write_canonical(run.input) for run in runs}, {_write_canonical(run.output) for run in runs}
    if len(inputs) < 2 or len(outputs) > 1 or any(run.output is None for run in runs):
        return []
    return [
        f"{INPUT_IGNORED}: all {len(runs)} examples gave the same output although their inputs differ; "
        f"make the output follow from the input. It was {outputs.pop()[:SAME_OUTPUT_LENGTH]}"
    ]


def reach_verdict(scores: Scores) -> Verdict:
    values = {axis: getattr(scores, axis) for axis in AXES}
    shortfalls = [
        _describe_shortfall(axis, rated, EACH_AT_LEAST) for axis, rated in values.items() if rated.value < EACH_AT_LEAST
    ]
    if EACH_AT_LEAST <= scores.safety.value < SAFETY_AT_LEAST:
        shortfalls.append(_describe_shortfall("safety", scores.safety, SAFETY_AT_LEAST))
    average = compute_mean(scores)
    if average < MEAN_AT_LEAST:
        weakest = min(values, key=lambda axis: values[axis].value)
        shortfalls.append(
            f"the mean of the ratings is {average:.2f}, below {MEAN_AT_LEAST:g}; "
            f"weakest is {weakest} with {values[weakest].value:g}: {values[weakest].reason}"
        )
    return Verdict(not shortfalls, tuple(shortfalls))


def compute_mean(scores: Scores) -> float:
    return round(sum(getattr(scores, axis).value for axis in AXES) / len(AXES), 4)


def read_scores(judgement: Judgement, model: str) -> Scores:
    """The judge's answer as it is stored and shown, labelled with its model. Its reasons must be fit to be shown."""
    axes = {
        axis: RatedAxis(
            value=getattr(judgement, axis).value,
            reason=clean_reason(getattr(judgement, axis).reason) or "",
            model=model,
        )
        for axis in AXES
    }
    return Scores(**axes)


def find_unfit_reasons(judgement: Judgement) -> list[str]:
    """The axes whose reason may not be shown. A judgement has to give a reason for every axis."""
    return [axis for axis in AXES if clean_reason(getattr(judgement, axis).reason) is None]


def clean_reason(reason: str) -> str | None:
    """The reason as customers may read it, or None. A text that would need censoring is refused, not repaired.

    An honest reason never holds markup, links, invisible characters, orders to a model or codes by mistake.
    """
    line = " ".join(reason.split())
    made = make_plain(line, REASON_LENGTH)
    if not made.text or made.changed or check_text("reason", line) or has_code(line):
        return None
    return made.text


def gather_judge_facts(spec: AgentSpec, report: TestReport, opportunity: Mapping[str, Json]) -> dict[str, object]:
    """The facts for the judge, all of them as data: what the agent promises, for whom, and what the test found."""
    return {
        "opportunity": dict(opportunity),
        "agent": spec.model_dump(mode="json", include=_PROMISES),
        "tests": {
            "cases": report.counts(),
            "measured": report.measured.model_dump(),
            "examples": [
                {"name": run.name, "input": _show(run.input), "output": _show(run.output)} for run in report.runs
            ],
        },
    }


_PROMISES = {"name", "tagline", "description", "template", "capabilities", "input_schema", "output_schema"}


def _show(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False)[:SHOWN_LENGTH]


def _write_canonical(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _make_sentence(finding: Finding) -> str:
    return f"{finding.kind.value}: {finding.case}: {finding.message}"


def _describe_shortfall(axis: str, rated_axis: RatedAxis, least: float) -> str:
    return f"{axis} was rated {rated_axis.value:g}, below {least:g}: {rated_axis.reason}"
