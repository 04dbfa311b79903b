"""Demos, their limits and their queue in memory, with the conditions that the real tables hold."""

from collections.abc import Callable, Sequence

from shared.rate_limits import Standing
from shared.runs.demo import ENDED, LEASE_SECONDS, Demo, DemoState, LeaseLost
from shared.runs.demo_limits import Start, check, subject, within_window
from shared.runs.loop import Recorded
from shared.specs.effects import Effect, RunError
from shared.values import Json


class FakeDemos:
    """`writing` is called before each write with its name: tests make it raise to crash exactly there."""

    def __init__(self, writing: Callable[[str], None] = lambda _name: None) -> None:
        self.rows: dict[str, Demo] = {}
        self.intents: dict[str, list[Effect]] = {}
        self.writing = writing

    def create(self, demo: Demo) -> None:
        assert demo.token not in self.rows
        self.rows[demo.token] = demo

    def get(self, token: str) -> Demo | None:
        return self.rows.get(token)

    def state(self, token: str) -> DemoState | None:
        demo = self.rows.get(token)
        return demo.state if demo else None

    def claim(self, token: str, attempt: str, now: float) -> Demo | None:
        demo = self.rows.get(token)
        if demo is None or demo.state in ENDED:
            return None
        if demo.state is not DemoState.QUEUED and demo.lease_until > now:
            return None
        return self._put(demo, state=DemoState.STARTING, attempt=attempt, lease_until=now + LEASE_SECONDS)

    def started(self, demo: Demo, now: float) -> None:
        self._held(demo, "started", now, state=DemoState.RUNNING)

    def intend(self, demo: Demo, effect: Effect, now: float) -> None:
        self._held(demo, "intend", now)
        self.intents.setdefault(demo.token, []).append(effect)

    def record(self, demo: Demo, recorded: Recorded, now: float) -> None:
        self._held(demo, "record", now, recorded=(*self.rows[demo.token].recorded, recorded))

    def finish(
        self,
        demo: Demo,
        now: float,
        *,
        output: dict[str, Json] | None = None,
        error: RunError | None = None,
        models: Sequence[str] = (),
    ) -> None:
        state = DemoState.FAILED if output is None else DemoState.SUCCEEDED
        self._held(demo, "finish", now, state=state, output=output, error=error, models=tuple(models), ended_at=now)

    def requeue(self, demo: Demo, now: float) -> bool:
        if self.rows[demo.token] != demo:
            return False
        self._put(demo, state=DemoState.QUEUED, queued_at=now, attempt=None)
        return True

    def _held(self, demo: Demo, name: str, now: float, **changes: object) -> None:
        self.writing(name)
        current = self.rows[demo.token]
        if current.attempt != demo.attempt or current.state not in (DemoState.STARTING, DemoState.RUNNING):
            raise LeaseLost(demo.token)
        self._put(current, lease_until=now + LEASE_SECONDS, **changes)

    def _put(self, demo: Demo, **changes: object) -> Demo:
        self.rows[demo.token] = demo.model_copy(update=changes)
        return self.rows[demo.token]


class FakeDemoLimits:
    def __init__(self) -> None:
        self.starts: dict[str, list[Start]] = {}

    def take(self, address: str, start: Start) -> Sequence[Standing]:
        recent = within_window(self.starts.get(subject(address), []), start.at)
        left = check(recent, start)
        self.starts[subject(address)] = [*recent, start]
        return left

    def give_back(self, address: str, token: str) -> None:
        kept = [start for start in self.starts.get(subject(address), []) if start.token != token]
        self.starts[subject(address)] = kept


class FakeDemoQueue:
    """Delivers at once if `deliver` is given, else keeps the tokens."""

    def __init__(self, deliver: Callable[[str], object] | None = None) -> None:
        self.sent: list[str] = []
        self._deliver = deliver

    def send(self, token: str, request_id: str) -> None:
        self.sent.append(token)
        if self._deliver is not None:
            self._deliver(token)

    def waiting(self) -> int:
        return len(self.sent)
