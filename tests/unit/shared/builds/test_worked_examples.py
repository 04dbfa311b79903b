from pathlib import Path

import pytest

from shared.builds.code_gate.gate import check_code
from shared.builds.worked_examples import (
    MOST_CHARACTERS,
    NAMES,
    WorkedExample,
    choose_examples_like,
    choose_one_of_each_template,
    keep_within_size,
    read_worked_examples,
)
from shared.specs.effects import EffectKind
from shared.specs.policy import check_spec
from shared.specs.spec import Budgets, Capabilities, Template
from tests.fakes.agent_specs import a_spec

FOLDER = Path(__file__).parents[4] / "shared/prompts/examples"
FILES = {"opportunity.yaml", "spec.yaml", "logic.py"}
EXAMPLES = pytest.mark.parametrize("example", read_worked_examples(), ids=lambda one: one.name)


def test_every_folder_is_an_example_with_its_three_files() -> None:
    folders = {folder.name: folder for folder in FOLDER.iterdir() if folder.is_dir()}

    assert set(folders) == set(NAMES)
    for folder in folders.values():
        assert {file.name for file in folder.iterdir() if file.is_file()} == FILES


@EXAMPLES
def test_an_example_keeps_every_rule_that_the_model_is_held_to(example: WorkedExample) -> None:
    assert check_spec(example.spec) == []
    assert check_code(example.logic_py, example.spec) == []


@EXAMPLES
def test_an_example_cannot_close_its_own_mark(example: WorkedExample) -> None:
    text = f"{example.opportunity}{example.spec.model_dump_json()}{example.logic_py}"

    assert "example>" not in text
    assert "<example" not in text
    assert "<data>" not in text


def test_there_are_two_examples_of_every_template() -> None:
    counts = [sum(one.spec.template is template for one in read_worked_examples()) for template in Template]

    assert min(counts) >= 2


def test_one_example_of_each_template_is_taken() -> None:
    assert [one.spec.template for one in choose_one_of_each_template()] == list(Template)


@pytest.mark.parametrize("template", Template)
@pytest.mark.parametrize("effects", [(), (EffectKind.LLM,), (EffectKind.FETCH, EffectKind.NOW)])
def test_examples_like_a_spec_have_its_template_and_nearly_its_effects(
    template: Template, effects: tuple[EffectKind, ...]
) -> None:
    spec = a_spec(template=template, capabilities=Capabilities(effects=effects, budgets=Budgets()))

    found = choose_examples_like(spec)

    apart = [len({*one.spec.capabilities.effects} ^ {*effects}) for one in found]
    assert {one.spec.template for one in found} == {template}
    assert apart == sorted(apart)


def test_blocks_that_would_take_the_prompt_beyond_its_size_are_left_out() -> None:
    half, third = "h" * (MOST_CHARACTERS // 2), "t" * (MOST_CHARACTERS // 3)

    assert keep_within_size([half, third, third, "x"], 9) == (half, third, "x")
    assert keep_within_size(["x" * (MOST_CHARACTERS + 1)], 9) == ()
    assert keep_within_size(["a", "b", "c"], 2) == ("a", "b")
