"""Inputs that no author of an agent has seen: valid, of the build's own, the same when repeated."""

import pytest

from shared.builds.other_inputs import OTHER_INPUTS, make_other_inputs
from shared.specs.acceptance import find_schema_violations
from tests.fakes.agent_specs import a_spec
from tests.fakes.sceneries import a_scenery


@pytest.mark.parametrize("seed", [str(number) for number in range(20)])
def test_they_fit_the_schema_and_are_no_examples(seed: str) -> None:
    spec = a_spec()
    made = make_other_inputs(spec, a_scenery(seed))
    assert len(made) == OTHER_INPUTS
    assert [wrong for one in made for wrong in find_schema_violations(spec.input_schema, one)] == []
    assert not [one for one in made if one in [example.input for example in spec.examples]]
    assert made == make_other_inputs(spec, a_scenery(seed))


def test_hosts_in_them_are_not_those_of_the_examples() -> None:
    known = {str(example.input["page"]).split("/")[2] for example in a_spec().examples}
    assert not [one for one in make_other_inputs(a_spec(), a_scenery()) if str(one["page"]).split("/")[2] in known]
