"""The table `market_opportunities`: cards, which scans write, and leases, which builds take."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime

from pynamodb.exceptions import TransactWriteError
from pynamodb.transactions import TransactWrite

from shared.adapters.dynamodb import (
    CONDITION_FAILED,
    find,
    is_lost_race,
    model_of,
    pause,
    read_cancellation_codes,
    start_transaction,
    was_written,
)
from shared.adapters.opportunity_items import (
    OpportunityItem,
    read_opportunity,
    read_standing,
    write_card,
    write_revision,
    write_standing,
)
from shared.adapters.problems_table import ProblemItem, make_problem_item, may_join
from shared.opportunities.errors import LeaseLost, MarketChanged, OpportunityNotFound, OpportunityTaken
from shared.opportunities.leasing import Standing
from shared.opportunities.models import Opportunity, OpportunityStatus
from shared.opportunities.repository import OpportunityChange, StoredOpportunity
from shared.opportunities.scoring import rank

ATTEMPTS = 8
CANDIDATES = 25
IN_ONE_TRANSACTION = 99
"""DynamoDB allows 100 items per transaction, and the card is one of them."""


class OpportunitiesTable:
    """Implements `Opportunities`, `OpportunityLeases` and `OpportunityDecisions` of `shared.opportunities.repository`.

    Every write is conditional on the version that was read, so of two concurrent writers one reads and decides again.
    """

    def __init__(self, table_name: str, problems_table_name: str | None = None) -> None:
        """Only saving cards needs the name of the table of problems."""
        self._opportunities = model_of(OpportunityItem, table_name)
        self._problems = model_of(ProblemItem, problems_table_name) if problems_table_name else None

    def all(self) -> Sequence[StoredOpportunity]:
        return [
            read_opportunity(item)
            for status in OpportunityStatus
            for item in self._opportunities.by_status.query(status)
        ]

    def get(self, opportunity_id: str) -> StoredOpportunity | None:
        item = find(self._opportunities, opportunity_id)
        return read_opportunity(item) if item else None

    def get_many(self, opportunity_ids: Iterable[str]) -> dict[str, StoredOpportunity]:
        wanted = sorted(set(opportunity_ids))
        found = self._opportunities.batch_get(wanted, consistent_read=True) if wanted else ()
        return {item.opportunity_id: read_opportunity(item) for item in found}

    def save(self, change: OpportunityChange) -> bool:
        revision = write_revision(change)
        written = False
        for attempt in range(ATTEMPTS):
            item = find(self._opportunities, change.card.opportunity_id)
            stored = item is not None and item.revision == revision
            if not stored:
                if (item.revision if item else None) != change.based_on:
                    raise MarketChanged(f"{change.card.opportunity_id} was changed by another scan")
                written = stored = self._write(item, change)
            if stored and self._place_rest(change):
                return written
            pause(attempt)
        raise MarketChanged(f"{change.card.opportunity_id} changes too often to be saved")

    def lease_best(self, holder: str, now: datetime) -> Opportunity | None:
        for item in self._iterate_candidates(holder, now):
            leased = self._change(item.opportunity_id, lambda standing: standing.lease_to(holder, now))
            if leased is not None:
                return read_opportunity(leased).card
        return None

    def lease(self, opportunity_id: str, holder: str, now: datetime) -> Opportunity:
        leased = self._change(opportunity_id, lambda standing: standing.lease_to(holder, now))
        if leased is None:
            raise OpportunityTaken(f"{opportunity_id} is {_describe(self._require(opportunity_id))}")
        return read_opportunity(leased).card

    def release(self, opportunity_id: str, holder: str, reason: str) -> bool:
        return self._change(opportunity_id, lambda standing: standing.release(holder, reason)) is not None

    def mark_served(self, opportunity_id: str, holder: str, agent: str) -> None:
        self._finish(opportunity_id, holder, lambda standing: standing.serve(holder, agent))

    def mark_rejected(self, opportunity_id: str, holder: str, reason: str) -> None:
        self._finish(opportunity_id, holder, lambda standing: standing.reject(holder, reason))

    def reopen(self, opportunity_id: str, now: datetime) -> Standing:
        return self._decide(opportunity_id, lambda standing: standing.reopen(now))

    def mute(self, opportunity_id: str, reason: str, now: datetime) -> Standing:
        return self._decide(opportunity_id, lambda standing: standing.mute(reason, now))

    def _decide(self, opportunity_id: str, decide: Callable[[Standing], Standing | None]) -> Standing:
        changed = self._change(opportunity_id, decide)
        if changed is None:
            raise OpportunityTaken(f"{opportunity_id} is {_describe(self._require(opportunity_id))}")
        return read_standing(changed)

    def _finish(self, opportunity_id: str, holder: str, decide: Callable[[Standing], Standing | None]) -> None:
        if self._change(opportunity_id, decide) is None:
            standing = _describe(self._require(opportunity_id))
            raise LeaseLost(f"{holder} does not hold {opportunity_id}: it is {standing}")

    def _iterate_candidates(self, holder: str, now: datetime) -> Iterator[OpportunityItem]:
        leased = list(self._opportunities.by_status.query(OpportunityStatus.LEASED))
        yield from (item for item in leased if item.holder == holder)
        unserved = self._opportunities.by_status.query(OpportunityStatus.OPEN)
        expired = [item for item in leased if read_standing(item).lease_to(holder, now) is not None]
        best_first = sorted(
            [*unserved, *expired],
            key=lambda item: (int(item.failed_builds), -rank(item.score, item.recency), item.opportunity_id),
        )
        yield from best_first[:CANDIDATES]

    def _change(self, opportunity_id: str, decide: Callable[[Standing], Standing | None]) -> OpportunityItem | None:
        """Apply a decision to the present standing; None if it declines. An unchanged standing is not written."""
        for attempt in range(ATTEMPTS):
            item = self._require(opportunity_id)
            before = read_standing(item)
            after = decide(before)
            if after is None or after == before:
                return item if after else None
            write_standing(item, after)
            if was_written(item.save):
                return item
            pause(attempt)
        raise OpportunityTaken(f"{opportunity_id} changes too often to be taken")

    def _write(self, item: OpportunityItem | None, change: OpportunityChange) -> bool:
        """Write the card and its problems in one transaction. False if only the item's version had changed (by a
        lease).
        """
        item = item or self._make_item(change.card.opportunity_id)
        write_card(item, change)
        try:
            with start_transaction() as writes:
                writes.save(item)
                self._put_problems(writes, change, 0)
        except TransactWriteError as error:
            return _try_again(error, change, problems_from=1)
        return True

    def _make_item(self, opportunity_id: str) -> OpportunityItem:
        item = self._opportunities(opportunity_id)
        write_standing(item, Standing())
        return item

    def _place_rest(self, change: OpportunityChange) -> bool:
        """Write the problems that did not fit into the card's transaction. False if this must be tried again."""
        try:
            for start in range(IN_ONE_TRANSACTION, len(change.joining), IN_ONE_TRANSACTION):
                with start_transaction() as writes:
                    self._put_problems(writes, change, start)
        except TransactWriteError as error:
            return _try_again(error, change, problems_from=0)
        return True

    def _put_problems(self, writes: TransactWrite, change: OpportunityChange, start: int) -> None:
        assert self._problems is not None, "only who knows the table of problems saves cards"
        for problem in change.joining[start : start + IN_ONE_TRANSACTION]:
            writes.save(make_problem_item(self._problems, problem), condition=may_join(change.card.opportunity_id))

    def _require(self, opportunity_id: str) -> OpportunityItem:
        item = find(self._opportunities, opportunity_id)
        if item is None:
            raise OpportunityNotFound(f"there is no opportunity {opportunity_id}")
        return item


def _try_again(error: TransactWriteError, change: OpportunityChange, *, problems_from: int) -> bool:
    """Returns False if the transaction may succeed after reading again; raises if it cannot."""
    codes = read_cancellation_codes(error)
    if CONDITION_FAILED in codes[problems_from:]:
        raise MarketChanged(f"another scan placed problems of {change.card.opportunity_id} elsewhere") from error
    if is_lost_race(error):
        return False
    raise error


def _describe(item: OpportunityItem) -> str:
    standing = read_standing(item)
    until = f" until {standing.leased_until.isoformat()}" if standing.leased_until else ""
    return f"{standing.status.value} by {standing.holder or 'nobody'}{until}"
