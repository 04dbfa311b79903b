"""Opportunities that builds lease, in a dict, by the same pure rules of leasing as the table."""

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from shared.opportunities.errors import LeaseLost, OpportunityNotFound, OpportunityTaken
from shared.opportunities.leasing import Standing
from shared.opportunities.models import Frequency, Opportunity, OpportunityStatus, Problem, RatedAxis
from shared.opportunities.repository import StoredOpportunity
from shared.opportunities.scoring import rank_of

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)


def a_problem(number: int = 1, **changes: Any) -> Problem:
    values: dict[str, Any] = {
        "problem_id": f"prb_{number:020d}",
        "post_id": f"reddit:post{number}",
        "voice": f"text:{number}",
        "source": "reddit",
        "community": "entrepreneur",
        "url": f"https://www.reddit.com/r/entrepreneur/comments/post{number}/prices/",
        "created_utc": 1_790_000_000.0 + number,
        "quote": f"I check the prices of {number} competitors by hand every morning",
        "statement": "Checking competitors' prices on their pages by hand every morning takes an hour",
        "sufferer": "shop owners",
        "workaround": "a spreadsheet",
        **changes,
    }
    return Problem.model_validate(values)


def an_opportunity(opportunity_id: str = "opp_0123456789abcdef", score: float = 300.0, **changes: Any) -> Opportunity:
    axis = RatedAxis(value=7.0, reason="people say so", model="fake-model")
    values: dict[str, Any] = {
        "opportunity_id": opportunity_id,
        "title": "Watching competitors' prices by hand",
        "summary": "Shop owners look at the pages of competitors every morning to see which prices changed.",
        "who": "shop owners",
        "current_solutions": "spreadsheets and browser tabs",
        "agent_idea": "an agent that watches a page and says what changed",
        "problems": tuple(a_problem(number) for number in range(1, 4)),
        "frequency": Frequency(voices=3, value=6.0),
        "urgency": axis,
        "monetization": axis,
        "score": score,
        "recency": NOW.timestamp(),
        "newest_problem_at": NOW,
        **changes,
    }
    return Opportunity.model_validate(values)


class FakeLeases:
    """`writing` is held around each write, with its name: tests make it raise to crash exactly there."""

    def __init__(
        self, *cards: Opportunity, writing: Callable[[str], AbstractContextManager[Any]] = nullcontext
    ) -> None:
        self.stored = {
            card.opportunity_id: StoredOpportunity(
                card=card,
                mean=b"",
                problem_count=3,
                rated_problems=3,
                standing=Standing(),
                version=1,
                revision="r1",
            )
            for card in cards
        }
        self._writing = writing

    def get(self, opportunity_id: str) -> StoredOpportunity | None:
        return self.stored.get(opportunity_id)

    def standing(self, opportunity_id: str) -> Standing:
        return self.stored[opportunity_id].standing

    def lease_best(self, holder: str, now: datetime) -> Opportunity | None:
        held = [one for one in self.stored.values() if one.standing.status is OpportunityStatus.LEASED]
        mine = [one for one in held if one.standing.holder == holder]
        rest = sorted(self.stored.values(), key=lambda one: (one.standing.failed_builds, -rank_of(one.card)))
        for one in [*mine, *rest]:
            leased = one.standing.lease_to(holder, now)
            if leased is not None:
                return self._write(one, leased).card
        return None

    def lease(self, opportunity_id: str, holder: str, now: datetime) -> Opportunity:
        one = self._require(opportunity_id)
        leased = one.standing.lease_to(holder, now)
        if leased is None:
            raise OpportunityTaken(f"{opportunity_id} is {one.standing.status.value} by {one.standing.holder}")
        return self._write(one, leased).card

    def release(self, opportunity_id: str, holder: str, reason: str) -> bool:
        one = self._require(opportunity_id)
        released = one.standing.release(holder, reason)
        if released is not None:
            self._write(one, released)
        return released is not None

    def mark_served(self, opportunity_id: str, holder: str, agent: str) -> None:
        self._finish(opportunity_id, holder, lambda standing: standing.serve(holder, agent))

    def mark_rejected(self, opportunity_id: str, holder: str, reason: str) -> None:
        self._finish(opportunity_id, holder, lambda standing: standing.reject(holder, reason))

    def reopen(self, opportunity_id: str, now: datetime) -> Standing:
        return self._decide(opportunity_id, lambda standing: standing.reopen(now))

    def mute(self, opportunity_id: str, reason: str, now: datetime) -> Standing:
        return self._decide(opportunity_id, lambda standing: standing.mute(reason, now))

    def _decide(self, opportunity_id: str, decide: Callable[[Standing], Standing | None]) -> Standing:
        one = self._require(opportunity_id)
        decided = decide(one.standing)
        if decided is None:
            raise OpportunityTaken(f"{opportunity_id} is {one.standing.status.value} by {one.standing.holder}")
        if decided != one.standing:
            self._write(one, decided)
        return decided

    def _finish(self, opportunity_id: str, holder: str, decide: Callable[[Standing], Standing | None]) -> None:
        one = self._require(opportunity_id)
        finished = decide(one.standing)
        if finished is None:
            raise LeaseLost(f"{holder} does not hold {opportunity_id}")
        if finished != one.standing:
            self._write(one, finished)

    def _write(self, one: StoredOpportunity, standing: Standing) -> StoredOpportunity:
        with self._writing(f"opportunities.{standing.status.value}"):
            self.stored[one.card.opportunity_id] = replace(one, standing=standing)
        return one

    def _require(self, opportunity_id: str) -> StoredOpportunity:
        if opportunity_id not in self.stored:
            raise OpportunityNotFound(f"there is no opportunity {opportunity_id}")
        return self.stored[opportunity_id]
