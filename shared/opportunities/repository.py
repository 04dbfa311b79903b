"""The store of opportunities, problems and seen posts, as the workflows use it. The adapters implement it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from shared.opportunities.leasing import Standing
from shared.opportunities.models import Opportunity, Problem

UNCLUSTERED = "unclustered"
TOP_PROBLEMS = 12
"""The card's own item holds only this many problems, the newest. The table of problems holds all of them."""


@dataclass(frozen=True, slots=True)
class StoredOpportunity:
    """`card.problems` are the newest TOP_PROBLEMS only; `card.frequency` and `problem_count` count all.

    `mean` is the centroid of its problems' vectors (384 × float32, little-endian). `rated_problems` is the number of
    problems that the ratings and wording were made from.
    `version` counts every change of the item. `revision` identifies the card's content, which a lease does not change.
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
    """A card to write, the problems that join it, and the revision it was computed from (None: a new card)."""

    card: Opportunity
    mean: bytes
    problem_count: int
    rated_problems: int
    joining: Sequence[StoredProblem]
    based_on: str | None


class OpportunityLeases(Protocol):
    """The factory's view. Every method is atomic: if two builds compete for an opportunity, only one gets it."""

    def get(self, opportunity_id: str) -> StoredOpportunity | None:
        """The card with its newest problems (strongly consistent)."""
        ...

    def lease_best(self, holder: str, now: datetime) -> Opportunity | None:
        """Lease the best opportunity that is open or whose lease ran out: untried before failed, then by rank.

        A build that already holds one (a retried stage) gets the same one again. None if there is nothing to build.
        """
        ...

    def lease(self, opportunity_id: str, holder: str, now: datetime) -> Opportunity:
        """Lease this opportunity, or renew its lease. Raises OpportunityNotFound or OpportunityTaken."""
        ...

    def release(self, opportunity_id: str, holder: str, reason: str) -> bool:
        """Release the opportunity after a failure. Returns False and changes nothing if the build does not hold it."""
        ...

    def mark_served(self, opportunity_id: str, holder: str, agent: str) -> None:
        """Record the agent (slug) that serves it. Raises OpportunityNotFound or LeaseLost. Repeating changes
        nothing.
        """
        ...

    def mark_rejected(self, opportunity_id: str, holder: str, reason: str) -> None:
        """Record that no good enough agent could be made. Raises OpportunityNotFound or LeaseLost; repeatable."""
        ...


class OpportunityDecisions(Protocol):
    """A person's decisions about an opportunity. Both methods are atomic, and repeating them changes nothing."""

    def reopen(self, opportunity_id: str, now: datetime) -> Standing:
        """Rejected or muted → open. Raises OpportunityNotFound, or OpportunityTaken while it is built or once
        served.
        """
        ...

    def mute(self, opportunity_id: str, reason: str, now: datetime) -> Standing:
        """Open or rejected → muted: no build gets it until it is reopened. Raises the same errors as `reopen`."""
        ...


class Opportunities(Protocol):
    """The market scan's view of the cards."""

    def all(self) -> Sequence[StoredOpportunity]:
        """Every opportunity, whatever its standing."""
        ...

    def get_many(self, opportunity_ids: Iterable[str]) -> dict[str, StoredOpportunity]: ...

    def save(self, change: OpportunityChange) -> bool:
        """Write the card and the joining problems in one transaction. False if exactly this is stored already.

        Raises MarketChanged if the card's revision is not `based_on`, or if a problem has another opportunity.
        """
        ...


class Problems(Protocol):
    def get_many(self, problem_ids: Iterable[str]) -> dict[str, StoredProblem]: ...

    def of_opportunity(self, opportunity_id: str) -> list[StoredProblem]:
        """All problems of one opportunity, or of none (UNCLUSTERED), sorted by id."""
        ...

    def add_unclustered(self, problems: Sequence[StoredProblem]) -> int:
        """Add the problems that are not stored yet and return their number. Never moves a stored problem."""
        ...


class SeenPosts(Protocol):
    """Posts that earlier scans processed completely."""

    def find_known(self, post_ids: Iterable[str]) -> set[str]: ...

    def problems_of(self, post_ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
        """For each of these posts that was seen: the ids of the problems found in it."""
        ...

    def first_with(self, texts: Iterable[str]) -> dict[str, str]:
        """For each of these text keys (`make_text_key`) that was seen: the id of the post that was read."""
        ...

    def add(self, problems_by_post: Mapping[str, Sequence[str]], texts: Mapping[str, str]) -> None:
        """Mark posts as seen, once everything else of their scan is stored. Repeating it changes nothing.

        `texts`: the id of the post that was read, by the key of its text. Texts are written first: after a crash in
        between, a post whose text is recorded under its own id is read again.
        """
        ...
