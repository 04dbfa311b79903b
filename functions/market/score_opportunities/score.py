"""Counts, rates and words every opportunity that a scan touches."""

import hashlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime

from functions.market.score_opportunities.rating import (
    PROMPT,
    CheckedRating,
    OpportunityRating,
    check,
    question,
    sample,
    unrated,
)
from shared.adapters.artifacts import ArtifactMissing, Artifacts
from shared.adapters.claude import Claude, ModelAnswerInvalid, ModelRefused
from shared.opportunities.models import Opportunity, Problem
from shared.opportunities.repository import Opportunities, Problems, StoredOpportunity
from shared.opportunities.scan import (
    Clustered,
    Clusters,
    PlacedProblem,
    Scored,
    ScoredOpportunities,
    ScoredOpportunity,
    TouchedOpportunity,
)
from shared.opportunities.scoring import frequency, recency, score

MAX_TOKENS = 1_500
AT_ONCE = 4
GROWTH = 1.25
"""An opportunity is rated and worded anew when it has grown by so much since."""


@dataclass
class Rating:
    """One question to the model, with its outcome. `checked` is None if it was refused or could not be read;
    `answered` tells an answer from one that an earlier try had already.
    """

    problems: Sequence[Problem]
    checked: CheckedRating | None = None
    answered: bool = False
    error: Exception | None = None


@dataclass
class Outcome:
    ratings: list[Rating] = field(default_factory=list[Rating])


@dataclass(frozen=True)
class Scorer:
    claude: Claude
    artifacts: Artifacts
    opportunities: Opportunities
    problems: Problems
    model: str

    def score(self, request: Clustered) -> tuple[Scored, Outcome]:
        clusters = self.artifacts.get_model(request.clusters_key, Clusters)
        existing = self.opportunities.get_many(one.opportunity_id for one in clusters.touched)
        members = self._members(request, clusters.touched, existing)
        ratings = self._rate(clusters.touched, members, existing)
        scored = [
            _scored(one, members[one.opportunity_id], existing.get(one.opportunity_id), ratings)
            for one in clusters.touched
        ]
        body = ScoredOpportunities(opportunities=tuple(scored))
        state = Scored(
            **request.model_dump(exclude={"clusters_key"}),
            opportunities_key=self.artifacts.put_model(f"scans/{request.scan_id}/opportunities.json", body),
        )
        return state, Outcome([rating for rating in ratings.values() if rating.answered])

    def _members(
        self, request: Clustered, touched: Sequence[TouchedOpportunity], existing: Mapping[str, StoredOpportunity]
    ) -> dict[str, list[Problem]]:
        members: dict[str, dict[str, Problem]] = defaultdict(dict)
        for line in self.artifacts.get_lines(request.problems_key, PlacedProblem):
            members[line.opportunity_id][line.problem.problem_id] = line.problem
        for one in touched:
            if one.opportunity_id in existing:
                for stored in self.problems.of_opportunity(one.opportunity_id):
                    members[one.opportunity_id][stored.problem.problem_id] = stored.problem
        return {key: [own[one] for one in sorted(own)] for key, own in members.items()}

    def _rate(
        self,
        touched: Sequence[TouchedOpportunity],
        members: Mapping[str, Sequence[Problem]],
        existing: Mapping[str, StoredOpportunity],
    ) -> dict[str, Rating]:
        """Raises what the model raised, if it is worth a retry or if nothing at all could be rated."""
        due = {
            one.opportunity_id: Rating(sample(members[one.opportunity_id]))
            for one in touched
            if _grown(existing.get(one.opportunity_id), len(members[one.opportunity_id]))
        }
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(self._rate_one, due.values()))
        errors = [rating.error for rating in due.values() if rating.error]
        lasting = (ModelRefused, ModelAnswerInvalid)
        for error in errors:
            if not isinstance(error, lasting) or len(errors) == len(due):
                raise error
        return due

    def _rate_one(self, rating: Rating) -> None:
        key = _key(rating.problems)
        try:
            rating.checked = self.artifacts.get_model(key, CheckedRating)
            return
        except ArtifactMissing:
            pass
        try:
            answer = self.claude.ask(
                PROMPT, question(rating.problems), OpportunityRating, model=self.model, max_tokens=MAX_TOKENS
            )
        except Exception as error:
            rating.error = error
            return
        rating.answered = True
        rating.checked = check(answer.value, rating.problems, answer.model)
        self.artifacts.put_model(key, rating.checked)


def _scored(
    touched: TouchedOpportunity,
    members: Sequence[Problem],
    before: StoredOpportunity | None,
    ratings: Mapping[str, Rating],
) -> ScoredOpportunity:
    rating = ratings.get(touched.opportunity_id)
    rated_problems = before.rated_problems if before else 0
    if rating is not None and rating.checked is not None:
        words, rated_problems = rating.checked, len(members)
    else:
        words = _as_before(before.card) if before else unrated(members)
    counted = frequency(members)
    card = Opportunity(
        opportunity_id=touched.opportunity_id,
        **words.model_dump(exclude={"faults", "urgency", "monetization"}),
        urgency=words.urgency,
        monetization=words.monetization,
        problems=tuple(members),
        frequency=counted,
        score=score(counted, words.urgency.value, words.monetization.value),
        recency=recency(members),
        newest_problem_at=datetime.fromtimestamp(max(one.created_utc for one in members), UTC),
    )
    return ScoredOpportunity(
        card=card,
        based_on=touched.based_on,
        mean=touched.mean,
        problem_count=len(members),
        rated_problems=rated_problems,
    )


def _grown(before: StoredOpportunity | None, problems: int) -> bool:
    return before is None or problems >= GROWTH * before.rated_problems


def _as_before(card: Opportunity) -> CheckedRating:
    return CheckedRating(
        title=card.title,
        summary=card.summary,
        who=card.who,
        current_solutions=card.current_solutions,
        agent_idea=card.agent_idea,
        urgency=card.urgency,
        monetization=card.monetization,
        faults=[],
    )


def _key(problems: Sequence[Problem]) -> str:
    content = "\n".join(f"{one.problem_id} {one.statement}" for one in problems)
    return f"scans/ratings/{hashlib.sha256(content.encode()).hexdigest()[:32]}.json"
