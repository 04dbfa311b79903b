"""Every flavour of a kind makes a whole agent spec, and is chosen by words of its own."""

from typing import Any

import pytest

from functions.factory.generate_spec.assemble import assemble
from functions.factory.generate_spec.draft import SpecDraft
from local.standins.claude.kinds.brief import Brief
from local.standins.claude.kinds.checklists import TEXTS
from local.standins.claude.kinds.clarity_review import clarity_shape, text_flavour
from local.standins.claude.kinds.deadline_watch import DEADLINES, deadline_flavour, deadline_shape
from local.standins.claude.kinds.intake_brief import intake_shape, plan_flavour
from local.standins.claude.kinds.list_ranking import LISTS, list_flavour, list_shape
from local.standins.claude.kinds.plan_topics import PLANS

FLAVOURS = [
    *((name, TEXTS, text_flavour, clarity_shape, "communication") for name in TEXTS),
    *((name, DEADLINES, deadline_flavour, deadline_shape, "monitoring") for name in DEADLINES),
    *((name, PLANS, plan_flavour, intake_shape, "communication") for name in PLANS),
    *((name, LISTS, list_flavour, list_shape, "data_processing") for name in LISTS),
]


@pytest.mark.parametrize(
    ("name", "flavours", "chosen", "shape", "template"), FLAVOURS, ids=[one[0] for one in FLAVOURS]
)
def test_a_flavour_is_chosen_by_its_words_and_makes_a_spec_that_stands(
    name: str, flavours: dict[str, Any], chosen: Any, shape: Any, template: str
) -> None:
    words = sorted(flavours[name]["signals"].items(), key=lambda one: -one[1])[:3]
    said = " and ".join(signal.strip("!").replace("_", " ") for signal, _ in words)
    brief = Brief({"title": said, "problems": [{"statement": said}]})

    assert chosen(brief) == name
    spec = assemble(SpecDraft.model_validate(shape(brief).draft(template, brief.topic(), "")))
    assert spec.name.startswith(flavours[name]["name"])


@pytest.mark.parametrize("name", PLANS)
def test_every_topic_of_a_brief_has_its_question_and_its_sample_tells_it(name: str) -> None:
    plan = PLANS[name]
    full = max(plan["samples"], key=len).lower()

    assert set(plan["questions"]) == set(plan["topics"])
    assert set(plan["first_steps"]) <= set(plan["topics"])
    told = [topic for topic, words in plan["topics"].items() if any(word in full for word in words)]
    assert len(told) >= len(plan["topics"]) - 2
