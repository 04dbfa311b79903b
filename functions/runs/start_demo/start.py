"""Starts a demo. All refusals come before anything is counted, and the demo is stored before its message is sent."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from shared.adapters.artifacts import Artifacts
from shared.catalogue.listing import ListingDetail
from shared.catalogue.published import find_published_agent
from shared.catalogue.repository import AgentsRepository
from shared.errors import DomainProblem
from shared.rate_limits import RateStanding
from shared.runs.demo import KEPT_SECONDS, PlatformFailed
from shared.runs.demo_limits import DemoLimits, Start
from shared.runs.faults import NOT_QUEUED, costs_nothing
from shared.runs.run import Origin, RunQueue, RunsRepository, StoredRun
from shared.runs.run_input import check_input
from shared.values import Json


@dataclass(frozen=True)
class Started:
    """A demo, and what is left of its caller's limits after it."""

    demo: StoredRun
    left: Sequence[RateStanding]


@dataclass(frozen=True)
class DemoDesk:
    """Starts demos. `clock` is epoch seconds; `tell` receives the platform's own failures."""

    agents: AgentsRepository
    artifacts: Artifacts
    limits: DemoLimits
    runs: RunsRepository
    queue: RunQueue
    clock: Callable[[], float]
    tell: Callable[[Exception], None]

    def start(self, slug: str, run_input: dict[str, Json], address: str, request_id: str) -> Started:
        """Start a demo. Raises NoSuchAgent, AgentWithdrawn, InputInvalid, DemoLimitReached or PlatformFailed; then no
        demo is counted.
        """
        agent = find_published_agent(self.agents, slug)
        assert agent.detail_key is not None
        detail = self.artifacts.get_model(agent.detail_key, ListingDetail)
        checked = check_input(run_input, detail.input_schema)
        now = self.clock()
        token = secrets.token_urlsafe(24)
        demo = StoredRun(
            run_id=token,
            origin=Origin.DEMO,
            slug=slug,
            version=detail.version,
            image_digest=detail.image_digest,
            capabilities=detail.capabilities,
            input=checked,
            address=address,
            request_id=request_id,
            created_at=now,
            expires_at=int(now + KEPT_SECONDS),
            queued_at=now,
        )
        return Started(demo, self._begin(demo, address))

    def settle(self, demo: StoredRun) -> bool:
        """Uncount the demo if it costs nothing, and return True if so."""
        free = costs_nothing(demo)
        if free and demo.address is not None:
            self.limits.give_back(demo.address, demo.run_id)
        return free

    def _begin(self, demo: StoredRun, address: str) -> Sequence[RateStanding]:
        """Count, store and send the demo. Any error of a store or the queue is a failure of the platform."""
        written = False
        try:
            left = self.limits.take(address, Start(at=demo.created_at, slug=demo.slug, token=demo.run_id))
            self.runs.create(demo)
            written = True
            self.queue.send(demo.run_id, demo.request_id)
        except DomainProblem:
            raise
        except Exception as error:
            self.tell(error)
            self._attempt(lambda: self.limits.give_back(address, demo.run_id))
            written = written and self._attempt(lambda: self._withdraw(demo))
            raise PlatformFailed(NOT_QUEUED, demo.run_id if written else None) from error
        return left

    def _withdraw(self, demo: StoredRun) -> None:
        """End the demo so that nobody performs it, unless its message did arrive and a worker was faster."""
        claimed = self.runs.claim(demo.run_id, demo.request_id, self.clock())
        if claimed is not None:
            self.runs.finish(claimed, self.clock(), error=NOT_QUEUED)

    def _attempt(self, undo: Callable[[], object]) -> bool:
        """Try to undo a step; True if that succeeded. A failure here is only reported: the caller gets the first
        failure.
        """
        try:
            undo()
        except Exception as error:
            self.tell(error)
            return False
        return True
