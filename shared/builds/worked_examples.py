"""Carefully written agents that the factory's prompts show as worked examples: `shared/prompts/examples/<name>`.

`opportunity.yaml` is a made-up opportunity in the form that a prompt gets, `spec.yaml` the agent's spec, `logic.py` its
code. All of it is our own text, so it may be part of a prompt's instructions.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from importlib import resources
from importlib.resources.abc import Traversable

import yaml

from shared.specs.document import spec_from_yaml
from shared.specs.spec import AgentSpec, Template
from shared.values import Json

NAMES = (
    *("deadline_watch", "page_watch", "mention_watch"),
    *("cash_flow", "price_plan", "list_ranking", "feedback_themes"),
    *("reply_drafter", "clarity_review", "outreach_review", "intake_brief"),
)
"""Example names, the most instructive first. Among examples that fit equally well, earlier ones are chosen."""

MOST_CHARACTERS = 24_000
"""The limit for all examples in one prompt: about 6,000 tokens, which the prompt cache keeps for the next builds."""


@dataclass(frozen=True)
class WorkedExample:
    name: str
    opportunity: dict[str, Json]
    spec: AgentSpec
    logic_py: str

    def mark(self, body: str) -> str:
        """A prompt block that shows `body`, a text of this example."""
        return f'<example name="{self.name}">\n{body.strip()}\n</example>\n'


@cache
def read_worked_examples() -> tuple[WorkedExample, ...]:
    return tuple(map(_read, NAMES))


def choose_one_of_each_template() -> tuple[WorkedExample, ...]:
    return tuple(next(one for one in read_worked_examples() if one.spec.template is template) for template in Template)


def choose_examples_like(spec: AgentSpec) -> list[WorkedExample]:
    """Examples with the same template. Those that use nearly the same effects come first."""
    fitting = [one for one in read_worked_examples() if one.spec.template is spec.template]
    return sorted(fitting, key=lambda one: len(_list_effects(one.spec) ^ _list_effects(spec)))


def keep_within_size(blocks: Iterable[str], most: int) -> tuple[str, ...]:
    """The first `most` blocks, without any that would exceed MOST_CHARACTERS in total."""
    kept: list[str] = []
    for block in blocks:
        if len(kept) < most and sum(map(len, kept)) + len(block) <= MOST_CHARACTERS:
            kept.append(block)
    return tuple(kept)


def read_logic(name: str) -> str:
    return _read_text(name, "logic.py")


def read_opportunity(name: str) -> dict[str, Json]:
    return yaml.load(_read_text(name, "opportunity.yaml"), Loader=yaml.CSafeLoader)


def _read(name: str) -> WorkedExample:
    return WorkedExample(name, read_opportunity(name), spec_from_yaml(_read_text(name, "spec.yaml")), read_logic(name))


def _list_effects(spec: AgentSpec) -> frozenset[str]:
    return frozenset(effect.value for effect in spec.capabilities.effects)


def _read_text(name: str, file: str) -> str:
    return _find_folder().joinpath(name, file).read_text(encoding="utf-8")


def _find_folder() -> Traversable:
    return resources.files("shared.prompts").joinpath("examples")
