"""The words of workflow 1: a post, the problems found in it, and the opportunity that similar problems make."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from shared.values import Frozen

Rating = Annotated[float, Field(ge=0, le=10)]


class Post(Frozen):
    """A Reddit submission as read. `permalink` is site-relative (`/r/…/comments/…`); `created_utc` in seconds."""

    id: str
    subreddit: str
    title: str
    selftext: str
    created_utc: float
    permalink: str
    score: int = 0
    num_comments: int = 0


class Problem(Frozen):
    """One pain point in one post. `quote` is a verbatim substring of the post's title or text: code checked it."""

    problem_id: str
    post_id: str
    subreddit: str
    permalink: str
    created_utc: float
    quote: str
    statement: str
    sufferer: str
    workaround: str


class RatedAxis(Frozen):
    """A 0–10 rating by the model, with its reason; `model` is the name that the answer itself carried."""

    value: Annotated[Rating, Field(description="From 0, the worst, to 10")]
    reason: Annotated[str, Field(description="Why, in the judge's words")]
    model: Annotated[str, Field(description="The model that judged, as its answer named itself")]


class OpportunityStatus(StrEnum):
    OPEN = "open"
    LEASED = "leased"
    SERVED = "served"
    REJECTED = "rejected"
    MUTED = "muted"


class Frequency(Frozen):
    """`posts` is counted; `weighted` discounts each post by its age against the newest post seen (see scoring)."""

    posts: int
    weighted: float
    value: Rating


class Opportunity(Frozen):
    """The OpportunityCard: similar problems, scored: `score` = frequency × urgency × monetization, each 0–10."""

    opportunity_id: str
    title: str
    summary: str
    who: str
    current_solutions: str
    agent_idea: str
    problems: tuple[Problem, ...]
    frequency: Frequency
    urgency: RatedAxis
    monetization: RatedAxis
    score: float
    newest_problem_at: datetime
