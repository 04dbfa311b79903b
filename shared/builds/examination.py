"""Runs the plan against an agent's task and turns the results into findings. Any misbehaviour ends as a finding."""

from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from shared.builds.edge_values import Edge, make_edge_inputs
from shared.builds.findings import FAILURES, Said, find_acceptance, find_additions, find_bad_end, find_refusals, shorten
from shared.builds.narrowing import measure_use
from shared.builds.other_inputs import OTHER_INPUTS, list_subjects, make_other_inputs
from shared.builds.other_times import at
from shared.builds.probes import Probe, leaks, make_probes
from shared.builds.report import Case, CaseKind, ExampleRun, Finding, FindingKind, TestReport, Used, measure
from shared.builds.test_plan import Malformed, make_malformed_inputs
from shared.runs.loop import REPLAY_MISMATCH, AgentLoop, CallableAgent, Ending, LoopLimits, Recorded, Replay, RunOutcome
from shared.runs.scenery import Scenery
from shared.runs.simulation import OUTSIDE, Simulation, World
from shared.specs.acceptance import find_failed_checks, find_schema_violations
from shared.specs.effects import EffectKind, Succeeded
from shared.specs.spec import AgentSpec, Example
from shared.values import Json

LONG_PAGE = 48_000
"""Characters: as much as the templates read of a page, and less than a question to the model may hold."""
SLOW_CALL_SECONDS = 5.0
SLOW_RUN_SECONDS = 15.0
HICCUPS = 1
"""This many slow cases are blamed on the platform. An agent that is slow for one input is also slow in its replays."""
GIVE_UP_AFTER = 3
"""This many slow cases end the examination, which would otherwise only wait for more of them."""
LIMITS = LoopLimits(calls=24, effects=64, seconds=60.0)


@dataclass
class Examination:
    """One agent, one plan. `agent` answers the calls; `left` gives the seconds that remain for the whole examination.

    `scenery` is the test world. The agent must not be able to know it.
    """

    spec: AgentSpec
    agent: CallableAgent
    scenery: Scenery
    left: Callable[[], float]
    clock: Callable[[], float]
    cases: list[Case] = field(default_factory=list[Case])
    runs: list[ExampleRun] = field(default_factory=list[ExampleRun])
    used: Used = field(default_factory=Used)

    def complete(self) -> None:
        """Run the whole plan, or as much of it as the time allows."""
        steps: list[tuple[str, Callable[[], None]]] = [
            *((example.name, lambda example=example: self._try_example(example)) for example in self.spec.examples),
            ("second visit", self._try_second_visit),
            *(
                (f"input {number}", lambda number=number, given=given: self._try_other_input(number, given))
                for number, given in enumerate(make_other_inputs(self.spec, self.scenery), 1)
            ),
            *(
                (f"time {number}", lambda number=number, moment=moment: self._try_other_time(number, moment))
                for number, moment in enumerate(self._list_times(), 1)
            ),
            ("outage", self._try_outage),
            ("error pages", self._try_error_pages),
            *((edge.name, lambda edge=edge: self._try_edge(edge)) for edge in make_edge_inputs(self.spec)),
            *((case.name, lambda case=case: self._try_malformed(case)) for case in make_malformed_inputs(self.spec)),
            *(
                (probe.name, lambda probe=probe: self._try_probe(probe))
                for probe in make_probes(self.spec, self.scenery)
            ),
        ]
        for name, step in steps:
            if self.left() <= 0 or len(self._list_slow()) >= GIVE_UP_AFTER:
                self._note(
                    CaseKind.EXAMPLE, name, "not run", [(FindingKind.NOT_TESTED, "no time was left for this case")]
                )
                return
            step()

    def report(self, *, slug: str, version: int, round: int, image_digest: str) -> TestReport:
        cases, runs = self._judge_times(), tuple(self.runs)
        return TestReport(
            slug=slug,
            version=version,
            round=round,
            image_digest=image_digest,
            cases=cases,
            runs=runs,
            measured=measure(cases, runs),
            used=self.used,
        )

    def _try_example(self, example: Example) -> None:
        simulation = self._simulate(example.input, self._make_world(example.name))
        outcome = self._run(example.name, example.input, simulation)
        said = [*self._check_success(outcome, example.input), *find_refusals(simulation)]
        self._record(CaseKind.EXAMPLE, example.name, outcome, said)
        self.runs.append(
            ExampleRun(name=example.name, input=example.input, output=outcome.output, recorded=outcome.recorded)
        )
        if outcome.ending is Ending.SUCCEEDED:
            self._replays(example, outcome)

    def _replays(self, example: Example, outcome: RunOutcome) -> None:
        """Replay once effect by effect, and once with all results at hand under another id. The output must stay the
        same.
        """
        replay = Replay(outcome.recorded)
        again = self._run(example.name, example.input, replay)
        said: list[Said] = [(FindingKind.NOT_REPEATABLE, message) for message in replay.diverged]
        if again.output != outcome.output:
            said.append((FindingKind.NOT_REPEATABLE, "the same results gave another output"))
        self._record(CaseKind.REPLAY, f"{example.name}, step by step", again, said)
        results = [one.result for one in outcome.recorded]
        before = self.clock()
        reply = self.agent.call(
            self.scenery.run_id("replay"),
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

    def _try_second_visit(self) -> None:
        """Run an agent with a memory a second time, after the world has changed."""
        if EffectKind.REMEMBER not in self.spec.capabilities.effects:
            return
        example = self.spec.examples[0]
        world = self._make_world(example.name)
        world.memory, world.visit = self._remember(example), 2
        world.subjects = list_subjects(example.input)
        world.moment += timedelta(hours=self.scenery.chance("second visit").randint(1, 700))
        simulation = self._simulate(example.input, world)
        outcome = self._run("second visit", example.input, simulation)
        said = [*self._check_success(outcome, example.input), *find_refusals(simulation)]
        self._record(CaseKind.SECOND_VISIT, example.name, outcome, said)

    def _try_other_input(self, number: int, given: dict[str, Json]) -> None:
        """Run an input that the agent's author has not seen. The last such input also meets long pages."""
        name = f"input {number}"
        world = self._make_world(name)
        world.page_characters = LONG_PAGE if number == OTHER_INPUTS else 0
        world.subjects = list_subjects(given)
        simulation = self._simulate(given, world)
        outcome = self._run(name, given, simulation)
        said = [*self._check_success(outcome, given, checks=False), *find_refusals(simulation)]
        self._record(CaseKind.OTHER_INPUT, name, outcome, said)

    def _list_times(self) -> list[datetime]:
        return self.scenery.times() if EffectKind.NOW in self.spec.capabilities.effects else []

    def _try_other_time(self, number: int, moment: datetime) -> None:
        """Run the first example at another time: with its recorded effects if they fit, else as a new run."""
        name, example = f"time {number}", self.spec.examples[0]
        simulation = self._simulate(example.input, World(scenery=self.scenery, moment=moment))
        outcome = self._run(name, example.input, simulation, at(moment, self.runs[0].recorded))
        if outcome.error is not None and outcome.error.code == REPLAY_MISMATCH:
            outcome = self._run(name, example.input, simulation)
        said = [*self._check_success(outcome, example.input, checks=False), *find_refusals(simulation)]
        self._record(CaseKind.OTHER_TIME, name, outcome, said)

    def _try_outage(self) -> None:
        """Run with pages or the model unavailable. The agent must not fail: it has to report the outage in a valid
        output.
        """
        if OUTSIDE & set(self.spec.capabilities.effects):
            world = self._make_world("outage")
            world.outage = True
            self._try_unhelped("outage", world, "no page and no model could be reached")

    def _try_error_pages(self) -> None:
        """Run with servers that answer with error pages. Again the agent must not fail."""
        if EffectKind.FETCH in self.spec.capabilities.effects:
            world = self._make_world("error pages")
            world.failing_pages = True
            self._try_unhelped("error pages", world, "every page was an error page")

    def _try_unhelped(self, name: str, world: World, trouble: str) -> None:
        example = self.spec.examples[0]
        outcome = self._run(name, example.input, self._simulate(example.input, world))
        said: list[Said] = []
        if outcome.ending is Ending.VIOLATION:
            said = find_bad_end(outcome)
        elif outcome.ending is not Ending.SUCCEEDED or self._list_misfits(outcome.output):
            what = f"{trouble}, and the run did not end with a valid output"
            said = [(FindingKind.FRAGILE, f"{what}: {message}") for _, message in find_bad_end(outcome)]
        self._record(CaseKind.OUTAGE, name, outcome, said)

    def _try_edge(self, edge: Edge) -> None:
        """Run an odd but valid input. The agent has to give a valid output, but may run out of its budget, as for any
        caller.
        """
        simulation = self._simulate(edge.input, self._make_world(edge.name))
        outcome = self._run(edge.name, edge.input, simulation)
        said = [one for one in find_refusals(simulation) if one[0] is not FindingKind.OVER_BUDGET]
        if outcome.ending is not Ending.SUCCEEDED:
            said += find_bad_end(outcome)
        else:
            said += [
                (FindingKind.FRAGILE, f"the output does not fit: {one}") for one in self._list_misfits(outcome.output)
            ]
        self._record(CaseKind.EDGE, edge.name, outcome, said)

    def _try_malformed(self, case: Malformed) -> None:
        before = self.clock()
        reply = self.agent.call(self.scenery.run_id(case.name), case.input, (), seconds=LIMITS.call_seconds)
        seconds = (self.clock() - before,)
        self._note(CaseKind.MALFORMED, case.name, reply.status, find_acceptance(case, reply), seconds=seconds)

    def _try_probe(self, probe: Probe) -> None:
        probe.world.memory.update(self._remember(self.spec.examples[0]))
        simulation = self._simulate(probe.input, probe.world)
        outcome = self._run(probe.name, probe.input, simulation)
        said = [*leaks(probe, simulation.asked, outcome.output), *find_refusals(simulation)]
        if outcome.ending is Ending.SUCCEEDED:
            said += [(FindingKind.EXAMPLE_FAILED, wrong) for wrong in self._list_misfits(outcome.output)]
        elif outcome.ending is not Ending.FAILED or (outcome.error and outcome.error.code in FAILURES):
            said += find_bad_end(outcome)
        self._record(CaseKind.PROBE, probe.name, outcome, said)

    def _make_world(self, case: str) -> World:
        return World(scenery=self.scenery, moment=self.scenery.moment(case))

    def _simulate(self, run_input: dict[str, Json], world: World) -> Simulation:
        return Simulation(self.spec.capabilities, run_input, world)

    def _remember(self, example: Example) -> dict[str, Json]:
        """The content of the agent's memory after this example, taken from the recorded run."""
        memory: dict[str, Json] = {}
        for run in self.runs:
            for one in run.recorded if run.name == example.name else ():
                if one.effect.kind is EffectKind.REMEMBER and one.result.ok:
                    memory[str(one.effect.args["key"])] = deepcopy(one.effect.args["value"])
        return memory

    def _run(
        self,
        name: str,
        run_input: dict[str, Json],
        performer: Simulation | Replay,
        recorded: Sequence[Recorded] = (),
    ) -> RunOutcome:
        """`recorded`: effects whose results are given to the agent with the first call."""
        loop = AgentLoop(self.scenery.run_id(name), run_input, LIMITS, self.clock, list(recorded))
        outcome = loop.proceed(self.agent, performer)
        self.used = measure_use(outcome.recorded, self.used)
        return outcome

    def _check_success(self, outcome: RunOutcome, run_input: Json, *, checks: bool = True) -> Iterator[Said]:
        if outcome.ending is not Ending.SUCCEEDED:
            yield from find_bad_end(outcome)
            return
        yield from find_additions(self.spec, run_input, outcome)
        misfits = self._list_misfits(outcome.output)
        yield from ((FindingKind.EXAMPLE_FAILED, f"the output does not fit its schema: {wrong}") for wrong in misfits)
        if checks and not misfits:
            failed = find_failed_checks(self.spec.acceptance, run_input, outcome.output)
            yield from ((FindingKind.CHECK_FAILED, shorten(check, 400)) for check in failed)

    def _list_misfits(self, output: Json) -> list[str]:
        return [shorten(wrong, 300) for wrong in find_schema_violations(self.spec.output_schema, output)]

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

    def _list_slow(self) -> list[Case]:
        return [case for case in self.cases if case.slowest_call > SLOW_CALL_SECONDS or case.seconds > SLOW_RUN_SECONDS]

    def _judge_times(self) -> tuple[Case, ...]:
        """The cases. Each slow case gets a finding if there are more slow cases than HICCUPS."""
        slow = self._list_slow()
        return tuple(_fail_as_slow(case) if case in slow and len(slow) > HICCUPS else case for case in self.cases)


def _fail_as_slow(case: Case) -> Case:
    message = f"it computed for {case.seconds:.1f} s, {case.slowest_call:.1f} s of it in one call"
    finding = Finding(kind=FindingKind.TOO_SLOW, case=f"{case.kind.value}: {case.name}", message=message)
    return case.model_copy(update={"findings": (*case.findings, finding)})
