"""The table `problems`: every problem once, by id, with its opportunity."""

from collections.abc import Iterable, Sequence

from pynamodb.attributes import BinaryAttribute, NumberAttribute, UnicodeAttribute
from pynamodb.expressions.condition import Condition
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model

from shared.adapters.dynamodb import model_of, was_written
from shared.opportunities.models import Problem
from shared.opportunities.repository import UNCLUSTERED, StoredProblem


class ByOpportunity(GlobalSecondaryIndex["ProblemItem"]):
    class Meta:
        index_name = "by_opportunity"
        projection = AllProjection()

    opportunity_id = UnicodeAttribute(hash_key=True)
    problem_id = UnicodeAttribute(range_key=True)


class ProblemItem(Model):
    problem_id = UnicodeAttribute(hash_key=True)
    opportunity_id = UnicodeAttribute()
    post_id = UnicodeAttribute()
    voice = UnicodeAttribute()
    source = UnicodeAttribute()
    community = UnicodeAttribute()
    url = UnicodeAttribute()
    created_utc = NumberAttribute()
    quote = UnicodeAttribute()
    statement = UnicodeAttribute()
    sufferer = UnicodeAttribute()
    workaround = UnicodeAttribute()
    vector = BinaryAttribute(legacy_encoding=False)
    by_opportunity = ByOpportunity()


class ProblemsTable:
    """Implements `shared.opportunities.repository.Problems`."""

    def __init__(self, table_name: str) -> None:
        self._problems = model_of(ProblemItem, table_name)

    def get_many(self, problem_ids: Iterable[str]) -> dict[str, StoredProblem]:
        wanted = sorted(set(problem_ids))
        found = self._problems.batch_get(wanted, consistent_read=True) if wanted else ()
        return {item.problem_id: read_stored_problem(item) for item in found}

    def of_opportunity(self, opportunity_id: str) -> list[StoredProblem]:
        return [read_stored_problem(item) for item in self._problems.by_opportunity.query(opportunity_id)]

    def add_unclustered(self, problems: Sequence[StoredProblem]) -> int:
        stored = self.get_many(problem.problem.problem_id for problem in problems)
        return sum(self._add(problem) for problem in problems if problem.problem.problem_id not in stored)

    def _add(self, problem: StoredProblem) -> bool:
        item = make_problem_item(self._problems, problem)
        return was_written(lambda: item.save(ProblemItem.problem_id.does_not_exist()))


def make_problem_item(problems: type[ProblemItem], stored: StoredProblem) -> ProblemItem:
    return problems(**stored.problem.model_dump(), vector=stored.vector, opportunity_id=stored.opportunity_id)


def read_stored_problem(item: ProblemItem) -> StoredProblem:
    problem = Problem(
        problem_id=item.problem_id,
        post_id=item.post_id,
        voice=item.voice,
        source=item.source,
        community=item.community,
        url=item.url,
        created_utc=item.created_utc,
        quote=item.quote,
        statement=item.statement,
        sufferer=item.sufferer,
        workaround=item.workaround,
    )
    return StoredProblem(problem, item.vector, item.opportunity_id)


def may_join(opportunity_id: str) -> Condition:
    """A condition that holds if the problem is new, in no opportunity, or in this one already."""
    return (
        ProblemItem.problem_id.does_not_exist()
        | (ProblemItem.opportunity_id == UNCLUSTERED)
        | (ProblemItem.opportunity_id == opportunity_id)
    )
