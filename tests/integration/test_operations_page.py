"""An operator who types what docs/operations.md says does what the adapters do."""

import json
import re
import shlex
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.exceptions import ClientError

from shared.adapters.opportunities_table import OpportunitiesTable
from shared.opportunities.leasing import Standing
from shared.opportunities.models import OpportunityStatus
from tests.fakes.dynamodb import mock_dynamodb
from tests.fakes.opportunity_changes import a_change
from tests.integration.market_tables import create_market_tables

PAGE = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")
NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


@pytest.fixture
def table() -> Iterator[OpportunitiesTable]:
    with mock_dynamodb():
        create_market_tables()
        made = OpportunitiesTable("market_opportunities", "problems")
        made.save(a_change("ID"))
        yield made


def written(title: str) -> dict[str, Any]:
    """The options of the update-item below the title, as boto3 takes them."""
    block = PAGE.split(f"**{title}", 1)[1].split("```console\n", 1)[1].split("```", 1)[0]
    words = shlex.split(block.replace("\\\n", " "))
    assert words[:3] == ["aws", "dynamodb", "update-item"]
    options = dict(zip(words[3::2], words[4::2], strict=True))
    camel = {re.sub(r"(?:^|-)([a-z])", lambda one: one[1].upper(), name[2:]): value for name, value in options.items()}
    return {name: json.loads(value) if value.startswith("{") else value for name, value in camel.items()}


def typed(title: str) -> None:
    client: Any = boto3.client("dynamodb", region_name="us-east-1")
    client.update_item(**{**written(title), "TableName": "market_opportunities"})


def test_mute_and_reopen_are_what_the_adapter_makes_of_them(table: OpportunitiesTable) -> None:
    typed("Mute an opportunity")
    muted = table.get("ID")
    assert muted is not None
    assert muted.standing == Standing(status=OpportunityStatus.MUTED, reason="off topic")
    typed("Reopen one")
    assert table.get("ID").standing == Standing()  # type: ignore[union-attr]
    assert table.lease_best("build-1", NOW) is not None
    for title in ("Mute an opportunity", "Reopen one"):
        with pytest.raises(ClientError, match="ConditionalCheckFailed"):
            typed(title)


@pytest.mark.parametrize("title", ["Withdraw an agent.", "Republish it:"])
def test_an_agents_row_changes_under_a_condition_and_with_its_revision(title: str) -> None:
    options = written(title)
    assert options["ConditionExpression"] == "#s = :old"
    assert "ADD revision :one" in options["UpdateExpression"]
