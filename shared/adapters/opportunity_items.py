"""Converts opportunities to items of the table `market_opportunities`, and back.

An item stays small however much the opportunity grows: it holds only the newest problems; `problems` holds all of them.
"""

import hashlib
import json
from datetime import UTC
from typing import Any, cast

from pydantic import TypeAdapter
from pynamodb.attributes import (
    BinaryAttribute,
    NumberAttribute,
    UnicodeAttribute,
    UTCDateTimeAttribute,
    VersionAttribute,
)
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model

from shared.opportunities.leasing import Standing
from shared.opportunities.models import Frequency, Opportunity, OpportunityStatus, Problem, RatedAxis
from shared.opportunities.repository import TOP_PROBLEMS, OpportunityChange, StoredOpportunity

_PROBLEMS = TypeAdapter(tuple[Problem, ...])


class OpportunitiesByStatus(GlobalSecondaryIndex["OpportunityItem"]):
    class Meta:
        index_name = "by_status"
        projection = AllProjection()

    status = UnicodeAttribute(hash_key=True)
    score = NumberAttribute(range_key=True)


class OpportunityItem(Model):
    opportunity_id = UnicodeAttribute(hash_key=True)
    version = VersionAttribute()
    revision = UnicodeAttribute()
    by_status = OpportunitiesByStatus()

    status = UnicodeAttribute()
    holder = UnicodeAttribute(null=True)
    leased_until = UTCDateTimeAttribute(null=True)
    reason = UnicodeAttribute(null=True)
    agent = UnicodeAttribute(null=True)
    failed_builds = NumberAttribute(default=0)

    title = UnicodeAttribute()
    summary = UnicodeAttribute()
    who = UnicodeAttribute()
    current_solutions = UnicodeAttribute()
    agent_idea = UnicodeAttribute()
    score = NumberAttribute()
    voices = NumberAttribute()
    recency = NumberAttribute()
    frequency = NumberAttribute()
    urgency = NumberAttribute()
    urgency_reason = UnicodeAttribute()
    urgency_model = UnicodeAttribute()
    monetization = NumberAttribute()
    monetization_reason = UnicodeAttribute()
    monetization_model = UnicodeAttribute()
    newest_problem_at = UTCDateTimeAttribute()
    top_problems = UnicodeAttribute()

    mean = BinaryAttribute(legacy_encoding=False)
    problem_count = NumberAttribute()
    rated_problems = NumberAttribute()


def write_card(item: OpportunityItem, change: OpportunityChange) -> None:
    """Write everything that a scan decides into the item. The standing, which the factory decides, is left
    unchanged.
    """
    card = change.card
    item.revision = write_revision(change)
    item.title, item.summary, item.who = card.title, card.summary, card.who
    item.current_solutions, item.agent_idea = card.current_solutions, card.agent_idea
    item.score = card.score
    item.voices, item.frequency, item.recency = card.frequency.voices, card.frequency.value, card.recency
    item.urgency, item.urgency_reason, item.urgency_model = _read_axis(card.urgency)
    item.monetization, item.monetization_reason, item.monetization_model = _read_axis(card.monetization)
    item.newest_problem_at = card.newest_problem_at
    item.top_problems = _PROBLEMS.dump_json(_keep_newest(card.problems)).decode()
    item.mean, item.problem_count = change.mean, change.problem_count
    item.rated_problems = change.rated_problems


def write_standing(item: OpportunityItem, standing: Standing) -> None:
    item.status = standing.status.value
    item.holder, item.leased_until = standing.holder, standing.leased_until
    item.reason, item.agent, item.failed_builds = standing.reason, standing.agent, standing.failed_builds


def read_standing(item: OpportunityItem) -> Standing:
    return Standing(
        status=OpportunityStatus(item.status),
        holder=item.holder,
        leased_until=item.leased_until,
        reason=item.reason,
        agent=item.agent,
        failed_builds=int(item.failed_builds),
    )


def read_opportunity(item: OpportunityItem) -> StoredOpportunity:
    card = Opportunity(
        opportunity_id=item.opportunity_id,
        title=item.title,
        summary=item.summary,
        who=item.who,
        current_solutions=item.current_solutions,
        agent_idea=item.agent_idea,
        problems=_PROBLEMS.validate_json(item.top_problems),
        frequency=Frequency(voices=int(item.voices), value=item.frequency),
        urgency=RatedAxis(value=item.urgency, reason=item.urgency_reason, model=item.urgency_model),
        monetization=RatedAxis(value=item.monetization, reason=item.monetization_reason, model=item.monetization_model),
        score=item.score,
        recency=item.recency,
        newest_problem_at=item.newest_problem_at.astimezone(UTC),
    )
    return StoredOpportunity(
        card=card,
        mean=item.mean,
        problem_count=int(item.problem_count),
        rated_problems=int(item.rated_problems),
        standing=read_standing(item),
        version=int(cast(Any, item).version),
        revision=item.revision,
    )


def write_revision(change: OpportunityChange) -> str:
    """A name for the card's content and its number of problems. The mean is implied, since it comes from the same
    problems.
    """
    content = change.card.model_dump(mode="json", exclude={"problems"})
    content["problems"] = sorted(problem.problem_id for problem in _keep_newest(change.card.problems))
    content["counts"] = [change.problem_count, change.rated_problems]
    return hashlib.sha256(json.dumps(content, sort_keys=True).encode()).hexdigest()[:24]


def _keep_newest(problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
    return tuple(sorted(problems, key=lambda one: (-one.created_utc, one.problem_id))[:TOP_PROBLEMS])


def _read_axis(rated: RatedAxis) -> tuple[float, str, str]:
    return rated.value, rated.reason, rated.model
