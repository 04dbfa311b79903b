"""The typed form of a kind's folder: `kind.yaml`, and `flavours/<name>.yaml` for what differs with the opportunity.

Texts may hold places such as `{subject}` or `{items.0}`, which `filling` describes.
"""

import re
from typing import Annotated, Self

from pydantic import BeforeValidator, Field, model_validator

from local.standins.claude.kinds.computed import COMPUTED
from shared.specs.effects import EffectKind
from shared.specs.schemas import SchemaField
from shared.specs.spec import AcceptanceCheck, Budgets, Category, Example, Template
from shared.values import Frozen, Json

AGAINST = -9.0
SIGNAL = re.compile(r"([a-z][a-z'_-]*!?):(-?\d+(?:\.\d+)?)")
ASKED_FOR = re.compile(r"-?[a-z][a-z'_-]*!?")


def read_signals(words: Json) -> Json:
    """`price:3 list!:1 cash_flow:2` → weights of beginnings of words, of whole words (`!`), of words in a row (`_`)."""
    pairs = [(word, SIGNAL.fullmatch(word)) for word in _words(words)]
    if wrong := [word for word, match in pairs if match is None]:
        raise ValueError(f"{wrong[0]!r} is no signal; write word:weight, such as price:3")
    return {match[1]: float(match[2]) for _, match in pairs if match}


def read_asked_for(words: Json) -> Json:
    """`invoice! late_pay -attorney` → the same with one weight for all; a word after `-` speaks against it."""
    if wrong := [word for word in _words(words) if ASKED_FOR.fullmatch(word) is None]:
        raise ValueError(f"{wrong[0]!r} is no word; write word, whole_word! or -word")
    return {word.lstrip("-"): AGAINST if word.startswith("-") else 1.0 for word in _words(words)}


def _words(text: Json) -> list[str]:
    if not isinstance(text, str):
        raise ValueError("must be words in one text")
    return text.split()


Signals = Annotated[dict[str, float], BeforeValidator(read_signals)]
AskedFor = Annotated[dict[str, float], BeforeValidator(read_asked_for)]


class Fallback(Frozen):
    """A value under a name of its own: `given` filled, or `otherwise` where the opportunity gives nothing."""

    given: Json
    otherwise: Json


class Computed(Frozen):
    """A constant of the logic that a function of `computed` makes of the opportunity and what is `given`."""

    by: str
    given: Json

    @model_validator(mode="after")
    def _known(self) -> Self:
        if self.by not in COMPUTED:
            raise ValueError(f"there is no computation {self.by!r}; there are {', '.join(sorted(COMPUTED))}")
        return self


class Flavour(Frozen):
    """`asked_for`: words of a problem that ask for the very thing this agent does. `signals`: its tone. `words`: what
    places in the kind's texts are filled with.
    """

    agent: str
    asked_for: AskedFor
    signals: Signals
    tagline: str
    category: Category
    words: dict[str, Json] = Field(default_factory=dict)


class KindData(Frozen):
    """`marker`: an output field that no other kind has. `uses`: situations in which somebody would start an agent of
    this kind, whatever its opportunity.

    `agent`, `asked_for`, `tagline` and `category` hold for every flavour that has none of its own; `otherwise` is the
    flavour for an opportunity that speaks of none, and with `flavour_must_fit` also where few problems speak of the
    best one. `parameters` and `computed` are values of upper-case constants at the top of the kind's
    logic.
    """

    name: str
    template: Template
    marker: str
    agent: str | None = None
    asked_for: str = ""
    signals: Signals
    uses: Annotated[tuple[str, ...], Field(min_length=1)]
    flavours: tuple[str, ...] = ()
    otherwise: str | None = None
    flavour_must_fit: bool = False
    values: dict[str, Fallback] = Field(default_factory=dict)
    tagline: str
    does: str
    category: Category
    tags: tuple[str, ...]
    inputs: Annotated[tuple[SchemaField, ...], Field(min_length=1)]
    outputs: Annotated[tuple[SchemaField, ...], Field(min_length=1)]
    effects: tuple[EffectKind, ...]
    budgets: Budgets
    hosts_from_input: tuple[str, ...] = ()
    examples: Annotated[tuple[Example, ...], Field(min_length=5, max_length=5)]
    acceptance: Annotated[tuple[AcceptanceCheck, ...], Field(min_length=3)]
    parameters: dict[str, Json] = Field(default_factory=dict)
    computed: dict[str, Computed] = Field(default_factory=dict)

    @model_validator(mode="after")
    def _names_agree(self) -> Self:
        if self.marker not in {field.name for field in self.outputs}:
            raise ValueError(f"marker {self.marker!r} is no output field")
        if bool(self.flavours) != (self.otherwise is not None):
            raise ValueError("flavours and otherwise go together")
        if self.otherwise is not None and self.otherwise not in self.flavours:
            raise ValueError(f"otherwise {self.otherwise!r} is no flavour")
        if twice := self.parameters.keys() & self.computed.keys():
            raise ValueError(f"{sorted(twice)[0]} stands in parameters and in computed")
        return self
