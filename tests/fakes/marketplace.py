"""A marketplace in memory behind the composition root: published agents, their documents, and runs in this process."""

from itertools import count
from threading import Thread
from typing import Any

import pytest

from functions.runs.perform_run.worker import RunWorker
from shared.adapters.artifacts import write_canonical_json
from shared.catalogue.listing import (
    Evidence,
    EvidenceOpportunity,
    EvidenceProblem,
    ListingDetail,
    ListingSummary,
    Scores,
)
from shared.catalogue.query import CatalogPage, CatalogQuery, CatalogUnavailable, count_categories, select
from shared.catalogue.repository import AgentVersion
from shared.catalogue.searchable import make_searchable
from shared.catalogue.shelf import Shelf
from shared.catalogue.snapshot import CatalogueEntry, SnapshotCopy
from shared.catalogue.wording import Wanted
from shared.opportunities.models import RatedAxis
from shared.runs.effect_journal import PermittedEffects
from shared.runs.performed_effects import PerformedEffects
from shared.runs.run import StoredRun
from shared.runtime import wiring
from shared.specs.effects import Effect
from shared.specs.spec import AgentSpec
from tests.fakes.agent_specs import a_spec, good_agent
from tests.fakes.agent_tasks import AgentFunction, FakeAgentTasks, InProcessAgent
from tests.fakes.agents import FakeAgents
from tests.fakes.artifacts import FakeArtifacts
from tests.fakes.effects import FakeAgentModel, FakePages, WatchedEffects
from tests.fakes.listings import a_listing
from tests.fakes.money_world import MoneyWorld
from tests.fakes.runs import DIGEST, FakeCluster, FakeDemoLimits, FakeRunQueue, FakeRuns, FakeTaskRefusals
from tests.fakes.snapshots import FakeSnapshotStore


class FakeCatalog:
    """An index that shows what the snapshot holds."""

    def __init__(self, store: FakeSnapshotStore) -> None:
        self.down = False
        self.searches = 0
        self._store = store

    def search(self, query: CatalogQuery, wanted: Wanted) -> CatalogPage:
        self._answer()
        return select(self._store.snapshot.listings, query, wanted)

    def categories(self) -> Any:
        self._answer()
        return count_categories(one.listing.category for one in self._store.snapshot.listings)

    def count(self) -> int:
        self._answer()
        return len(self._store.snapshot.listings)

    def _answer(self) -> None:
        self.searches += 1
        if self.down:
            raise CatalogUnavailable("down")


class FakeMarketplace:
    """`clock` is the seconds that demos are told. Demos run at once, on the queue's delivery, unless `queue` keeps
    them.
    """

    def __init__(self, function: AgentFunction = good_agent) -> None:
        self.now = 1_800_000_000.0
        self.told: list[str] = []
        self.agents = FakeAgents()
        self.money = MoneyWorld(agents=self.agents)
        self.artifacts = FakeArtifacts()
        self.snapshot = FakeSnapshotStore()
        self.catalog = FakeCatalog(self.snapshot)
        self.shelf = Shelf(self.catalog, self.snapshot, clock=self.clock)
        self.search_is_on = True
        self.limits = FakeDemoLimits()
        self.runs = FakeRuns()
        self.cluster = FakeCluster()
        self.refusals = FakeTaskRefusals(self.clock)
        self.queue = FakeRunQueue(deliver=self._work_elsewhere)
        self.model = FakeAgentModel()
        self.pages = FakePages({})
        self.tasks = FakeAgentTasks(InProcessAgent(a_spec(), function))
        self.carried_out: list[Effect] = []
        self._attempts = count(1)

    def switch_search_off(self) -> None:
        """As a deployment without a search index."""
        self.shelf, self.search_is_on = Shelf(None, self.snapshot, clock=self.clock), False

    def clock(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def publish(self, listing: ListingSummary | None = None, spec: AgentSpec | None = None) -> ListingDetail:
        detail = a_detail(listing or a_listing("price-watch"), spec or a_spec())
        certificate = write_canonical_json({"slug": detail.slug, "tests": 5})
        version = a_version(detail, self.artifacts.put_addressed(f"certificates/{detail.slug}", certificate, ".json"))
        self.agents.reserve(detail.slug, version.opportunity_id)
        self.artifacts.put_model(f"builds/{detail.slug}/detail.json", detail)
        summary = ListingSummary.model_validate(detail.model_dump(include=set(ListingSummary.model_fields)))
        self.agents.publish(version, summary, f"builds/{detail.slug}/detail.json")
        found = make_searchable(summary, description=detail.description, use_cases=detail.use_cases)
        SnapshotCopy(self.snapshot).put([CatalogueEntry(detail.slug, detail.version, found)])
        return detail

    def work(self, run_id: str) -> StoredRun | None:
        worker = RunWorker(
            runs=self.runs,
            give_back=lambda run: self.limits.give_back(run.address or "", run.run_id),
            tasks=self.tasks,
            effects=self.effects,
            clock=self.clock,
            attempt=f"attempt {next(self._attempts)}",
            sleep=self.sleep,
            tell=self.told.append,
        )
        return worker.work(run_id)

    def _work_elsewhere(self, run_id: str) -> None:
        """As another function would: not in the event loop of whoever sent the message."""
        worker = Thread(target=self.work, args=(run_id,))
        worker.start()
        worker.join()

    def effects(self, run: StoredRun) -> PermittedEffects:
        performed = PerformedEffects(
            run.capabilities,
            run.input,
            model=self.model,
            pages=self.pages,
            recorded=run.recorded,
            models=run.models,
        )
        return WatchedEffects(performed, self.carried_out)

    def wire(self, monkeypatch: pytest.MonkeyPatch) -> None:
        changing = {
            "shelf": lambda: self.shelf,
            "catalog_search": lambda: self.catalog if self.search_is_on else None,
        }
        for name, provide in changing.items():
            monkeypatch.setattr(wiring.catalogue, name, provide)
        provided = {
            "agents": self.agents,
            "artifacts": self.artifacts,
            "catalogue_snapshot": self.snapshot,
            "demo_limits": self.limits,
            "stored_runs": self.runs,
            "run_queue": self.queue,
            "agents_cluster": self.cluster,
            "task_refusals": self.refusals,
        }
        self.money.wire(monkeypatch)
        for name, value in provided.items():
            [domain] = (domain for domain in wiring.DOMAINS if hasattr(domain, name))
            monkeypatch.setattr(domain, name, lambda value=value: value)


def a_detail(listing: ListingSummary, spec: AgentSpec) -> ListingDetail:
    rated = RatedAxis(value=8, reason="it does what it says", model="fake-model")
    problem = EvidenceProblem(
        quote="I check every competitor's prices by hand",
        url="https://www.reddit.com/r/entrepreneur/comments/post1/prices/",
        source="reddit",
        date=listing.published_at,
    )
    opportunity = EvidenceOpportunity(title="Prices", voices=4, problems=(problem,))
    return ListingDetail(
        **dict(listing),
        description=spec.description,
        use_cases=("watch a page",),
        input_schema=spec.input_schema,
        output_schema=spec.output_schema,
        examples=(),
        capabilities=spec.capabilities,
        version=1,
        image_digest=DIGEST,
        evidence=Evidence(opportunities=(opportunity,)),
        scores=Scores(usefulness=rated, reliability=rated, ux=rated, safety=rated),
    )


def a_version(detail: ListingDetail, certificate_key: str) -> AgentVersion:
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
        certificate_key=certificate_key,
        models=("fake-model",),
        published_at=detail.published_at,
    )
