"""Which opportunity a build may have, and what is printed of how it ended."""

from typing import Any

import pytest

from local.cli.build import NotToBuild, free, show_build
from local.cli.way_on import way_on
from local.ports import Ports
from local.workflows import Execution

ARN = "arn:aws:states:us-east-1:0:execution:agent-factory:b1"


def row(**changes: Any) -> dict[str, Any]:
    return {"opportunity_id": "opp_1", "title": "t", "status": "open", "failed_builds": 0} | changes


def failed(error: str, cause: str = "agent-factory stopped") -> Execution:
    left = {"build_id": "b1", "failure": {"Error": error, "Cause": "{}"}}
    return Execution(ARN, "b1", "FAILED", None, "StageFailed", cause, 1.0, reached=left)


def test_an_open_opportunity_may_be_built_and_one_whose_build_died_long_ago() -> None:
    dead = row(status="leased", holder="b0", leased_until="2012-07-28T15:58:16.000000+0000")
    assert free("opp_1", [row()]) == free("opp_1", [dead]) == "opp_1"


@pytest.mark.parametrize(
    ("standing", "why"),
    [
        ({"status": "served", "holder": "b0", "agent": "invoice-helper"}, "served by the agent invoice-helper"),
        ({"status": "rejected", "holder": "b0", "reason": "quality: too few"}, "was rejected: quality: too few"),
        (
            {"status": "leased", "holder": "b0", "leased_until": "2999-01-01T00:00:00.000000+0000"},
            "is being built by the execution b0",
        ),
    ],
)
def test_one_that_no_build_can_have_is_refused_with_its_standing(standing: dict[str, Any], why: str) -> None:
    with pytest.raises(NotToBuild, match=why):
        free("opp_1", [row(**standing)])


def test_one_that_no_scan_found_is_refused() -> None:
    with pytest.raises(NotToBuild, match="there is no opportunity 'opp_2'"):
        free("opp_2", [row()])


@pytest.mark.parametrize("error", ["OpportunityTaken", "OpportunityNotFound", "LeaseLost", "ArtifactMissing"])
def test_what_a_redrive_cannot_help_is_not_sent_into_one(error: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert way_on(failed(error)) == ""
    show_build(failed(error, "There is nothing to do here."), Ports(1))
    printed = capsys.readouterr().out
    assert "nothing to do here" in printed
    assert "redrive" not in printed


def test_what_may_pass_comes_with_the_command_to_go_on(capsys: pytest.CaptureFixture[str]) -> None:
    show_build(failed("ModelOverloaded"), Ports(1))
    assert "-m local redrive b1" in capsys.readouterr().out
