"""The eight stages of agent-factory in one process: real handlers and SDKs, moto, the offline model over a socket.

Only the containers are missing: an image is its files by digest, and a task runs those files in this process.
"""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import pytest

import functions.factory.build_image.handler as build_image
import functions.factory.generate_code.handler as generate_code
import functions.factory.generate_spec.handler as generate_spec
import functions.factory.pick_opportunity.handler as pick_opportunity
import functions.factory.publish_agent.handler as publish_agent
import functions.factory.reject_agent.handler as reject_agent
import functions.factory.score_quality.handler as score_quality
import functions.factory.test_agent.handler as test_agent
import shared.runtime.wiring as wiring
from shared.adapters.image_registry import PushedImage
from shared.catalogue.listing import ListingDetail
from shared.opportunities.models import Opportunity
from shared.opportunities.repository import OpportunityChange
from shared.runs.tasks import RunnableAgent
from shared.specs.spec import AgentSpec
from shared.values import Json
from tests.fakes.agent_tasks import FakeAgentTasks, InProcessAgent
from tests.fakes.factory import FakeRegistry
from tests.fakes.generated_agent import loaded
from tests.integration.market_scan_run import CONTEXT, MarketScan, market_scan

STAGES = {
    "generate_spec": generate_spec.handler,
    "generate_code": generate_code.handler,
    "build_image": build_image.handler,
    "test_agent": test_agent.handler,
    "score_quality": score_quality.handler,
    "publish_agent": publish_agent.handler,
    "reject_agent": reject_agent.handler,
}
MOST_STAGES = 40


class Images(FakeRegistry):
    def __init__(self) -> None:
        super().__init__()
        self.files: dict[str, dict[str, str]] = {}

    def append_and_push(self, files: Mapping[str, bytes], *, base: str = "base") -> PushedImage:
        image = super().append_and_push(files, base=base)
        self.files[image.digest] = {name: data.decode() for name, data in files.items()}
        return image


class TasksOfImages:
    def __init__(self, images: Images) -> None:
        self._images = images

    @contextmanager
    def claimed(self, agent: RunnableAgent, **options: Any) -> Iterator[Any]:
        files = self._images.files[agent.image_digest]
        spec = AgentSpec.model_validate_json(files["spec.json"])
        function = loaded(files["agent.py"], files["logic.py"])
        with FakeAgentTasks(InProcessAgent(spec, function)).claimed(agent) as task:
            yield task


class AgentFactory:
    def __init__(self, scan: MarketScan) -> None:
        self.scan = scan
        self.images = Images()
        self.states: list[dict[str, Json]] = []
        self._number = 0

    def offer(self, card: Opportunity) -> None:
        """Put one opportunity on the market without a scan."""
        change = OpportunityChange(
            card=card, mean=b"\0" * 1536, problem_count=3, rated_problems=3, joining=(), based_on=None
        )
        assert wiring.market.saving_opportunities().save(change)

    def pick(self, **request: Json) -> dict[str, Json]:
        self._number += 1
        state = pick_opportunity.handler({"build_id": f"build-{self._number}", "request": request}, CONTEXT)
        self.states = [state]
        return state

    def go_on(self) -> dict[str, Json]:
        """From the last good state to the end; a stage that raises can be tried again by calling this again."""
        while self.states[-1]["next"] in STAGES:
            assert len(self.states) < MOST_STAGES, "the execution does not end"
            self.states.append(STAGES[self.states[-1]["next"]](self.states[-1], CONTEXT))
        return self.states[-1]

    def build(self, **request: Json) -> dict[str, Json]:
        self.pick(**request)
        return self.go_on()

    def listed(self) -> dict[str, ListingDetail]:
        """What the marketplace would show."""
        found = wiring.catalogue.agents().list_published(100).items
        return {one.slug: wiring.platform.artifacts().get_model(one.detail_key or "", ListingDetail) for one in found}


@contextmanager
def agent_factory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[AgentFactory]:
    """A factory beside a market that is still empty: `scan.run` or `offer` fills it."""
    with market_scan(tmp_path, monkeypatch) as scan:
        monkeypatch.setenv("AGENTS_TABLE", "agents")
        monkeypatch.setenv("AGENT_VERSIONS_TABLE", "agent_versions")
        monkeypatch.setenv("MODEL_STRONG", "claude-sonnet-5-5")
        create_agent_tables()
        factory = AgentFactory(scan)
        monkeypatch.setattr(wiring.factory, "image_registry", lambda: factory.images)
        monkeypatch.setattr(wiring.runs, "agent_tasks", lambda: TasksOfImages(factory.images))
        yield factory


def create_agent_tables() -> None:
    client: Any = boto3.client("dynamodb", region_name="us-east-1")
    index = {
        "IndexName": "by_status",
        "KeySchema": _keys("status", "published_at"),
        "Projection": {"ProjectionType": "ALL"},
    }
    client.create_table(
        TableName="agents",
        KeySchema=_keys("slug"),
        AttributeDefinitions=[_attribute(name) for name in ("slug", "status", "published_at")],
        BillingMode="PAY_PER_REQUEST",
        GlobalSecondaryIndexes=[index],
    )
    client.create_table(
        TableName="agent_versions",
        KeySchema=_keys("slug", "version"),
        AttributeDefinitions=[_attribute("slug"), _attribute("version", "N")],
        BillingMode="PAY_PER_REQUEST",
    )


def _keys(*names: str) -> list[dict[str, str]]:
    return [{"AttributeName": name, "KeyType": role} for name, role in zip(names, ("HASH", "RANGE"), strict=False)]


def _attribute(name: str, kind: str = "S") -> dict[str, str]:
    return {"AttributeName": name, "AttributeType": kind}
