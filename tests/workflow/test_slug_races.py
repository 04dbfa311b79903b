"""Slugs and publications raced for by threads against the emulator's tables, whose transactions really exclude."""

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest

from local.cli.as_function import PUBLISHER, environment_of
from local.embedded_cloud import EmbeddedCloud
from shared.adapters.agent_versions_table import AgentVersionsTable
from shared.adapters.agents_table import AgentsTable
from shared.catalogue.errors import AlreadyPublished
from shared.catalogue.repository import AgentVersion
from tests.fakes.listings import a_listing
from tests.integration.agent_factory_run import create_agent_tables

RACERS = 8
KEYS = ("spec_key", "code_key", "report_key", "scores_key", "certificate_key")


@pytest.fixture
def agents(embedded_cloud: EmbeddedCloud, monkeypatch: pytest.MonkeyPatch) -> Iterator[AgentsTable]:
    """Tables of their own, so that nothing made up here reaches the marketplace."""
    for name, value in environment_of(PUBLISHER, embedded_cloud.ports, embedded_cloud.state).items():
        monkeypatch.setenv(name, value)
    create_agent_tables()
    yield AgentsTable("agents", "agent_versions")
    for table in ("agents", "agent_versions"):
        embedded_cloud.aws("dynamodb").delete_table(TableName=table)


def test_many_opportunities_that_want_one_name_get_one_each(agents: AgentsTable) -> None:
    wanted = [f"opp_race{number:04d}" for number in range(RACERS)] * 2
    with ThreadPoolExecutor(RACERS) as pool:
        got = list(pool.map(lambda opportunity: agents.reserve("raced-for", opportunity), wanted))
    assert len(set(got)) == RACERS
    assert got[:RACERS] == got[RACERS:]
    for opportunity, slug in zip(wanted, got, strict=True):
        held = agents.of_opportunity(opportunity)
        assert held is not None
        assert (held.slug, held.opportunity_id) == (slug, opportunity)


def test_of_many_builds_that_publish_at_once_one_does(agents: AgentsTable) -> None:
    slug = agents.reserve("published-once", "opp_publishrace")

    def publish(number: int) -> str:
        version = AgentVersion(
            slug=slug,
            version=1,
            opportunity_id="opp_publishrace",
            build_id=f"build-{number % 4}",
            image_digest="sha256:1",
            models=("m",),
            published_at=datetime(2026, 11, 23, tzinfo=UTC),
            **dict.fromkeys(KEYS, "key.json"),
        )
        try:
            return agents.publish(version, a_listing(slug), "detail.json").build_id or ""
        except AlreadyPublished:
            return "too late"

    with ThreadPoolExecutor(RACERS) as pool:
        ended = list(pool.map(publish, range(RACERS)))
    winners = set(ended) - {"too late"}
    assert len(winners) == 1
    assert ended.count("too late") == RACERS - 2
    row, version = agents.get(slug), AgentVersionsTable("agent_versions").latest(slug)
    assert row is not None
    assert version is not None
    assert {row.build_id, version.build_id} == winners
