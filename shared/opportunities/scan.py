"""The state that the market scan carries from stage to stage, and what the stages leave for each other in S3."""

import base64
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from shared.opportunities.models import Opportunity, Problem
from shared.opportunities.sources import PLACE
from shared.values import Frozen


class State(BaseModel):
    """Unknown fields are let through: the state machine adds its own (`failure`, `failed_stage`)."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class ScanRequest(Frozen):
    """What the execution was started with; an absent field means the configured default."""

    sources: tuple[Annotated[str, Field(pattern=PLACE)], ...] | None = Field(
        default=None, min_length=1, max_length=1_000, description='places to read, such as "reddit:entrepreneur"'
    )
    limit: int = Field(default=100, ge=1, le=1_000)


class ScanStart(State):
    scan_id: str
    request: ScanRequest = ScanRequest()


class Batch(State):
    """A line of the list of batches: so many `bytes` of the posts from `first_byte` on; `start` is its first post's
    number. Each goes to an execution of its own, which reads no more of the posts than this.
    """

    scan_id: str
    posts_key: str
    start: int
    first_byte: int
    bytes: int

    @property
    def problems_key(self) -> str:
        return f"scans/{self.scan_id}/problems/{self.start}.jsonl"


class Extracted(State):
    """`dropped`: how many of the model's problems were not believed, by reason."""

    problems_key: str
    kept: int
    dropped: dict[str, int]


class PostMark(Frozen):
    """A line of what is marked as seen in the end: a post and the key of its text."""

    post_id: str
    text: str


class Scanned(State):
    """The state carries keys of lists and no list: its size does not depend on how many posts there are.

    `left_out`: how many posts no model reads, by reason.
    """

    scan_id: str
    post_count: int
    left_out: dict[str, int] = {}
    batches_key: str
    marks_key: str


class Clustered(Scanned):
    problems_key: str
    clusters_key: str


class Scored(Scanned):
    problems_key: str
    opportunities_key: str


class Saved(State):
    scan_id: str
    post_count: int
    left_out: dict[str, int] = {}
    saved: int
    unchanged: int


class PlacedProblem(Frozen):
    """A line of `problems.jsonl`: a problem with its vector (float16, base64) and the opportunity it now belongs to.

    `found` tells the problems of this scan from earlier ones that only changed their place.
    """

    problem: Problem
    vector: str
    opportunity_id: str
    found: bool


class TouchedOpportunity(Frozen):
    """An opportunity that problems of this scan join or found. `based_on` is the revision it was seen at (null: new).

    `mean` is what becomes of its centroid (float32, base64) and `problem_count` of its size.
    """

    opportunity_id: str
    based_on: str | None
    mean: str
    problem_count: int


class Clusters(Frozen):
    """`clusters.json`."""

    touched: tuple[TouchedOpportunity, ...]


class ScoredOpportunity(Frozen):
    """A card to save.

    `rated_problems`: how many problems the ratings and the wording were made from.
    """

    card: Opportunity
    based_on: str | None
    mean: str
    problem_count: int
    rated_problems: int


class ScoredOpportunities(Frozen):
    """`opportunities.json`."""

    opportunities: tuple[ScoredOpportunity, ...]


def encode_bytes(packed: bytes) -> str:
    return base64.b64encode(packed).decode("ascii")


def decode_bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
