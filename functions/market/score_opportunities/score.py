"""Computes the frequency, the ratings and the texts of every opportunity that a scan touches."""

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
    choose_sample,
    make_unrated,
    question,
)
from functions.market.score_opportunities.trust import BURDEN, TRIFLE, is_sensible
from shared.adapters.artifacts import ArtifactMissing, Artifacts
from shared.adapters.claude import Answer, Claude, ModelAnswerInvalid, ModelRefused
from shared.opportunities.errors import ModelNotTrusted
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
from shared.opportunities.scoring import compute_recency, count_frequency, score

MAX_TOKENS = 1_500
ATTEMPTS = 3
AT_ONCE = 4
GROWTH = 1.25
"""The growth after which an opportunity gets new ratings and texts."""


@dataclass
class Rating:
    """One question to the model, with its outcome. `checked` is None if the model refused or its answer was unreadable.
    `answered` is false if the answer is one that an earlier try had stored.
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
        members = self._read_members(request, clusters.touched, existing)
        ratings = self._rate(clusters.touched, members, existing)
        scored = [
            _score(one, members[one.opportunity_id], existing.get(one.opportunity_id), ratings)
            for one in clusters.touched
        ]
        body = ScoredOpportunities(opportunities=tuple(scored))
        state = Scored(
            **request.model_dump(exclude={"clusters_key"}),
            opportunities_key=self.artifacts.put_model(f"scans/{request.scan_id}/opportunities.json", body),
        )
        return state, Outcome([rating for rating in ratings.values() if rating.answered])

    def _read_members(
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
        """Raises the model's error if a retry may help or if nothing at all could be rated. Raises ModelNotTrusted if
        the model rates our own opportunities absurdly: then nothing of the scan is stored, and no post is lost.
        """
        due = {
            one.opportunity_id: Rating(choose_sample(members[one.opportunity_id]))
            for one in touched
            if _has_grown(existing.get(one.opportunity_id), len(members[one.opportunity_id]))
        }
        new = [rating for rating in due.values() if not self._recall(rating)]
        if new and not self._is_trusted():
            raise ModelNotTrusted(f"{PROMPT}: the model rates plain opportunities of our own absurdly")
        with ThreadPoolExecutor(AT_ONCE) as pool:
            list(pool.map(self._rate_one, new))
        errors = [rating.error for rating in due.values() if rating.error]
        lasting = (ModelRefused, ModelAnswerInvalid)
        for error in errors:
            if not isinstance(error, lasting) or len(errors) == len(due):
                raise error
        return due

    def _recall(self, rating: Rating) -> bool:
        """Whether an earlier try stored this rating already."""
        try:
            rating.checked = self.artifacts.get_model(_make_key(rating.problems), CheckedRating)
        except ArtifactMissing:
            return False
        return True

    def _is_trusted(self) -> bool:
        """Whether the model rates our own two opportunities sensibly. Raises the model's errors."""
        trifle, burden = (self._ask(problems).value for problems in (TRIFLE, BURDEN))
        return is_sensible(trifle, burden)

    def _ask(self, problems: Sequence[Problem]) -> Answer[OpportunityRating]:
        return self.claude.ask(PROMPT, question(problems), OpportunityRating, model=self.model, max_tokens=MAX_TOKENS)

    def _clean(self, problems: Sequence[Problem]) -> CheckedRating:
        """Ask, and ask (and pay) again while an answer would need cleaning. Finally raises ModelAnswerInvalid."""
        faults: list[str] = []
        for _ in range(ATTEMPTS):
            answer = self._ask(problems)
            checked = check(answer.value, problems, answer.model)
            if not checked.unclean:
                return checked
            faults = checked.faults
        raise ModelAnswerInvalid(f"{PROMPT}: {ATTEMPTS} answers had texts that may not be shown: {faults}")

    def _rate_one(self, rating: Rating) -> None:
        try:
            rating.checked = self._clean(rating.problems)
        except Exception as error:
            rating.error = error
            return
        rating.answered = True
        self.artifacts.put_model(_make_key(rating.problems), rating.checked)


def _score(
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
        words = _keep_rating(before.card) if before else make_unrated(members)
    counted = count_frequency(members)
    card = Opportunity(
        opportunity_id=touched.opportunity_id,
        **words.model_dump(exclude={"faults", "urgency", "monetization"}),
        urgency=words.urgency,
        monetization=words.monetization,
        problems=tuple(members),
        frequency=counted,
        score=score(counted, words.urgency.value, words.monetization.value),
        recency=compute_recency(members),
        newest_problem_at=datetime.fromtimestamp(max(one.created_utc for one in members), UTC),
    )
    return ScoredOpportunity(
        card=card,
        based_on=touched.based_on,
        mean=touched.mean,
        problem_count=len(members),
        rated_problems=rated_problems,
    )


def _has_grown(before: StoredOpportunity | None, problems: int) -> bool:
    return before is None or problems >= GROWTH * before.rated_problems


def _keep_rating(card: Opportunity) -> CheckedRating:
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


def _make_key(problems: Sequence[Problem]) -> str:
    content = "\n".join(f"{one.problem_id} {one.statement}" for one in problems)
    return f"scans/ratings/{hashlib.sha256(content.encode()).hexdigest()[:32]}.json"
