import pytest

from functions.factory.generate_code.worked_examples import MOST, write_code_examples
from shared.builds.worked_examples import MOST_CHARACTERS, WorkedExample, read_worked_examples
from shared.specs.effects import EffectKind
from shared.specs.spec import Budgets, Capabilities, Template
from tests.fakes.agent_specs import a_spec


@pytest.mark.parametrize("example", read_worked_examples(), ids=lambda one: one.name)
def test_a_spec_gets_whole_examples_of_its_template_within_the_size(example: WorkedExample) -> None:
    shown = write_code_examples(example.spec)

    assert len(shown) == MOST
    assert sum(map(len, shown)) <= MOST_CHARACTERS
    for block in shown:
        assert f'"template": "{example.spec.template.value}"' in block
        assert "async def run(input, tools):" in block
        assert '"examples"' not in block


@pytest.mark.parametrize("template", Template)
def test_the_choice_hangs_on_template_and_effects_only_so_that_the_cache_holds_it(template: Template) -> None:
    capabilities = Capabilities(effects=(EffectKind.NOW,), budgets=Budgets())
    one = a_spec(template=template, capabilities=capabilities, name="Cash Flow Reader")
    other = a_spec(template=template, capabilities=capabilities, name="Pitch Reviewer", slug="pitch-reviewer")

    assert write_code_examples(one) == write_code_examples(other)
