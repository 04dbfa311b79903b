"""The state that the market scan carries from stage to stage, and the S3 documents that its stages exchange."""

import base64
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from shared.opportunities.models import Opportunity, Problem
from shared.opportunities.sources import PLACE
from shared.values import Frozen


class State(BaseModel):
    """Unknown fields are accepted, since the state machine adds its own (`failure`, `failed_stage`)."""

    model_config = ConfigDict(frozen=True, extra="ignore")


class ScanRequest(Frozen):
    """The input of the execution. An absent field means the configured default."""

    sources: tuple[Annotated[str, Field(pattern=PLACE)], ...] | None = Field(
        default=None, min_length=1, max_length=1_000, description='places to read, such as "reddit:entrepreneur"'
    )
    limit: int = Field(default=100, ge=1, le=1_000)


class ScanStart(State):
    scan_id: str
    request: ScanRequest = ScanRequest()


class Batch(State):
    """A line of the list of batches: a range of `bytes` bytes of the posts file, from `first_byte` on. `start` is the
    number of the batch's first post. Each batch has its own execution, which reads only this range.
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
    """`dropped`: how many of the model's problems were rejected, by reason."""

    problems_key: str
    kept: int
    dropped: dict[str, int]


class PostMark(Frozen):
    """A line of the list of posts to mark as seen at the end: a post and the key of its text."""

    post_id: str
    text: str


class Scanned(State):
    """The state carries S3 keys instead of lists, so its size does not depend on the number of posts.

    `left_out`: how many posts are not given to the model, by reason.
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
    """A line of `problems.jsonl`: a problem with its vector (float16, base64) and its present opportunity.

    `found` is true for problems of this scan, false for earlier ones that only changed their opportunity.
    """

    problem: Problem
    vector: str
    opportunity_id: str
    found: bool


class TouchedOpportunity(Frozen):
    """An opportunity that problems of this scan join or found. `based_on` is the revision that was read (null: new).

    `mean` is its new centroid (float32, base64), `problem_count` its new size.
    """

    opportunity_id: str
    based_on: str | None
    mean: str
    problem_count: int


class Clusters(Frozen):
    """The document `clusters.json`."""

    touched: tuple[TouchedOpportunity, ...]


class ScoredOpportunity(Frozen):
    """A card to save.

    `rated_problems`: the number of problems that the ratings and the wording were made from.
    """

    card: Opportunity
    based_on: str | None
    mean: str
    problem_count: int
    rated_problems: int


class ScoredOpportunities(Frozen):
    """The document `opportunities.json`."""

    opportunities: tuple[ScoredOpportunity, ...]


def encode_bytes(packed: bytes) -> str:
    return base64.b64encode(packed).decode("ascii")


def decode_bytes(text: str) -> bytes:
    return base64.b64decode(text, validate=True)
