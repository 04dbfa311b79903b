"""Every flavour of a kind makes a whole agent spec, and is chosen by words of its own."""

import pytest

from functions.factory.generate_spec.assemble import assemble
from functions.factory.generate_spec.draft import SpecDraft
from local.standins.claude.kinds.brief import Brief
from local.standins.claude.kinds.kind import Kind
from local.standins.claude.kinds.registry import KINDS, SORTS_AND_ASKS

FLAVOURS = [pytest.param(kind, name, id=name) for kind in KINDS if kind.data.flavours for name in kind.flavours]
PLANS = {name: flavour.words for name, flavour in SORTS_AND_ASKS.flavours.items()}


@pytest.mark.parametrize(("kind", "name"), FLAVOURS)
def test_a_flavour_is_chosen_by_its_words_and_makes_a_spec_that_stands(kind: Kind, name: str) -> None:
    flavour = kind.flavours[name]
    words = sorted(flavour.signals.items(), key=lambda one: -one[1])[:3]
    said = " and ".join(signal.strip("!").replace("_", " ") for signal, _ in words)
    brief = Brief({"title": said, "problems": [{"statement": said}]})

    assert kind.flavour(brief) == name
    spec = assemble(SpecDraft.model_validate(kind.shape(brief).draft(kind.template, brief.topic(), "")))
    assert spec.name.startswith(flavour.agent)


@pytest.mark.parametrize("name", PLANS)
def test_every_topic_of_a_brief_has_its_question_and_its_sample_tells_it(name: str) -> None:
    plan = PLANS[name]
    full = max(plan["samples"], key=len).lower()

    assert set(plan["questions"]) == set(plan["topics"])
    assert set(plan["first_steps"]) <= set(plan["topics"])
    told = [topic for topic, words in plan["topics"].items() if any(word in full for word in words)]
    assert len(told) >= len(plan["topics"]) - 2
