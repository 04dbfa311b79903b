"""Renders agent.py from its template. Values are inserted only as Python literals; anything else makes
rendering fail.
"""

import ast
import json
from pathlib import Path
from typing import Any

from jinja2 import FileSystemLoader, StrictUndefined
from jinja2.sandbox import ImmutableSandboxedEnvironment

from shared.specs.effects import EffectKind
from shared.specs.spec import AgentSpec

TEMPLATES = Path(__file__).with_name("templates")
EFFECT_NAMES = frozenset(kind.value for kind in EffectKind)


class TemplateUnsafe(Exception):
    """A template inserted a value into code that is neither a literal nor the name of an effect: a bug in the
    template.
    """


class Code(str):
    """Text that is safe to insert into Python code."""


def render_frame(spec: AgentSpec) -> str:
    """Deterministic: the same spec gives the same bytes."""
    effects = sorted(effect.value for effect in spec.capabilities.effects)
    template = _make_environment().get_template(f"{spec.template.value}.py.j2")
    source = template.render(name=spec.name, effects=effects, output_schema=spec.output_schema)
    ast.parse(source)
    return source


def _make_environment() -> ImmutableSandboxedEnvironment:
    environment = ImmutableSandboxedEnvironment(
        loader=FileSystemLoader(TEMPLATES),
        undefined=StrictUndefined,
        finalize=_require_code,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
        autoescape=False,
    )
    environment.filters.update(literal=_write_literal, effect_name=_write_effect_name)  # pyright: ignore[reportUnknownMemberType, reportCallIssue]
    return environment


def _write_literal(value: Any) -> Code:
    """A Python literal in ASCII, so that no character has a special effect on the parser or on a reader's terminal."""
    json.dumps(value)
    return Code(ascii(value))


def _write_effect_name(value: str) -> Code:
    if value not in EFFECT_NAMES:
        raise TemplateUnsafe(f"{value!r} is not an effect")
    return Code(value)


def _require_code(value: Any) -> Any:
    if isinstance(value, Code):
        return value
    raise TemplateUnsafe(f"the template prints {type(value).__name__} without making it a literal")
