"""What the workflows need from the store of opportunities, problems and seen posts; the adapters implement it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from shared.opportunities.leasing import Standing
from shared.opportunities.models import Opportunity, Problem

UNCLUSTERED = "unclustered"
TOP_PROBLEMS = 12
"""The card's own item holds this many problems, the newest; all of them are in the table of problems."""


@dataclass(frozen=True, slots=True)
class StoredOpportunity:
    """`card.problems` are the newest TOP_PROBLEMS only; `card.frequency` and `problem_count` count all.

    `mean` is the centroid of its problems' vectors (384 × float32, little-endian); `rated_problems` how many problems
    the ratings and wording were made from.
    `version` counts every change of the item; `revision` names the content of the card, which a lease leaves alone.
    """

    card: Opportunity
    mean: bytes
    problem_count: int
    rated_problems: int
    standing: Standing
    version: int
    revision: str


@dataclass(frozen=True, slots=True)
class StoredProblem:
    """`vector` embeds the statement (384 × float16, little-endian); `opportunity_id` may be UNCLUSTERED."""

    problem: Problem
    vector: bytes
    opportunity_id: str


@dataclass(frozen=True, slots=True)
class OpportunityChange:
    """A card to write together with the problems that join it, and the revision it was computed from (None: new)."""

    card: Opportunity
    mean: bytes
    problem_count: int
    rated_problems: int
    joining: Sequence[StoredProblem]
    based_on: str | None


class OpportunityLeases(Protocol):
    """The factory's view. Every method is atomic: of two builds at once, one gets the opportunity."""

    def get(self, opportunity_id: str) -> StoredOpportunity | None:
        """The card with its newest problems (strongly consistent)."""
        ...

    def lease_best(self, holder: str, now: datetime) -> Opportunity | None:
        """Take the best opportunity that is open or whose lease ran out: untried before failed, then by rank.

        A holder that already holds one gets the same again (a retried stage). None: there is nothing to build.
        """
        ...

    def lease(self, opportunity_id: str, holder: str, now: datetime) -> Opportunity:
        """Take, or take again, this one. Raises OpportunityNotFound or OpportunityTaken."""
        ...

    def release(self, opportunity_id: str, holder: str, reason: str) -> bool:
        """Let go of it after a failure. False, and nothing changes, if the holder does not hold it (any more)."""
        ...

    def mark_served(self, opportunity_id: str, holder: str, agent: str) -> None:
        """It has its agent (slug). Raises OpportunityNotFound or LeaseLost; repeating it changes nothing."""
        ...

    def mark_rejected(self, opportunity_id: str, holder: str, reason: str) -> None:
        """No agent of sufficient quality could be made. Raises OpportunityNotFound or LeaseLost; repeatable."""
        ...


class OpportunityDecisions(Protocol):
    """What a person decides about an opportunity. Both are atomic, and repeating them changes nothing."""

    def reopen(self, opportunity_id: str, now: datetime) -> Standing:
        """Rejected or muted → open. Raises OpportunityNotFound, or OpportunityTaken while built and once served."""
        ...

    def mute(self, opportunity_id: str, reason: str, now: datetime) -> Standing:
        """Open or rejected → muted: no build gets it until it is reopened. Raises as `reopen` does."""
        ...


class Opportunities(Protocol):
    """The market scan's view of the cards."""

    def all(self) -> Sequence[StoredOpportunity]:
        """Every opportunity, whatever its standing."""
        ...

    def get_many(self, opportunity_ids: Iterable[str]) -> dict[str, StoredOpportunity]: ...

    def save(self, change: OpportunityChange) -> bool:
        """Write card and joining problems in one transaction; False if the store already says exactly this.

        Raises MarketChanged if the card has another revision than `based_on`, or a problem another opportunity.
        """
        ...


class Problems(Protocol):
    def get_many(self, problem_ids: Iterable[str]) -> dict[str, StoredProblem]: ...

    def of_opportunity(self, opportunity_id: str) -> list[StoredProblem]:
        """All problems of one opportunity, or of none (UNCLUSTERED), sorted by id."""
        ...

    def add_unclustered(self, problems: Sequence[StoredProblem]) -> int:
        """Add those that are not stored yet; returns how many were. Never moves a stored problem."""
        ...


class SeenPosts(Protocol):
    """Posts that earlier scans dealt with completely."""

    def find_known(self, post_ids: Iterable[str]) -> set[str]: ...

    def problems_of(self, post_ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """Ids of the problems found in each of the posts that were seen."""
        ...

    def first_with(self, texts: Iterable[str]) -> dict[str, str]:
        """The id of the post that was read for each of these texts (`text_key`), of those that were seen."""
        ...

    def add(self, problems_by_post: Mapping[str, Sequence[str]], texts: Mapping[str, str]) -> None:
        """Mark posts as seen, after everything else of their scan is stored. Repeating it changes nothing.

        `texts`: the id of the post read, by the key of its text. They are written first: a post whose text is known as
        its own is still read again.
        """
        ...
