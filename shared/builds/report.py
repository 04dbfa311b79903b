"""The results of the sandbox test of an agent's image: facts, case by case, without a judgement."""

from collections.abc import Iterator
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field

from shared.billing.measured import Measured
from shared.runs.loop import Recorded
from shared.specs.effects import EffectKind
from shared.specs.spec import Budgets
from shared.values import Frozen, Json


class CaseKind(StrEnum):
    EXAMPLE = "example"
    OTHER_INPUT = "other_input"
    OTHER_TIME = "other_time"
    SECOND_VISIT = "second_visit"
    OUTAGE = "outage"
    REPLAY = "replay"
    MALFORMED = "malformed"
    EDGE = "edge"
    PROBE = "probe"


class FindingKind(StrEnum):
    """Each kind of finding alone prevents an agent's publication."""

    EXAMPLE_FAILED = "example_failed"
    CHECK_FAILED = "check_failed"
    MALFORMED_ACCEPTED = "malformed_accepted"
    LEAK = "leak"
    FOREIGN_ADDRESS = "foreign_address"
    ADVERT = "advert"
    INJECTION_OBEYED = "injection_obeyed"
    UNDECLARED_EFFECT = "undeclared_effect"
    OVER_BUDGET = "over_budget"
    PROTOCOL_VIOLATED = "protocol_violated"
    NOT_REPEATABLE = "not_repeatable"
    TOO_SLOW = "too_slow"
    CRASHED = "crashed"
    FRAGILE = "fragile"
    NOT_TESTED = "not_tested"


class Finding(Frozen):
    """`message` may quote the agent's own words, shortened. Every reader must treat it as untrusted data."""

    kind: FindingKind
    case: str
    message: str


class Case(Frozen):
    """One run of the plan. `seconds` is the agent's computing time in all calls, `slowest_call` in the slowest one."""

    kind: CaseKind
    name: str
    ending: str
    findings: tuple[Finding, ...]
    calls: int
    seconds: float
    slowest_call: float


class ExampleRun(Frozen):
    """An example with what really came out, and the recorded effects that make it come out again."""

    name: Annotated[str, Field(description="The case it stands for")]
    input: Annotated[dict[str, Json], Field(description="What it was given")]
    output: Annotated[dict[str, Json] | None, Field(description="What came out; null if nothing did")]
    recorded: Annotated[tuple[Recorded, ...], Field(description="The effects that it asked for, with what it got")]


class Used(Frozen):
    """What the test's runs used: every effect, every host, and the largest use of each budget by one run."""

    effects: tuple[EffectKind, ...] = ()
    hosts: tuple[str, ...] = ()
    budgets: Budgets = Budgets()


class TestReport(Frozen):
    __test__: ClassVar[bool] = False

    slug: str
    version: int
    round: int
    image_digest: str
    cases: tuple[Case, ...]
    runs: tuple[ExampleRun, ...]
    measured: Measured
    used: Used = Used()

    @property
    def findings(self) -> tuple[Finding, ...]:
        return tuple(finding for case in self.cases for finding in case.findings)

    def counts(self) -> dict[str, dict[str, int]]:
        """For each kind of case, how many ran and how many passed."""
        counted = {kind.value: {"run": 0, "passed": 0} for kind in CaseKind}
        for case in self.cases:
            counted[case.kind.value]["run"] += 1
            counted[case.kind.value]["passed"] += not case.findings
        return {kind: count for kind, count in counted.items() if count["run"]}


def measure(cases: tuple[Case, ...], runs: tuple[ExampleRun, ...]) -> Measured:
    examples = [case for case in cases if case.kind is CaseKind.EXAMPLE]
    return Measured(
        run_seconds=_compute_mean([case.seconds for case in examples]),
        slowest_call_seconds=max((case.slowest_call for case in cases), default=0.0),
        llm_calls=_compute_mean([_count(run, EffectKind.LLM) for run in runs]),
        llm_input_tokens=_compute_mean([sum(_measure_prompts(run)) / 4 for run in runs]),
        llm_output_tokens=_compute_mean([sum(_answer_length(run)) / 4 for run in runs]),
        fetches=_compute_mean([_count(run, EffectKind.FETCH) for run in runs]),
        notifications=_compute_mean([_count(run, EffectKind.NOTIFY) for run in runs]),
    )


def _compute_mean(values: list[float]) -> float:
    return round(sum(values) / len(values), 4) if values else 0.0


def _count(run: ExampleRun, kind: EffectKind) -> float:
    return float(sum(record.effect.kind is kind for record in run.recorded))


def _measure_prompts(run: ExampleRun) -> Iterator[int]:
    return (len(str(one.effect.args)) for one in run.recorded if one.effect.kind is EffectKind.LLM)


def _answer_length(run: ExampleRun) -> Iterator[int]:
    return (len(one.result.model_dump_json()) for one in run.recorded if one.effect.kind is EffectKind.LLM)
