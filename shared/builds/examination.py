"""Runs the plan against an agent's task and turns what happens into findings. Whatever the agent does ends as a
finding.
"""

import json
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, field

from shared.builds.edge_values import Edge, edge_inputs
from shared.builds.probes import Probe, leaks, probes
from shared.builds.report import Case, CaseKind, ExampleRun, Finding, FindingKind, TestReport, measured
from shared.builds.test_plan import Malformed, malformed_inputs
from shared.runs.allowance import HOST_NOT_ALLOWED, INVALID_ARGUMENTS, NOT_DECLARED, OVER_BUDGET
from shared.runs.loop import AgentLoop, CallableAgent, Ending, LoopLimits, Replay, RunOutcome
from shared.runs.simulation import OUTSIDE, Simulation, World
from shared.specs.acceptance import failed_checks, schema_violations
from shared.specs.effects import EffectKind, Reply, Succeeded, Suspended
from shared.specs.spec import AgentSpec, Example
from shared.untrusted_text.codes import foreign_codes
from shared.values import Json

SLOW_CALL_SECONDS = 5.0
SLOW_RUN_SECONDS = 15.0
HICCUPS = 1
"""So many slow cases are put down to the platform; an agent that is slow for an input is slow in its replays too."""
GIVE_UP_AFTER = 3
"""So many slow cases end the examination: it would only wait for more of them."""
LIMITS = LoopLimits(calls=24, effects=64, seconds=60.0)
INVALID_INPUT = "invalid_input"

REFUSALS = {
    NOT_DECLARED: FindingKind.UNDECLARED_EFFECT,
    HOST_NOT_ALLOWED: FindingKind.UNDECLARED_EFFECT,
    OVER_BUDGET: FindingKind.OVER_BUDGET,
    INVALID_ARGUMENTS: FindingKind.PROTOCOL_VIOLATED,
}
FAILURES = {
    "undeclared_effect": FindingKind.UNDECLARED_EFFECT,
    "bad_reply": FindingKind.PROTOCOL_VIOLATED,
    "output_too_large": FindingKind.PROTOCOL_VIOLATED,
    "deadline": FindingKind.TOO_SLOW,
    "replay_mismatch": FindingKind.NOT_REPEATABLE,
    "too_many_effects": FindingKind.OVER_BUDGET,
    "agent_error": FindingKind.CRASHED,
    "agent_crashed": FindingKind.CRASHED,
    "bad_image": FindingKind.CRASHED,
}
"""Error codes of the SDK and of the run loop that say more than that the run failed."""

Said = tuple[FindingKind, str]


@dataclass
class Examination:
    """One agent, one plan. `agent` answers the calls; `left` tells the seconds that the whole examination still has.

    `salt` makes the canaries and must be nothing that the agent could know; `trace` begins the id of every run.
    """

    spec: AgentSpec
    agent: CallableAgent
    salt: str
    left: Callable[[], float]
    clock: Callable[[], float]
    trace: str = "test"
    cases: list[Case] = field(default_factory=list[Case])
    runs: list[ExampleRun] = field(default_factory=list[ExampleRun])

    def complete(self) -> None:
        """Runs everything, as far as the time reaches."""
        steps: list[tuple[str, Callable[[], None]]] = [
            *((example.name, lambda example=example: self._example(example)) for example in self.spec.examples),
            ("second visit", self._second_visit),
            ("outage", self._outage),
            *((edge.name, lambda edge=edge: self._edge(edge)) for edge in edge_inputs(self.spec)),
            *((case.name, lambda case=case: self._malformed(case)) for case in malformed_inputs(self.spec)),
            *((probe.name, lambda probe=probe: self._probe(probe)) for probe in probes(self.spec, self.salt)),
        ]
        for name, step in steps:
            if self.left() <= 0 or len(self._slow()) >= GIVE_UP_AFTER:
                self._note(
                    CaseKind.EXAMPLE, name, "not run", [(FindingKind.NOT_TESTED, "no time was left for this case")]
                )
                return
            step()

    def report(self, *, slug: str, version: int, round: int, image_digest: str) -> TestReport:
        cases, runs = self._timed(), tuple(self.runs)
        return TestReport(
            slug=slug,
            version=version,
            round=round,
            image_digest=image_digest,
            cases=cases,
            runs=runs,
            measured=measured(cases, runs),
        )

    def _example(self, example: Example) -> None:
        simulation = Simulation(self.spec.capabilities, example.input)
        outcome = self._run(example.name, example.input, simulation)
        said = [*self._succeeded(outcome, example.input), *_refused(simulation)]
        self._record(CaseKind.EXAMPLE, example.name, outcome, said)
        self.runs.append(
            ExampleRun(name=example.name, input=example.input, output=outcome.output, recorded=outcome.recorded)
        )
        if outcome.ending is Ending.SUCCEEDED:
            self._replays(example, outcome)

    def _replays(self, example: Example, outcome: RunOutcome) -> None:
        """Once effect by effect, once with all results at hand and under another id: the output stays the same."""
        replay = Replay(outcome.recorded)
        again = self._run(example.name, example.input, replay)
        said: list[Said] = [(FindingKind.NOT_REPEATABLE, message) for message in replay.diverged]
        if again.output != outcome.output:
            said.append((FindingKind.NOT_REPEATABLE, "the same results gave another output"))
        self._record(CaseKind.REPLAY, f"{example.name}, step by step", again, said)
        results = [one.result for one in outcome.recorded]
        before = self.clock()
        reply = self.agent.call(
            self._run_id("replay"),
            example.input,
            results,
            asked=[one.effect for one in outcome.recorded],
            seconds=LIMITS.call_seconds,
        )
        seconds = (self.clock() - before,)
        differs = (FindingKind.NOT_REPEATABLE, "all results at once, in another run, gave another output")
        same = isinstance(reply, Succeeded) and reply.output == outcome.output
        self._note(
            CaseKind.REPLAY, f"{example.name}, at once", reply.status, [] if same else [differs], seconds=seconds
        )

    def _second_visit(self) -> None:
        """What an agent with a memory does when it comes again and the world has moved on."""
        if EffectKind.REMEMBER not in self.spec.capabilities.effects:
            return
        example = self.spec.examples[0]
        world = self._remembered(example)
        world.visit = 2
        simulation = Simulation(self.spec.capabilities, example.input, world)
        outcome = self._run("second visit", example.input, simulation)
        said = [*self._succeeded(outcome, example.input), *_refused(simulation)]
        self._record(CaseKind.SECOND_VISIT, example.name, outcome, said)

    def _outage(self) -> None:
        """A page that is down or a model that is busy is no reason to fail: the agent says so in a valid output."""
        if not OUTSIDE & set(self.spec.capabilities.effects):
            return
        example = self.spec.examples[0]
        simulation = Simulation(self.spec.capabilities, example.input, World(outage=True))
        outcome = self._run("outage", example.input, simulation)
        said: list[Said] = []
        if outcome.ending is not Ending.SUCCEEDED or self._misfits(outcome.output):
            what = "no page and no model could be reached, and the run did not end with a valid output"
            said = [(FindingKind.FRAGILE, f"{what}: {message}") for _, message in _ended_badly(outcome)]
        self._record(CaseKind.OUTAGE, example.name, outcome, said)

    def _edge(self, edge: Edge) -> None:
        """A valid input, however odd, gets an output that fits. Its budget may run out, as it may for any caller."""
        simulation = Simulation(self.spec.capabilities, edge.input)
        outcome = self._run(edge.name, edge.input, simulation)
        said = [one for one in _refused(simulation) if one[0] is not FindingKind.OVER_BUDGET]
        if outcome.ending is not Ending.SUCCEEDED:
            said += _ended_badly(outcome)
        else:
            said += [(FindingKind.FRAGILE, f"the output does not fit: {one}") for one in self._misfits(outcome.output)]
        self._record(CaseKind.EDGE, edge.name, outcome, said)

    def _malformed(self, case: Malformed) -> None:
        before = self.clock()
        reply = self.agent.call(self._run_id(case.name), case.input, (), seconds=LIMITS.call_seconds)
        seconds = (self.clock() - before,)
        self._note(CaseKind.MALFORMED, case.name, reply.status, _not_refused(case, reply), seconds=seconds)

    def _probe(self, probe: Probe) -> None:
        probe.world.memory.update(self._remembered(self.spec.examples[0]).memory)
        simulation = Simulation(self.spec.capabilities, probe.input, probe.world)
        outcome = self._run(probe.name, probe.input, simulation)
        said = [*leaks(probe, simulation.asked, outcome.output), *_refused(simulation)]
        if outcome.ending is Ending.SUCCEEDED:
            said += [(FindingKind.EXAMPLE_FAILED, wrong) for wrong in self._misfits(outcome.output)]
        elif outcome.ending is not Ending.FAILED or (outcome.error and outcome.error.code in FAILURES):
            said += _ended_badly(outcome)
        self._record(CaseKind.PROBE, probe.name, outcome, said)

    def _remembered(self, example: Example) -> World:
        """What the agent's memory holds after it ran this example, by the recorded run."""
        world = World()
        for run in self.runs:
            for one in run.recorded if run.name == example.name else ():
                if one.effect.kind is EffectKind.REMEMBER and one.result.ok:
                    world.memory[str(one.effect.args["key"])] = deepcopy(one.effect.args["value"])
        return world

    def _run(self, name: str, run_input: dict[str, Json], performer: Simulation | Replay) -> RunOutcome:
        return AgentLoop(self._run_id(name), run_input, LIMITS, self.clock).proceed(self.agent, performer)

    def _succeeded(self, outcome: RunOutcome, run_input: Json) -> Iterator[Said]:
        if outcome.ending is not Ending.SUCCEEDED:
            yield from _ended_badly(outcome)
            return
        for code in sorted(unexplained_codes(self.spec, run_input, outcome)):
            yield FindingKind.LEAK, f"the output holds {code}, which came from neither input, effects nor spec"
        misfits = self._misfits(outcome.output)
        yield from ((FindingKind.EXAMPLE_FAILED, f"the output does not fit its schema: {wrong}") for wrong in misfits)
        if not misfits:
            failed = failed_checks(self.spec.acceptance, run_input, outcome.output)
            yield from ((FindingKind.CHECK_FAILED, _short(check, 400)) for check in failed)

    def _misfits(self, output: Json) -> list[str]:
        return [_short(wrong, 300) for wrong in schema_violations(self.spec.output_schema, output)]

    def _record(self, kind: CaseKind, name: str, outcome: RunOutcome, said: Sequence[Said]) -> None:
        self._note(kind, name, outcome.ending.value, said, seconds=outcome.seconds)

    def _note(
        self, kind: CaseKind, name: str, ending: str, said: Sequence[Said], *, seconds: tuple[float, ...] = ()
    ) -> None:
        slowest, total = max(seconds, default=0.0), sum(seconds)
        case = f"{kind.value}: {name}"
        self.cases.append(
            Case(
                kind=kind,
                name=name,
                ending=ending,
                findings=tuple(Finding(kind=what, case=case, message=message) for what, message in dict.fromkeys(said)),
                calls=len(seconds),
                seconds=round(total, 4),
                slowest_call=round(slowest, 4),
            )
        )

    def _run_id(self, case: str) -> str:
        """By which the task's log lines belong to this build and case."""
        return f"{self.trace}:{case.replace(' ', '-')}"[:150]

    def _slow(self) -> list[Case]:
        return [case for case in self.cases if case.slowest_call > SLOW_CALL_SECONDS or case.seconds > SLOW_RUN_SECONDS]

    def _timed(self) -> tuple[Case, ...]:
        """The cases, with a finding on each slow one if there are more than hiccups."""
        slow = self._slow()
        return tuple(_too_slow(case) if case in slow and len(slow) > HICCUPS else case for case in self.cases)


def _too_slow(case: Case) -> Case:
    message = f"it computed for {case.seconds:.1f} s, {case.slowest_call:.1f} s of it in one call"
    finding = Finding(kind=FindingKind.TOO_SLOW, case=f"{case.kind.value}: {case.name}", message=message)
    return case.model_copy(update={"findings": (*case.findings, finding)})


def _not_refused(case: Malformed, reply: Reply) -> list[Said]:
    """What is wrong with the answer to a malformed input; nothing if it refuses it and names the field."""
    if isinstance(reply, Suspended):
        return [(FindingKind.MALFORMED_ACCEPTED, f"{case.name}: it asked for effects instead of refusing the input")]
    if isinstance(reply, Succeeded):
        return [(FindingKind.MALFORMED_ACCEPTED, f"{case.name}: it succeeded instead of refusing the input")]
    code, field = reply.error.code, reply.error.field or ""
    if code != INVALID_INPUT:
        message = f"{case.name}: ended as {_short(code)} ({_short(reply.error.message)}), not as {INVALID_INPUT}"
        return [(FAILURES.get(code, FindingKind.CRASHED), message)]
    if not names_field(field, case.field):
        message = f"{case.name}: the refusal names {_short(field) or 'no field'}, not {case.field}"
        return [(FindingKind.MALFORMED_ACCEPTED, message)]
    return []


def names_field(named: str, wanted: str) -> bool:
    """Whether a refusal points at the field that is wrong, at a part of it, or (for a wrong part) at what holds it."""
    if not wanted:
        return True
    return named == wanted or named.startswith(wanted + ".") or (wanted.startswith(named + ".") and named != "")


def unexplained_codes(spec: AgentSpec, run_input: Json, outcome: RunOutcome) -> set[str]:
    """Words like ABC-LEAK-0001 in the output that the agent was given nowhere: somebody put them into its code."""
    known = "\n".join(
        [spec.model_dump_json(), _as_text(run_input), *(record.model_dump_json() for record in outcome.recorded)]
    )
    return set(foreign_codes(_as_text(outcome.output), known))


def _ended_badly(outcome: RunOutcome) -> list[Said]:
    error = outcome.error
    code, message = (error.code, error.message) if error else ("unknown", "")
    if outcome.ending is Ending.LIMIT and code in {"deadline", "too_many_calls"}:
        return [(FindingKind.TOO_SLOW, message)]
    if outcome.ending is Ending.VIOLATION:
        return [(FindingKind.PROTOCOL_VIOLATED, message)]
    return [(FAILURES.get(code, FindingKind.EXAMPLE_FAILED), f"the run failed: {_short(code)}: {_short(message)}")]


def _refused(simulation: Simulation) -> list[Said]:
    refused = [(one.effect, one.refusal) for one in simulation.asked if one.refusal is not None]
    return [(REFUSALS[error.code], f"{effect.kind.value}: {_short(error.message)}") for effect, error in refused]


def _as_text(value: Json) -> str:
    return json.dumps(value, ensure_ascii=False)


def _short(text: str, longest: int = 200) -> str:
    return text if len(text) <= longest else text[: longest - 1] + "…"
