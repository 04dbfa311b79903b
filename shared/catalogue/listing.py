"""An agent as the marketplace shows it: the shapes of `GET /agents` and `GET /agents/{slug}`."""

from datetime import datetime
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from shared.billing.money import RecurringPrice
from shared.opportunities.models import RatedAxis
from shared.specs.spec import Capabilities, Category
from shared.values import Json


class Shown(BaseModel):
    model_config = ConfigDict(frozen=True)


class ListingSummary(Shown):
    """An agent as lists show it."""

    slug: Annotated[str, Field(description="Its name in addresses; it never changes")]
    name: Annotated[str, Field(description="Its name for people")]
    tagline: Annotated[str, Field(description="What it does, in one line")]
    category: Annotated[Category, Field(description="The shelf it stands on")]
    tags: Annotated[tuple[str, ...], Field(description="Words to filter by, lower case with hyphens")]
    price: Annotated[RecurringPrice, Field(description="What a subscription costs")]
    quality: Annotated[float, Field(description="The mean of its scores, 0–10, before it was published")]
    rating: Annotated[float | None, Field(description="The mean of its reviews, 0–5; null while there are none")]
    reviews: Annotated[int, Field(description="How many customers reviewed it")]
    runs: Annotated[int, Field(description="How often customers ran it")]
    published_at: Annotated[datetime, Field(description="When this version was published")]
    model: Annotated[str, Field(description="The model that wrote its code, as the model's answer named itself")]


class EvidenceProblem(Shown):
    """Somebody's own words, and where they stand."""

    quote: Annotated[str, Field(description="Verbatim from the post")]
    url: Annotated[str, Field(description="The absolute address of the post")]
    source: Annotated[str, Field(description="Where it was read, for example `reddit`")]
    date: Annotated[datetime, Field(description="When it was posted")]


class EvidenceOpportunity(Shown):
    """One need, and who voiced it."""

    title: Annotated[str, Field(description="The need in a few words")]
    voices: Annotated[int, Field(description="How many posts speak of it; the problems are the most telling of them")]
    problems: Annotated[tuple[EvidenceProblem, ...], Field(description="What people said")]


class Evidence(Shown):
    """Where an agent comes from: what people asked for before it was made."""

    opportunities: Annotated[tuple[EvidenceOpportunity, ...], Field(description="The needs that it was made for")]


class Scores(Shown):
    """What the judge thought of the agent before it was published, each 0–10 with a reason."""

    usefulness: Annotated[RatedAxis, Field(description="Whether it helps those it was made for")]
    reliability: Annotated[RatedAxis, Field(description="Whether it gives good results again and again")]
    ux: Annotated[RatedAxis, Field(description="Whether it is easy to give it input and to read its output")]
    safety: Annotated[RatedAxis, Field(description="Whether it does nothing that it should not")]


class ShownExample(Shown):
    """An example input with the output that the sandbox test really got for it."""

    name: Annotated[str, Field(description="The case it stands for")]
    input: Annotated[dict[str, Json], Field(description="Fits `input_schema`: send it as the input of a demo")]
    output: Annotated[dict[str, Json], Field(description="What came out, to the letter")]


class ListingDetail(ListingSummary):
    """Everything the marketplace shows of an agent but its certificate, which has its own address."""

    description: Annotated[str, Field(description="What it does, for whom, and what it does not")]
    use_cases: Annotated[tuple[str, ...], Field(description="What to use it for, a sentence each")]
    input_schema: Annotated[dict[str, Json], Field(description="JSON Schema of the input")]
    output_schema: Annotated[dict[str, Json], Field(description="JSON Schema of the output")]
    examples: Annotated[tuple[ShownExample, ...], Field(description="Real inputs and outputs")]
    capabilities: Annotated[Capabilities, Field(description="All that it may ask of the platform while it runs")]
    version: Annotated[int, Field(description="Counts up with every published version")]
    image_digest: Annotated[str, Field(description="Digest of the container image that runs, `sha256:…`")]
    evidence: Annotated[Evidence, Field(description="What people said that it was made for")]
    scores: Annotated[Scores, Field(description="The judgement that it had to pass")]
