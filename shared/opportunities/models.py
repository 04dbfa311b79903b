"""The nouns of workflow 1: a post, the problems found in it, and the opportunity that similar problems form."""

from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import Field

from shared.values import Frozen

Rating = Annotated[float, Field(ge=0, le=10)]


class Post(Frozen):
    """A public post, as read. `id` is "<source>:<the source's own id>" (`post_id`); `url` is absolute.

    `community` is the part of the source that holds the post (a subreddit). `created_utc` is in seconds. `title` and
    `text` are as their readers saw them (`read_as_written`). `author` is a key that tells authors apart without naming
    them; it is empty if unknown.
    """

    id: str
    source: str
    community: str
    title: str
    text: str
    created_utc: float
    url: str
    author: str = ""
    score: int = 0
    comments: int = 0


class Problem(Frozen):
    """One pain point in one post. `quote` is a verbatim substring of the post's title or text, as checked by code.

    `voice` identifies the speaker: problems of one voice count once (see voices).
    """

    problem_id: str
    post_id: str
    voice: str
    source: str
    community: str
    url: str
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
    """`voices` is the number of distinct voices; `value` is computed from it (see scoring)."""

    voices: int
    value: Rating


class Opportunity(Frozen):
    """The OpportunityCard: similar problems with a score. `score` = frequency × urgency × monetization, each 0–10.

    `recency` is the time at which its voices spoke, in seconds since 1970; newer voices count more (see scoring).
    """

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
    recency: float
    newest_problem_at: datetime
