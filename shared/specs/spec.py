"""The AgentSpec: everything that the platform requires of an agent. Stored as YAML; in the image it is `spec.json`."""

from enum import StrEnum
from typing import Annotated, Literal

from pydantic import Field

from shared.specs.effects import EffectKind
from shared.values import Frozen, Json

SLUG_PATTERN = r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$"
HOST_PATTERN = r"^([a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?\.)+[a-z]{2,63}$"
EXAMPLES = 5

Tag = Annotated[str, Field(pattern=SLUG_PATTERN, max_length=32)]
Host = Annotated[str, Field(pattern=HOST_PATTERN)]


class Template(StrEnum):
    MONITORING = "monitoring"
    DATA_PROCESSING = "data_processing"
    COMMUNICATION = "communication"


class Category(StrEnum):
    """Closed: the marketplace's shelves. `GET /categories` lists them with their counts."""

    FINANCE = "finance"
    LEGAL_AND_COMPLIANCE = "legal_and_compliance"
    MARKETING = "marketing"
    OPERATIONS = "operations"
    PEOPLE = "people"
    PRODUCT = "product"
    RESEARCH = "research"
    SALES = "sales"
    SUPPORT = "support"


class Budgets(Frozen):
    """Ceilings of one run. The platform counts; an agent over a ceiling sees the effect refused."""

    llm_calls: Annotated[int, Field(ge=0, le=8, description="Questions to a model")] = 0
    llm_tokens: Annotated[int, Field(ge=0, le=16_000, description="Tokens of all answers of the model")] = 0
    fetches: Annotated[int, Field(ge=0, le=16, description="Pages fetched")] = 0
    fetch_bytes: Annotated[int, Field(ge=0, le=2_000_000, description="Bytes of all pages fetched")] = 0
    memory_keys: Annotated[int, Field(ge=0, le=64, description="Names in its memory")] = 0
    notifications: Annotated[int, Field(ge=0, le=3, description="Notifications to the customer")] = 0


class Capabilities(Frozen):
    """`hosts` are exact names; `hosts_from_input` names top-level input fields whose URLs' hosts are allowed too."""

    effects: Annotated[tuple[EffectKind, ...], Field(description="What it may ask for")] = ()
    hosts: Annotated[tuple[Host, ...], Field(description="Hosts it may fetch pages from, by their exact names")] = ()
    hosts_from_input: Annotated[
        tuple[str, ...], Field(description="Fields of the input whose addresses' hosts it may fetch pages from, too")
    ] = ()
    budgets: Annotated[Budgets, Field(description="Ceilings of one run")] = Budgets()


class AcceptanceCheck(Frozen):
    """A fact that must hold for the output of every example. `path` is a JSON Pointer into the output.

    `present`: the path exists; `not_empty`: and is not an empty string, list or object; `min` / `max`: bound of a
    number, or of the length of a string or list; `one_of`: among `value` (a list); `mentions_input`: the text at the
    path contains the text of the input at the pointer `value`; `same_length_as_input`: as long as the list in the input
    at that pointer.
    """

    path: str
    check: Literal["present", "not_empty", "min", "max", "one_of", "mentions_input", "same_length_as_input"]
    value: Json = None
    why: str


class Example(Frozen):
    name: str
    input: dict[str, Json]


class AgentSpec(Frozen):
    name: Annotated[str, Field(min_length=3, max_length=60)]
    slug: Annotated[str, Field(pattern=SLUG_PATTERN, max_length=48)]
    tagline: Annotated[str, Field(min_length=10, max_length=140)]
    description: Annotated[str, Field(min_length=40, max_length=2_000)]
    category: Category
    tags: Annotated[tuple[Tag, ...], Field(min_length=1, max_length=8)]
    template: Template
    input_schema: dict[str, Json]
    output_schema: dict[str, Json]
    capabilities: Capabilities
    examples: Annotated[tuple[Example, ...], Field(min_length=EXAMPLES, max_length=EXAMPLES)]
    acceptance: Annotated[tuple[AcceptanceCheck, ...], Field(min_length=1, max_length=12)]
