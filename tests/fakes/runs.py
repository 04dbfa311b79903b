"""Runs, the limits of demos and the run queue in memory; what the real tables promise is held to both by one suite."""

from collections.abc import Callable, Sequence
from contextlib import nullcontext
from typing import Any

from shared.adapters.task_refusals_table import RECENT_SECONDS
from shared.rate_limits import RateStanding, choose_subject
from shared.runs.demo_limits import Start, check, keep_within_window
from shared.runs.loop import Recorded
from shared.runs.run import ENDED, LEASE_SECONDS, Origin, RunLeaseLost, RunState, StoredRun
from shared.runs.tasks import TaskNotReady
from shared.specs.effects import Effect, RunError
from shared.values import Json
from tests.fakes.agent_specs import a_spec, an_example
from tests.fakes.crashes import Writing

DIGEST = "sha256:" + "0" * 64


def a_run(**changes: Any) -> StoredRun:
    """A queued demo of the sample agent."""
    values = {
        "run_id": "t" * 32,
        "origin": Origin.DEMO,
        "slug": "price-watch",
        "version": 1,
        "image_digest": DIGEST,
        "capabilities": a_spec().capabilities,
        "input": an_example(1).input,
        "address": "203.0.113.9",
        "request_id": "request",
        "created_at": 1_800_000_000.25,
        "expires_at": 1_800_086_400,
        "queued_at": 1_800_000_000.25,
        **changes,
    }
    return StoredRun.model_validate(values)


class FakeRuns:
    """Implements `shared.runs.run.RunsRepository`. `writing` is held around each write of a worker: see `Crashes`."""

    def __init__(self, writing: Writing = nullcontext) -> None:
        self.rows: dict[str, StoredRun] = {}
        self.intended: dict[str, list[Effect]] = {}
        self.writing = writing

    def create(self, run: StoredRun) -> None:
        assert run.run_id not in self.rows
        with self.writing("create"):
            self.rows[run.run_id] = run

    def get(self, run_id: str) -> StoredRun | None:
        return self.rows.get(run_id)

    def state(self, run_id: str) -> RunState | None:
        run = self.rows.get(run_id)
        return run.state if run else None

    def claim(self, run_id: str, attempt: str, now: float) -> StoredRun | None:
        with self.writing("claim"):
            run = self.rows.get(run_id)
            if run is None or run.state in ENDED:
                return None
            if run.state is not RunState.QUEUED and run.lease_until > now and run.attempt != attempt:
                return None
            return self._put(run, state=RunState.STARTING, attempt=attempt, lease_until=now + LEASE_SECONDS)

    def mark_started(self, run: StoredRun, now: float) -> None:
        self._write("started", run, now, state=RunState.RUNNING)

    def intend(self, run: StoredRun, effect: Effect, now: float) -> None:
        self.intended.setdefault(run.run_id, []).append(effect)
        kept = self._intents_but(run, effect)
        self._write("intend", run, now, intents=(*kept, effect))

    def record(self, run: StoredRun, recorded: Recorded, now: float, models: Sequence[str] = ()) -> None:
        self._write(
            "record",
            run,
            now,
            recorded=(*self.rows[run.run_id].recorded, recorded),
            intents=self._intents_but(run, recorded.effect),
            models=tuple(sorted(set(models))),
        )

    def finish(
        self, run: StoredRun, now: float, *, output: dict[str, Json] | None = None, error: RunError | None = None
    ) -> None:
        state = RunState.FAILED if output is None else RunState.SUCCEEDED
        self._write("finish", run, now, state=state, output=output, error=error, ended_at=now)

    def requeue(self, run: StoredRun, now: float) -> bool:
        current = self.rows.get(run.run_id)
        if current is None or current.state in ENDED or _as_seen(current) != _as_seen(run):
            return False
        self._put(current, state=RunState.QUEUED, queued_at=now, attempt=None)
        return True

    def _intents_but(self, run: StoredRun, effect: Effect) -> tuple[Effect, ...]:
        return tuple(intent for intent in self.rows[run.run_id].intents if intent.id != effect.id)

    def _write(self, name: str, run: StoredRun, now: float, **changes: object) -> None:
        with self.writing(name):
            current = self.rows.get(run.run_id)
            open_states = (RunState.STARTING, RunState.RUNNING)
            if current is None or current.attempt != run.attempt or current.state not in open_states:
                raise RunLeaseLost(run.run_id)
            self._put(current, lease_until=now + LEASE_SECONDS, **changes)

    def _put(self, run: StoredRun, **changes: object) -> StoredRun:
        self.rows[run.run_id] = run.model_copy(update=changes)
        return self.rows[run.run_id]


def _as_seen(run: StoredRun) -> tuple[object, ...]:
    return run.state, run.queued_at, run.lease_until


class FakeDemoLimits:
    """Implements `shared.runs.demo_limits.DemoLimits`. `writing` is held around each write: see `Crashes`."""

    def __init__(self) -> None:
        self.starts: dict[str, list[Start]] = {}
        self.writing: Writing = nullcontext

    def take(self, address: str, start: Start) -> Sequence[RateStanding]:
        recent = keep_within_window(self.starts.get(choose_subject(address), []), start.at)
        left = check(recent, start)
        with self.writing("take"):
            self.starts[choose_subject(address)] = [*recent, start]
        return left

    def give_back(self, address: str, token: str) -> None:
        kept = [start for start in self.starts.get(choose_subject(address), []) if start.token != token]
        with self.writing("give back"):
            self.starts[choose_subject(address)] = kept


class FakeRunQueue:
    """Delivers at once if `deliver` is given, else keeps the ids. `sending` is held around each message."""

    def __init__(self, deliver: Callable[[str], object] | None = None) -> None:
        self.sent: list[str] = []
        self.sending: Writing = nullcontext
        self._deliver = deliver

    def send(self, run_id: str, request_id: str) -> None:
        with self.sending("send"):
            self.sent.append(run_id)
        if self._deliver is not None:
            self._deliver(run_id)

    def waiting(self) -> int:
        return len(self.sent)


class FakeCluster:
    """A cluster that can be looked at."""

    def __init__(self) -> None:
        self.down = False

    def check(self) -> None:
        if self.down:
            raise TaskNotReady("the cluster is MISSING")


class FakeTaskRefusals:
    """As `TaskRefusalsTable`."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self.at: float | None = None
        self._clock = clock

    def note(self) -> None:
        self.at = self._clock()

    def recent(self) -> bool:
        return self.at is not None and self._clock() < self.at + RECENT_SECONDS
