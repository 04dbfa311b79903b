"""Which opportunity a build may have, and what is printed of how it ended."""

from typing import Any

import pytest

from local.cli.build import NotToBuild, build, free, show_build
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
        ({"status": "rejected", "holder": "b0", "reason": "quality: too few"}, "opportunities reopen ID"),
        ({"status": "muted", "reason": "off topic"}, "is muted: off topic"),
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
    with pytest.raises(NotToBuild, match=r"there is no opportunity 'opp_2'.*opportunities list"):
        free("opp_2", [row()])


def ended(output: dict[str, Any] | None) -> Execution:
    return Execution(ARN, "b1", "SUCCEEDED" if output else "FAILED", output, "", "", 1.0)


@pytest.mark.parametrize(
    ("output", "status"),
    [
        ({"outcome": "published", "slug": "invoice-helper"}, 0),
        ({"outcome": "rejected", "slug": "invoice-helper", "reason": "too slow"}, 3),
        ({"next": "nothing_to_build", "reason": "no_open_opportunity"}, 4),
        (None, 1),
    ],
)
def test_each_end_of_a_build_has_an_exit_status_of_its_own(
    output: dict[str, Any] | None, status: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Ended:
        def __init__(self, _ports: Ports) -> None: ...

        def run(self, *_: Any, **__: Any) -> Execution:
            return ended(output)

    monkeypatch.setattr("local.cli.build.Workflows", Ended)
    assert build(None, Ports(1), as_json=False) == status
    assert build(None, Ports(1), as_json=True) == status


def test_a_rejection_tells_the_opportunity_the_slug_and_the_reason(capsys: pytest.CaptureFixture[str]) -> None:
    output = {"outcome": "rejected", "opportunity_id": "opp_1", "slug": "invoice-helper", "reason": "leak: [x] " * 9}
    show_build(ended(output), Ports(1))
    printed = capsys.readouterr().out
    assert f"rejected: opp_1, invoice-helper: {'leak: [x] ' * 9}".strip() in printed
    assert "opportunities reopen opp_1" in printed


@pytest.mark.parametrize(
    ("reason", "told"),
    [
        ("no_open_opportunity", "every opportunity has its agent"),
        ("spend_cap_reached", "cap on model spend"),
        ("scan_started b0", "started the build b0 already"),
        ("already_served_by invoice-helper", "has its agent, invoice-helper"),
    ],
)
def test_nothing_to_build_says_why(reason: str, told: str, capsys: pytest.CaptureFixture[str]) -> None:
    show_build(ended({"next": "nothing_to_build", "reason": reason}), Ports(1))
    assert told in capsys.readouterr().out


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
