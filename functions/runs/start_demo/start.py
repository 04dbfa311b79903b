"""Starting a demo: every refusal comes before anything is counted, and a demo is written before its message is sent."""

import secrets
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from shared.adapters.artifacts import Artifacts
from shared.catalogue.listing import ListingDetail
from shared.catalogue.published import published_agent
from shared.catalogue.repository import AgentsRepository
from shared.rate_limits import RateStanding
from shared.runs.demo import KEPT_SECONDS
from shared.runs.demo_limits import DemoLimits, Start
from shared.runs.run import Origin, RunQueue, RunsRepository, StoredRun
from shared.runs.run_input import check_input
from shared.values import Json


@dataclass(frozen=True)
class Started:
    """A demo, and what is left of its caller's limits now that it counts."""

    demo: StoredRun
    left: Sequence[RateStanding]


@dataclass(frozen=True)
class DemoDesk:
    """What starting a demo needs. `clock` is epoch seconds."""

    agents: AgentsRepository
    artifacts: Artifacts
    limits: DemoLimits
    runs: RunsRepository
    queue: RunQueue
    clock: Callable[[], float]

    def start(self, slug: str, run_input: dict[str, Json], address: str, request_id: str) -> Started:
        """Raises NoSuchAgent, AgentWithdrawn, InputInvalid (none of them counts as a start) or DemoLimitReached."""
        agent = published_agent(self.agents, slug)
        assert agent.detail_key is not None
        detail = self.artifacts.get_model(agent.detail_key, ListingDetail)
        checked = check_input(run_input, detail.input_schema)
        now = self.clock()
        token = secrets.token_urlsafe(24)
        left = self.limits.take(address, Start(at=now, slug=slug, token=token))
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
        self.runs.create(demo)
        self.queue.send(token, request_id)
        return Started(demo, left)
