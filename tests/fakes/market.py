"""The stores of the market scan in dicts: they keep the same promises as the tables, and count their writes."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from threading import Lock

from shared.adapters.opportunity_items import write_revision
from shared.opportunities.errors import MarketChanged
from shared.opportunities.leasing import Standing
from shared.opportunities.models import Post
from shared.opportunities.repository import (
    TOP_PROBLEMS,
    UNCLUSTERED,
    OpportunityChange,
    StoredOpportunity,
    StoredProblem,
)
from shared.opportunities.sources import Listing


class Crash(Exception):
    """The process died here."""


@dataclass
class Writes:
    """Counts writes over all stores, and dies before the one numbered `crash_at` (from 1)."""

    done: int = 0
    crash_at: int | None = None

    def one(self) -> None:
        if self.crash_at is not None and self.done + 1 >= self.crash_at:
            raise Crash
        self.done += 1


@dataclass
class FakeProblems:
    writes: Writes = field(default_factory=Writes)
    rows: dict[str, StoredProblem] = field(default_factory=dict[str, StoredProblem])

    def get_many(self, problem_ids: Iterable[str]) -> dict[str, StoredProblem]:
        return {one: self.rows[one] for one in problem_ids if one in self.rows}

    def of_opportunity(self, opportunity_id: str) -> list[StoredProblem]:
        return [self.rows[one] for one in sorted(self.rows) if self.rows[one].opportunity_id == opportunity_id]

    def add_unclustered(self, problems: Sequence[StoredProblem]) -> int:
        missing = [one for one in problems if one.problem.problem_id not in self.rows]
        for one in missing:
            self.writes.one()
            self.rows[one.problem.problem_id] = one
        return len(missing)


@dataclass
class FakeOpportunities:
    problems: FakeProblems
    rows: dict[str, StoredOpportunity] = field(default_factory=dict[str, StoredOpportunity])

    def all(self) -> Sequence[StoredOpportunity]:
        return list(self.rows.values())

    def get_many(self, opportunity_ids: Iterable[str]) -> dict[str, StoredOpportunity]:
        return {one: self.rows[one] for one in opportunity_ids if one in self.rows}

    def save(self, change: OpportunityChange) -> bool:
        key, revision = change.card.opportunity_id, write_revision(change)
        before = self.rows.get(key)
        if before and before.revision == revision:
            return False
        if (before.revision if before else None) != change.based_on:
            raise MarketChanged(key)
        for one in change.joining:
            stored = self.problems.rows.get(one.problem.problem_id)
            if stored and stored.opportunity_id not in {UNCLUSTERED, key}:
                raise MarketChanged(key)
        self.problems.writes.one()
        top = sorted(change.card.problems, key=lambda one: (-one.created_utc, one.problem_id))[:TOP_PROBLEMS]
        self.rows[key] = StoredOpportunity(
            card=change.card.model_copy(update={"problems": tuple(top)}),
            mean=change.mean,
            problem_count=change.problem_count,
            rated_problems=change.rated_problems,
            standing=before.standing if before else Standing(),
            version=before.version + 1 if before else 1,
            revision=revision,
        )
        for one in change.joining:
            self.problems.rows[one.problem.problem_id] = replace(one, opportunity_id=key)
        return True


@dataclass
class FakeSeenPosts:
    writes: Writes = field(default_factory=Writes)
    rows: dict[str, tuple[str, ...]] = field(default_factory=dict[str, tuple[str, ...]])
    texts: dict[str, str] = field(default_factory=dict[str, str])

    def find_known(self, post_ids: Iterable[str]) -> set[str]:
        return {one for one in post_ids if one in self.rows}

    def problems_of(self, post_ids: Iterable[str]) -> dict[str, tuple[str, ...]]:
        return {one: self.rows[one] for one in post_ids if one in self.rows}

    def first_with(self, texts: Iterable[str]) -> dict[str, str]:
        return {one: self.texts[one] for one in texts if one in self.texts}

    def add(self, problems_by_post: Mapping[str, Sequence[str]], texts: Mapping[str, str]) -> None:
        for key, post_id in texts.items():
            if key not in self.texts:
                self.writes.one()
                self.texts[key] = post_id
        for post_id, problem_ids in problems_by_post.items():
            if post_id not in self.rows:
                self.writes.one()
                self.rows[post_id] = tuple(problem_ids)


@dataclass
class FakeSpend:
    spent: int = 0
    cap: int = 10**9
    _lock: Lock = field(default_factory=Lock, repr=False)

    def add(self, microusd: int) -> None:
        with self._lock:
            self.spent += max(microusd, 0)

    def is_exceeded(self) -> bool:
        return self.spent >= self.cap


@dataclass
class FakePostSource:
    posts: list[Post]
    error: Exception | None = None
    removed: int = 0

    def newest(self, names: Sequence[str], limit: int) -> Listing:
        if self.error:
            raise self.error
        wanted = {name.lower() for name in names}
        return Listing(
            tuple(post for post in self.posts if f"{post.source}:{post.community}".lower() in wanted)[:limit],
            removed=self.removed,
        )
