import ast
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from functions.factory.generate_code.frame import TemplateUnsafe, _environment, rendered_frame
from shared.agents.spec import AgentSpec, Capabilities, Template
from shared.runs.effects import EffectKind
from tests.fakes.agent_specs import a_spec

HOSTILE = [
    'x"; import os; os.system("id") #',
    "'''\nimport os\n'''",
    '"""\nimport os\n"""',
    "\\",
    "\\'",
    "{{ 7 * 7 }}",
    "{% for x in y %}",
    "x\nimport os",
    "x\r\nimport os",
    "\u2028import os",
    "\u202eimport os",
    "\x00",
    "\ud83d\ude00",
]


def spec_named(
    name: str, template: Template = Template.MONITORING, effects: tuple[EffectKind, ...] = tuple(EffectKind)
) -> AgentSpec:
    return a_spec(template=template, capabilities=Capabilities(effects=effects)).model_copy(update={"name": name})


def skeleton(source: str) -> str:
    """The code without what stands in its texts."""
    tree = ast.parse(source)
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            node.value = ""
    return ast.dump(tree)


@pytest.mark.parametrize("template", Template)
@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_stays_a_text(template: Template, name: str) -> None:
    frame = rendered_frame(spec_named(name, template))

    assert skeleton(frame) == skeleton(rendered_frame(spec_named("Plain", template)))
    assert name in {node.value for node in ast.walk(ast.parse(frame)) if isinstance(node, ast.Constant)}
    assert frame.isascii()


@settings(max_examples=100, deadline=None)
@given(st.text(max_size=60))
def test_no_name_breaks_out_of_its_literal(name: str) -> None:
    assert skeleton(rendered_frame(spec_named(name))) == skeleton(rendered_frame(spec_named("Plain")))


@pytest.mark.parametrize("template", Template)
def test_a_frame_offers_the_declared_effects_and_no_others(template: Template) -> None:
    frame = rendered_frame(spec_named("Plain", template, (EffectKind.NOW,)))

    assert "self.now = tools.now" in frame
    assert not any(f"tools.{effect}" in frame for effect in ("llm", "fetch", "recall", "remember", "notify"))


@pytest.mark.parametrize("template", Template)
@pytest.mark.parametrize("effects", [(), tuple(EffectKind), (EffectKind.RECALL, EffectKind.REMEMBER)])
def test_every_frame_is_python_and_the_same_each_time(template: Template, effects: tuple[EffectKind, ...]) -> None:
    spec = spec_named("Plain", template, effects)

    assert compile(rendered_frame(spec), "agent.py", "exec")
    assert rendered_frame(spec) == rendered_frame(spec)


@pytest.mark.parametrize("value", ["raw", 5, None, ["x"]])
def test_a_template_that_prints_a_raw_value_fails(value: Any) -> None:
    with pytest.raises(TemplateUnsafe):
        _environment().from_string("X = {{ value }}").render(value=value)


def test_a_template_that_prints_something_missing_fails() -> None:
    with pytest.raises(TypeError):
        _environment().from_string("X = {{ value | literal }}").render()


def test_only_effects_pass_as_names() -> None:
    with pytest.raises(TemplateUnsafe, match="exec"):
        _environment().from_string("{{ 'exec' | effect_name }}").render()
