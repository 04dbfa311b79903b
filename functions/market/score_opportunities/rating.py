"""The question to the model about one opportunity, and the check of its answer.

Each question is about one opportunity, so that a text planted in one cannot affect the rating of another.
"""

import math
from collections import Counter
from collections.abc import Sequence

from pydantic import BaseModel

from shared.opportunities.models import Problem, RatedAxis
from shared.untrusted_text.wording import fits, make_plain

PROMPT = "rate_opportunity"
SAMPLE = 20
TITLE_CHARACTERS = 80
TEXT_CHARACTERS = 400
SHORT_CHARACTERS = 160
REASON_CHARACTERS = 240

REFUSED_VALUE = "the model's rating was refused: it is not between 0 and 10"
NEUTRALISED = "_neutralised"
UNANSWERED = "the model did not answer"


class RatedValue(BaseModel):
    """Unbounded on purpose: a value outside 0–10 must not cost the rest of the answer."""

    value: float
    reason: str


class OpportunityRating(BaseModel):
    title: str
    summary: str
    who: str
    current_solutions: str
    agent_idea: str
    urgency: RatedValue
    monetization: RatedValue


class CheckedRating(BaseModel):
    """`faults` names what was replaced or refused, for the metric `RatingsCorrected`."""

    title: str
    summary: str
    who: str
    current_solutions: str
    agent_idea: str
    urgency: RatedAxis
    monetization: RatedAxis
    faults: list[str]

    @property
    def unclean(self) -> bool:
        """Whether a text had to be cleaned. Then the whole answer is not trusted, since its titles hold markup or
        orders.
        """
        return any(fault.endswith(NEUTRALISED) for fault in self.faults)


def choose_sample(problems: Sequence[Problem]) -> list[Problem]:
    """The newest problems, first one of each voice, so that one voice with many problems cannot dominate the sample."""
    newest = sorted(problems, key=lambda one: (-one.created_utc, one.problem_id))
    seen: set[str] = set()
    first: list[Problem] = []
    further: list[Problem] = []
    for one in newest:
        (further if one.voice in seen else first).append(one)
        seen.add(one.voice)
    return [*first, *further][:SAMPLE]


def question(problems: Sequence[Problem]) -> dict[str, object]:
    return {
        "problems": [
            {"quote": one.quote, "statement": one.statement, "sufferer": one.sufferer, "workaround": one.workaround}
            for one in problems
        ]
    }


def check(rating: OpportunityRating, problems: Sequence[Problem], model: str) -> CheckedRating:
    """Keep the model's texts if they are about these problems, else replace them by our own. Limit ratings to 0–10."""
    faults: list[str] = []
    sources = [text for one in problems for text in (one.quote, one.statement, one.sufferer, one.workaround)]
    ours = make_unrated(problems)

    def text(name: str, written: str, limit: int, share: float, fallback: str) -> str:
        made = make_plain(written, limit)
        if made.changed:
            faults.append(f"{name}{NEUTRALISED}")
        if not made.text or fits(made.text, sources, share=share):
            return made.text or fallback
        faults.append(f"{name}_foreign")
        return fallback

    def axis(name: str, rated: RatedValue) -> RatedAxis:
        if not math.isfinite(rated.value) or not 0 <= rated.value <= 10:
            faults.append(f"{name}_out_of_range")
            return RatedAxis(value=0, reason=REFUSED_VALUE, model=model)
        reason = text(f"{name}_reason", rated.reason, REASON_CHARACTERS, 0.0, "the model gave no usable reason")
        return RatedAxis(value=round(rated.value, 1), reason=reason, model=model)

    return CheckedRating(
        title=text("title", rating.title, TITLE_CHARACTERS, 0.34, ours.title),
        summary=text("summary", rating.summary, TEXT_CHARACTERS, 0.2, ours.summary),
        who=text("who", rating.who, SHORT_CHARACTERS, 0.0, ours.who),
        current_solutions=text(
            "current_solutions", rating.current_solutions, TEXT_CHARACTERS, 0.1, ours.current_solutions
        ),
        agent_idea=text("agent_idea", rating.agent_idea, TEXT_CHARACTERS, 0.1, ours.agent_idea),
        urgency=axis("urgency", rating.urgency),
        monetization=axis("monetization", rating.monetization),
        faults=faults,
    )


def make_unrated(problems: Sequence[Problem]) -> CheckedRating:
    """A card with texts from the problems alone and ratings of 0, used if there is no usable answer of the model."""
    statements = sorted((one.statement for one in problems), key=lambda one: (len(one), one))
    nothing = RatedAxis(value=0, reason=UNANSWERED, model="none")
    return CheckedRating(
        title=make_plain(statements[0], TITLE_CHARACTERS).text.rstrip("."),
        summary=make_plain(" ".join(statements[:3]), TEXT_CHARACTERS).text,
        who=_find_commonest([one.sufferer for one in problems]),
        current_solutions=_find_commonest([one.workaround for one in problems]),
        agent_idea="",
        urgency=nothing,
        monetization=nothing,
        faults=[],
    )


def _find_commonest(texts: Sequence[str]) -> str:
    counts = Counter(text for text in texts if text)
    return min(counts, key=lambda text: (-counts[text], text)) if counts else ""
