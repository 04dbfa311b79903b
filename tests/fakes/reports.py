"""Test reports of an agent that passed, but for what a test puts in."""

from shared.billing.measured import Measured
from shared.builds.report import Case, CaseKind, Finding, TestReport

MEASURED = Measured(
    run_seconds=0.1,
    slowest_call_seconds=0.1,
    llm_calls=0,
    llm_input_tokens=0,
    llm_output_tokens=0,
    fetches=0,
    notifications=0,
)


def a_report(*findings: Finding, examples: int = 5) -> TestReport:
    def case(number: int) -> Case:
        held = findings if number == 0 else ()
        return Case(
            kind=CaseKind.EXAMPLE,
            name=f"e{number}",
            ending="succeeded",
            findings=tuple(held),
            calls=1,
            seconds=0.1,
            slowest_call=0.1,
        )

    cases = tuple(case(number) for number in range(examples))
    return TestReport(slug="s", version=1, round=1, image_digest="d", cases=cases, runs=(), measured=MEASURED)
