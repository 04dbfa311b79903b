"""What every store of agents promises: one suite for the tables and for the fake that stands in for them."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from shared.catalogue.errors import AlreadyPublished, NotPublished, NotReserved
from shared.catalogue.repository import AgentsRepository, AgentStatus, AgentVersion, AgentVersionsRepository
from tests.fakes.listings import a_listing

PUBLISHED = datetime(2026, 11, 23, 9, tzinfo=UTC)


def a_version(slug: str = "invoice-chaser", build_id: str = "b1", version: int = 1, **changes: Any) -> AgentVersion:
    values: dict[str, Any] = {
        "slug": slug,
        "version": version,
        "opportunity_id": "opp_1",
        "build_id": build_id,
        "image_digest": "sha256:" + "1" * 64,
        "models": ("model-a", "model-b"),
        "published_at": PUBLISHED,
        **{name: f"{name}.json" for name in ("spec_key", "code_key", "report_key", "scores_key", "certificate_key")},
        **changes,
    }
    return AgentVersion.model_validate(values)


class AgentsContract:
    """A subclass gives the fixtures `agents`, an empty store, and `versions`, what it keeps of versions."""

    def test_a_slug_is_held_for_one_opportunity_and_an_opportunity_holds_one_slug(
        self, agents: AgentsRepository
    ) -> None:
        assert agents.reserve("invoice-chaser", "opp_1") == "invoice-chaser"
        assert agents.reserve("invoice-chaser", "opp_1") == "invoice-chaser"
        assert agents.reserve("something-else", "opp_1") == "invoice-chaser"
        assert agents.reserve("invoice-chaser", "opp_2") == "invoice-chaser-2"
        held = agents.of_opportunity("opp_2")
        assert held is not None
        assert (held.slug, held.status) == ("invoice-chaser-2", AgentStatus.RESERVED)
        assert agents.of_opportunity("opp_3") is None
        assert agents.get("opportunity#opp_1") is None

    def test_many_opportunities_with_one_wish_all_get_a_slug(self, agents: AgentsRepository) -> None:
        got = {agents.reserve("a" * 48, f"opp_{number:04d}") for number in range(8)}
        assert len(got) == 8
        assert all(len(slug) <= 48 for slug in got)

    def test_publishing_writes_listing_and_version_together_and_once(
        self, agents: AgentsRepository, versions: AgentVersionsRepository
    ) -> None:
        agents.reserve("invoice-chaser", "opp_1")
        first = agents.publish(a_version(), a_listing(published_at=PUBLISHED), "detail.json")
        assert first.status is AgentStatus.PUBLISHED
        assert agents.get("invoice-chaser") == first
        assert versions.latest("invoice-chaser") == versions.get("invoice-chaser", 1) == a_version()
        again = agents.publish(a_version(spec_key="other.json"), a_listing(name="Other"), "other.json")
        assert again == first
        assert versions.get("invoice-chaser", 1) == a_version()

    def test_another_build_cannot_publish_the_same_version_but_a_later_one(
        self, agents: AgentsRepository, versions: AgentVersionsRepository
    ) -> None:
        agents.reserve("invoice-chaser", "opp_1")
        agents.publish(a_version(), a_listing(), "detail.json")
        with pytest.raises(AlreadyPublished):
            agents.publish(a_version(build_id="b2"), a_listing(), "other.json")
        second = agents.publish(a_version(build_id="b2", version=2), a_listing(), "other.json")
        assert (second.version, second.detail_key) == (2, "other.json")
        latest = versions.latest("invoice-chaser")
        assert latest is not None
        assert latest.version == 2

    def test_only_the_opportunity_that_holds_the_slug_publishes_or_rejects(
        self, agents: AgentsRepository, versions: AgentVersionsRepository
    ) -> None:
        with pytest.raises(NotReserved):
            agents.publish(a_version(), a_listing(), "detail.json")
        agents.reserve("invoice-chaser", "opp_1")
        with pytest.raises(NotReserved):
            agents.publish(a_version(opportunity_id="opp_2"), a_listing(), "detail.json")
        with pytest.raises(NotReserved):
            agents.reject("invoice-chaser", "opp_2", "b1", "no")
        assert versions.latest("invoice-chaser") is None

    def test_a_rejected_row_keeps_its_reason_until_it_is_tried_again(self, agents: AgentsRepository) -> None:
        agents.reserve("invoice-chaser", "opp_1")
        rejected = agents.reject("invoice-chaser", "opp_1", "b1", "too slow")
        assert (rejected.status, rejected.reason, rejected.build_id) == (AgentStatus.REJECTED, "too slow", "b1")
        assert agents.reject("invoice-chaser", "opp_1", "b1", "too slow") == rejected
        assert agents.reserve("another-name", "opp_1") == "invoice-chaser"
        row = agents.get("invoice-chaser")
        assert row is not None
        assert (row.status, row.reason) == (AgentStatus.RESERVED, None)

    def test_a_published_agent_cannot_be_rejected(self, agents: AgentsRepository) -> None:
        agents.reserve("invoice-chaser", "opp_1")
        published = agents.publish(a_version(), a_listing(), "detail.json")
        assert agents.reject("invoice-chaser", "opp_1", "b9", "changed my mind") == published

    def test_a_withdrawn_agent_leaves_the_lists_and_comes_back_as_it_was(self, agents: AgentsRepository) -> None:
        agents.reserve("invoice-chaser", "opp_1")
        published = agents.publish(a_version(), a_listing(), "detail.json")
        withdrawn = agents.withdraw("invoice-chaser", "a complaint")
        assert (withdrawn.status, withdrawn.reason, withdrawn.revision) == (AgentStatus.WITHDRAWN, "a complaint", 1)
        assert not agents.list_published(10).items
        back = agents.republish("invoice-chaser")
        assert back == published.model_copy(update={"revision": 2})
        assert agents.list_published(10).items == [back]

    def test_withdrawing_and_republishing_again_changes_nothing(self, agents: AgentsRepository) -> None:
        agents.reserve("invoice-chaser", "opp_1")
        published = agents.publish(a_version(), a_listing(), "detail.json")
        assert agents.republish("invoice-chaser") == published
        withdrawn = agents.withdraw("invoice-chaser", "a complaint")
        assert agents.withdraw("invoice-chaser", "another complaint") == withdrawn

    def test_what_was_never_published_is_neither_withdrawn_nor_republished(self, agents: AgentsRepository) -> None:
        agents.reserve("invoice-chaser", "opp_1")
        agents.reserve("slow-one", "opp_2")
        agents.reject("slow-one", "opp_2", "b1", "too slow")
        for slug in ("nobody", "invoice-chaser", "slow-one", "opportunity#opp_1"):
            with pytest.raises(NotPublished):
                agents.withdraw(slug, "why")
            with pytest.raises(NotPublished):
                agents.republish(slug)
        assert agents.get("nobody") is None

    def test_no_build_undoes_a_withdrawal(self, agents: AgentsRepository, versions: AgentVersionsRepository) -> None:
        agents.reserve("invoice-chaser", "opp_1")
        agents.publish(a_version(), a_listing(), "detail.json")
        withdrawn = agents.withdraw("invoice-chaser", "a complaint")
        assert agents.reserve("another-name", "opp_1") == "invoice-chaser"
        assert agents.reject("invoice-chaser", "opp_1", "b9", "too slow") == withdrawn
        assert agents.publish(a_version(), a_listing(), "other.json") == withdrawn
        later = agents.publish(a_version(build_id="b2", version=2), a_listing(), "second.json")
        assert (later.status, later.reason) == (AgentStatus.WITHDRAWN, "a complaint")
        assert (later.version, later.detail_key) == (2, "second.json")
        assert versions.get("invoice-chaser", 2) is not None
        assert not agents.list_published(10).items
        assert agents.republish("invoice-chaser").detail_key == "second.json"

    def test_pages_of_published_agents_newest_first(self, agents: AgentsRepository) -> None:
        for number in range(5):
            slug, opportunity = f"agent-{number}", f"opp_{number}"
            agents.reserve(slug, opportunity)
            at = PUBLISHED + timedelta(minutes=number)
            version = a_version(slug, opportunity_id=opportunity, published_at=at)
            agents.publish(version, a_listing(slug, published_at=at), "detail.json")
        agents.reserve("not-yet", "opp_9")
        page = agents.list_published(2)
        seen = [agent.slug for agent in page.items]
        while page.next_cursor:
            page = agents.list_published(2, page.next_cursor)
            seen += [agent.slug for agent in page.items]
        assert seen == ["agent-4", "agent-3", "agent-2", "agent-1", "agent-0"]

    def test_every_row_is_read_page_by_page_whatever_its_status(self, agents: AgentsRepository) -> None:
        for number in range(4):
            agents.reserve(f"agent-{number}", f"opp_{number}")
        agents.publish(a_version("agent-1", opportunity_id="opp_1"), a_listing("agent-1"), "detail.json")
        agents.reject("agent-2", "opp_2", "b1", "no")
        page = agents.every(3)
        seen = {agent.slug: agent.status for agent in page.items}
        while page.next_cursor:
            page = agents.every(3, page.next_cursor)
            seen |= {agent.slug: agent.status for agent in page.items}
        assert seen == {
            "agent-0": AgentStatus.RESERVED,
            "agent-1": AgentStatus.PUBLISHED,
            "agent-2": AgentStatus.REJECTED,
            "agent-3": AgentStatus.RESERVED,
        }
