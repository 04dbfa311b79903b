"""A marketplace in memory behind the composition root: published agents, their documents, and demos that run in this
process.
"""

from threading import Thread
from typing import Any

import pytest

from functions.runs.run_demo.work import DemoWorker
from shared.catalogue.listing import Evidence, EvidenceOpportunity, ListingDetail, ListingSummary, Scores
from shared.catalogue.query import CatalogPage, CatalogQuery, CatalogUnavailable, category_counts, select
from shared.catalogue.repository import AgentVersion
from shared.catalogue.shelf import Shelf
from shared.opportunities.models import RatedAxis
from shared.runs.demo import Demo
from shared.runs.performed_effects import PerformedEffects
from shared.runtime import wiring
from shared.specs.spec import AgentSpec
from tests.fakes.agent_specs import a_spec, good_agent
from tests.fakes.agent_tasks import AgentFunction, FakeAgentTasks, InProcessAgent
from tests.fakes.agents import FakeAgents
from tests.fakes.artifacts import FakeArtifacts
from tests.fakes.demos import FakeDemoLimits, FakeDemoQueue, FakeDemos
from tests.fakes.effects import FakeAgentModel, FakePages
from tests.fakes.listings import a_listing

DIGEST = "sha256:" + "0" * 64


class FakeCatalog:
    def __init__(self, agents: FakeAgents) -> None:
        self.down = False
        self.searches = 0
        self._agents = agents

    def search(self, query: CatalogQuery) -> CatalogPage:
        self._answer()
        return select(self._listings(), query)

    def categories(self) -> Any:
        self._answer()
        return category_counts(listing.category for listing in self._listings())

    def count(self) -> int:
        self._answer()
        return len(self._listings())

    def _answer(self) -> None:
        self.searches += 1
        if self.down:
            raise CatalogUnavailable("down")

    def _listings(self) -> list[ListingSummary]:
        return [agent.summary for agent in self._agents.published(1000).items if agent.summary]


class FakeMarketplace:
    """`clock` is the seconds that demos are told. Demos run at once, on the queue's delivery, unless `queue` keeps
    them.
    """

    def __init__(self, function: AgentFunction = good_agent) -> None:
        self.now = 1_800_000_000.0
        self.agents = FakeAgents()
        self.artifacts = FakeArtifacts()
        self.catalog = FakeCatalog(self.agents)
        self.shelf = Shelf(self.catalog, self.agents, clock=self.clock)
        self.limits = FakeDemoLimits()
        self.demos = FakeDemos()
        self.queue = FakeDemoQueue(deliver=self._work_elsewhere)
        self.model = FakeAgentModel()
        self.pages = FakePages({})
        self.tasks = FakeAgentTasks(InProcessAgent(a_spec(), function))

    def clock(self) -> float:
        return self.now

    def publish(self, listing: ListingSummary | None = None, spec: AgentSpec | None = None) -> ListingDetail:
        detail = a_detail(listing or a_listing("price-watch"), spec or a_spec())
        version = a_version(detail)
        self.agents.reserve(detail.slug, version.opportunity_id)
        self.artifacts.put_model(f"builds/{detail.slug}/detail.json", detail)
        self.artifacts.put_json(version.certificate_key, detail.certificate)
        summary = ListingSummary.model_validate(detail.model_dump(include=set(ListingSummary.model_fields)))
        self.agents.publish(version, summary, f"builds/{detail.slug}/detail.json")
        return detail

    def work(self, token: str) -> Demo | None:
        worker = DemoWorker(
            demos=self.demos,
            limits=self.limits,
            tasks=self.tasks,
            effects=self.performer,
            clock=self.clock,
            attempt=f"attempt of {token}",
        )
        return worker.work(token)

    def _work_elsewhere(self, token: str) -> None:
        """As another function would: not in the event loop of whoever sent the message."""
        worker = Thread(target=self.work, args=(token,))
        worker.start()
        worker.join()

    def performer(self, demo: Demo) -> PerformedEffects:
        return PerformedEffects(
            demo.capabilities, demo.input, model=self.model, pages=self.pages, recorded=demo.recorded
        )

    def wire(self, monkeypatch: pytest.MonkeyPatch) -> None:
        provided = {
            "agents": self.agents,
            "artifacts": self.artifacts,
            "shelf": self.shelf,
            "catalog_search": self.catalog,
            "demo_limits": self.limits,
            "demos": self.demos,
            "demo_queue": self.queue,
        }
        for name, value in provided.items():
            [domain] = (domain for domain in wiring.DOMAINS if hasattr(domain, name))
            monkeypatch.setattr(domain, name, lambda value=value: value)


def a_detail(listing: ListingSummary, spec: AgentSpec) -> ListingDetail:
    rated = RatedAxis(value=8, reason="it does what it says", model="fake-model")
    opportunity = EvidenceOpportunity(opportunity_id="opp_1", title="Prices", summary="People watch prices", score=400)
    return ListingDetail(
        **listing.model_dump(),
        description=spec.description,
        use_cases=("watch a page",),
        input_schema=spec.input_schema,
        output_schema=spec.output_schema,
        examples=(),
        capabilities=spec.capabilities,
        version=1,
        image_digest=DIGEST,
        evidence=Evidence(opportunity=opportunity, problems=()),
        scores=Scores(usefulness=rated, reliability=rated, ux=rated, safety=rated),
        certificate={"slug": listing.slug, "tests": 5},
    )


def a_version(detail: ListingDetail) -> AgentVersion:
    key = f"builds/{detail.slug}"
    return AgentVersion(
        slug=detail.slug,
        version=detail.version,
        opportunity_id=f"opp_{detail.slug}",
        build_id=f"build-{detail.slug}",
        spec_key=f"{key}/spec.yaml",
        code_key=f"{key}/code.json",
        image_digest=detail.image_digest,
        report_key=f"{key}/report.json",
        scores_key=f"{key}/scores.json",
        certificate_key=f"{key}/certificate.json",
        models=("fake-model",),
        published_at=detail.published_at,
    )
