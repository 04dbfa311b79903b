import pytest

from functions.factory.generate_spec.assemble import assemble
from functions.factory.generate_spec.worked_examples import make_draft, write_spec_examples
from shared.builds.worked_examples import MOST_CHARACTERS, WorkedExample, read_worked_examples
from shared.specs.spec import Template


@pytest.mark.parametrize("example", read_worked_examples(), ids=lambda one: one.name)
def test_the_draft_shown_is_one_that_becomes_the_spec(example: WorkedExample) -> None:
    assert assemble(make_draft(example.spec)) == example.spec


def test_the_prompt_shows_an_example_of_each_template_within_its_size() -> None:
    shown = write_spec_examples()

    assert sum(map(len, shown)) <= MOST_CHARACTERS
    for template in Template:
        assert sum(f'"template": "{template.value}"' in block for block in shown) == 1
    assert all(block.startswith('<example name="') and block.endswith("</example>\n") for block in shown)


def test_an_example_shows_an_opportunity_and_its_answer() -> None:
    for block in write_spec_examples():
        assert block.index("opportunity: {") < block.index("answer: {")
