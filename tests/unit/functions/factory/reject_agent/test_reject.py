"""The reason is kept on the agent's row and on the opportunity, also when the slug was never reserved."""

import pytest

from functions.factory.reject_agent.handler import _name_kind  # pyright: ignore[reportPrivateUsage]
from functions.factory.reject_agent.reject import NO_REASON, reject
from shared.catalogue.repository import AgentStatus
from shared.opportunities.errors import LeaseLost
from shared.opportunities.models import OpportunityStatus
from tests.fakes.agent_specs import a_build
from tests.fakes.agents import FakeAgents
from tests.fakes.leases import NOW, FakeLeases, an_opportunity

OPPORTUNITY = an_opportunity().opportunity_id


def leased() -> FakeLeases:
    leases = FakeLeases(an_opportunity())
    leases.lease(OPPORTUNITY, "build-1", NOW)
    return leases


def test_both_keep_the_reason_and_the_lease_ends() -> None:
    agents, leases = FakeAgents(), leased()
    agents.reserve("price-watch", OPPORTUNITY)
    build = a_build(reason="leak: it came out")
    done = reject(build, agents=agents, opportunities=leases)
    assert (done.outcome, done.reason) == ("rejected", "leak: it came out")
    row = agents.get("price-watch")
    assert row is not None
    assert (row.status, row.reason) == (AgentStatus.REJECTED, "leak: it came out")
    standing = leases.standing(OPPORTUNITY)
    assert (standing.status, standing.reason) == (OpportunityStatus.REJECTED, "leak: it came out")
    assert reject(build, agents=agents, opportunities=leases) == done


def test_without_a_slug_only_the_opportunity_is_given_up() -> None:
    leases = leased()
    done = reject(a_build(slug=None), agents=FakeAgents(), opportunities=leases)
    assert done.reason == NO_REASON
    assert leases.standing(OPPORTUNITY).reason == NO_REASON


def test_who_does_not_hold_the_lease_gives_nothing_up() -> None:
    agents, leases = FakeAgents(), FakeLeases(an_opportunity())
    agents.reserve("price-watch", OPPORTUNITY)
    with pytest.raises(LeaseLost):
        reject(a_build(), agents=agents, opportunities=leases)
    assert leases.standing(OPPORTUNITY).status is OpportunityStatus.OPEN


@pytest.mark.parametrize(
    ("reason", "kind"),
    [
        ("leak: probe: input/order: x", "leak"),
        ("static gate: line 3", "static gate"),
        ("usefulness was rated 4", "quality"),
        ("anything an agent said", "quality"),
    ],
)
def test_the_metric_has_a_closed_set_of_reasons(reason: str, kind: str) -> None:
    assert _name_kind(reason) == kind
