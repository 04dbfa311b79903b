"""What an operator is told and decides, against tables as DynamoDB holds them."""

import json
from contextlib import nullcontext
from datetime import UTC, datetime
from typing import Any

import pytest
import typer
from typer.testing import CliRunner, Result

from local.cli import agents, opportunities, spend
from local.cli.operator_commands import Session, agents_app, opportunities_app
from local.ports import Ports
from local.state import state_dir_from_environment
from shared.catalogue.repository import AgentStatus
from shared.opportunities.models import OpportunityStatus
from shared.runtime import wiring
from tests.fakes.leases import FakeLeases, an_opportunity
from tests.fakes.marketplace import FakeMarketplace

SESSION = Session(lambda *_: nullcontext(), lambda: Ports(1), state_dir_from_environment)


@pytest.fixture
def marketplace(monkeypatch: pytest.MonkeyPatch) -> FakeMarketplace:
    market = FakeMarketplace()
    market.publish()
    monkeypatch.setattr(agents, "take_environment", lambda *_: None)
    monkeypatch.setattr(wiring.catalogue, "agents", lambda: market.agents)
    return market


@pytest.fixture
def leases(monkeypatch: pytest.MonkeyPatch) -> FakeLeases:
    held = FakeLeases(an_opportunity())
    monkeypatch.setattr(opportunities, "take_environment", lambda *_: None)
    monkeypatch.setattr(wiring.market, "opportunities", lambda: held)
    monkeypatch.setattr(opportunities, "known_opportunities", lambda *_: [_row(held)])
    return held


def _row(held: FakeLeases) -> dict[str, Any]:
    standing = held.standing(an_opportunity().opportunity_id)
    about = {"id": an_opportunity().opportunity_id, "title": "t", "score": 9.0, "problem_count": 3}
    return {**about, **standing.model_dump(mode="json")}


def run(app: typer.Typer, *arguments: str) -> Result:
    return CliRunner().invoke(app, list(arguments))


def test_an_agent_is_withdrawn_with_the_reason_and_put_back(marketplace: FakeMarketplace) -> None:
    app = agents_app(SESSION)
    told = run(app, "unpublish", "price-watch", "--reason", "a [complaint]")
    assert "price-watch is withdrawn (a [complaint])." in told.output
    assert marketplace.agents.rows["price-watch"].status is AgentStatus.WITHDRAWN
    assert json.loads(run(app, "unpublish", "price-watch", "--json").output)["reason"] == "a [complaint]"
    assert "price-watch is published, version 1." in run(app, "republish", "price-watch").output
    assert json.loads(run(app, "republish", "price-watch", "--json").output)["status"] == "published"


def test_an_unknown_agent_is_answered_with_how_to_list_those_there_are(marketplace: FakeMarketplace) -> None:
    for command in ("unpublish", "republish"):
        refused = run(agents_app(SESSION), command, "nobody")
        assert isinstance(refused.exception, agents.NoAgent)
        assert "agents list" in str(refused.exception)


def test_an_opportunity_is_muted_with_the_reason_and_reopened(leases: FakeLeases) -> None:
    app, name = opportunities_app(SESSION), an_opportunity().opportunity_id
    assert f"{name} is muted (off topic)." in run(app, "mute", name, "--reason", "off topic").output
    assert leases.standing(name).status is OpportunityStatus.MUTED
    assert json.loads(run(app, "mute", name, "--json").output)["reason"] == "off topic"
    assert f"build --opportunity {name}" in run(app, "reopen", name).output
    assert json.loads(run(app, "reopen", name, "--json").output)["status"] == "open"


def test_why_an_opportunity_cannot_be_decided_about_is_told_with_what_to_do(leases: FakeLeases) -> None:
    app, name = opportunities_app(SESSION), an_opportunity().opportunity_id
    assert "opportunities list" in str(run(app, "mute", "opp_none").exception)
    leases.lease(name, "build-1", datetime.now(UTC))
    assert "being built by the execution build-1" in str(run(app, "mute", name).exception)
    leases.mark_served(name, "build-1", "an-agent")
    assert "agents unpublish an-agent" in str(run(app, "reopen", name).exception)


def test_rows_show_whose_an_opportunity_is_or_why_nobodys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    row = {"id": "opp_0123456789abcdef", "title": "Getting paid " * 9, "score": 86.4, "problem_count": 7}
    served = {**row, "status": "served", "agent": "a" * 48, "reason": None}
    rejected = {**row, "status": "rejected", "agent": None, "reason": "usefulness " * 20}
    lines = opportunities.rows_of_opportunities([served, rejected])
    assert max(map(len, lines)) <= 80
    assert f"    agent: {'a' * 48}" in lines
    assert any(line.startswith("    reason: usefulness") for line in lines)


def test_rows_of_agents_fit_with_the_longest_slug(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "80")
    row = {"status": "withdrawn", "version": 99, "template": "data_processing", "slug": "a" * 48}
    assert max(map(len, agents.rows_of_agents([row]))) <= 80


def test_an_empty_purse_says_what_that_means() -> None:
    empty = spend.Purse("model_spend", "scans and builds", 10_000_000, 10_000_000)
    full = spend.Purse("demo_model_spend", "demos", 772_400, 3_000_000)
    _, builds, demos = spend.rows_of_spend([empty, full])
    assert "$10.00" in builds
    assert "no new work until midnight UTC" in builds
    assert demos.split() == ["demos", "$0.77", "$3.00"]
    assert spend.document_of(empty)["is_empty"]
