"""An agent as the marketplace shows it: the shapes of `GET /agents` and `GET /agents/{slug}`."""

from datetime import datetime

from pydantic import BaseModel, ConfigDict

from shared.opportunities.models import RatedAxis
from shared.specs.spec import Capabilities, Category
from shared.values import Json


class Shown(BaseModel):
    model_config = ConfigDict(frozen=True)


class ListingSummary(Shown):
    """`quality` is the judge's mean (0–10); `rating` the mean of `reviews` reviews, null while there are none."""

    slug: str
    name: str
    tagline: str
    category: Category
    tags: tuple[str, ...]
    price_cents: int
    currency: str
    quality: float
    rating: float | None
    reviews: int
    runs: int
    published_at: datetime
    model: str


class EvidenceProblem(Shown):
    quote: str
    source: str
    url: str
    posted_at: datetime


class EvidenceOpportunity(Shown):
    opportunity_id: str
    title: str
    summary: str
    score: float


class Evidence(Shown):
    opportunity: EvidenceOpportunity
    problems: tuple[EvidenceProblem, ...]


class Scores(Shown):
    usefulness: RatedAxis
    reliability: RatedAxis
    ux: RatedAxis
    safety: RatedAxis


class ShownExample(Shown):
    """An example input with the output that the sandbox test really got for it."""

    name: str
    input: dict[str, Json]
    output: dict[str, Json]


class ListingDetail(ListingSummary):
    description: str
    use_cases: tuple[str, ...]
    input_schema: dict[str, Json]
    output_schema: dict[str, Json]
    examples: tuple[ShownExample, ...]
    capabilities: Capabilities
    version: int
    image_digest: str
    evidence: Evidence
    scores: Scores
    certificate: dict[str, Json]
