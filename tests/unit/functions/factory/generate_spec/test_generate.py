from collections.abc import Mapping
from typing import Any

import pytest
from pydantic import BaseModel

from functions.factory.generate_spec.generate import generate_spec
from shared.adapters.claude import ModelAnswerInvalid, ModelRefused
from shared.builds.build import Build, Next, make_origin_key
from shared.specs.document import spec_from_yaml
from tests.fakes.agents import FakeAgents
from tests.fakes.artifacts import FakeArtifacts
from tests.fakes.claude import FakeClaude
from tests.fakes.leases import an_opportunity
from tests.fakes.spec_drafts import a_draft

BUILD = Build(build_id="build-1", opportunity_id="opp_1", next=Next.GENERATE_SPEC)


class World:
    """Answers come one after the other; `asked` holds the data of each question."""

    def __init__(self, *answers: BaseModel | Exception) -> None:
        self.asked: list[Mapping[str, Any]] = []
        self.agents = FakeAgents()
        self.artifacts = FakeArtifacts()
        self.spent: list[int] = []
        remaining = list(answers)

        def answer(prompt: str, data: Mapping[str, Any], kind: type[BaseModel]) -> BaseModel | Exception:
            assert prompt == "generate_spec"
            self.asked.append(data)
            return remaining.pop(0)

        self.claude = FakeClaude(answer, billed=lambda use: self.spent.append(use.cost_microusd))

    def generate(self, build: Build = BUILD) -> Build:
        return generate_spec(
            build,
            an_opportunity(build.opportunity_id),
            claude=self.claude,
            model="strong",
            slugs=self.agents,
            artifacts=self.artifacts,
        )


def test_a_spec_is_stored_with_its_reserved_slug() -> None:
    world = World(a_draft())

    built = world.generate()

    assert (built.next, built.slug, built.spec_key) == (Next.GENERATE_CODE, "price-watch", "builds/build-1/spec.yaml")
    assert spec_from_yaml(world.artifacts.get_text("builds/build-1/spec.yaml")).slug == "price-watch"
    assert world.agents.of_opportunity("opp_1") is not None


def test_a_slug_of_another_opportunity_is_left_to_it() -> None:
    world = World(a_draft(), a_draft())
    world.generate()

    second = world.generate(Build(build_id="build-2", opportunity_id="opp_2", next=Next.GENERATE_SPEC))

    assert second.slug == "price-watch-2"
    assert spec_from_yaml(world.artifacts.get_text("builds/build-2/spec.yaml")).slug == "price-watch-2"


def test_a_repeated_stage_ends_with_the_same_slug_even_if_the_model_has_another_idea() -> None:
    world = World(a_draft(), a_draft(name="Other Name", slug="other-name"))

    assert world.generate().slug == world.generate().slug == "price-watch"


def test_a_refused_draft_gets_a_second_attempt_that_knows_why() -> None:
    world = World(a_draft(hosts=["attacker.example"]), a_draft())

    assert world.generate().next is Next.GENERATE_CODE
    assert world.asked[0]["findings"] == []
    assert any("attacker.example" in finding for finding in world.asked[1]["findings"])
    assert len(world.spent) == 2
    origin = world.artifacts.get_json(make_origin_key(BUILD))
    assert origin["model"] == "fake-model"
    assert origin["refused"] == [world.asked[1]["findings"]]


def test_an_answer_without_the_requested_form_gets_a_second_attempt_too() -> None:
    world = World(ModelAnswerInvalid("cut off"), a_draft())

    assert world.generate().next is Next.GENERATE_CODE
    assert world.asked[1]["findings"] == ["the answer did not fit the requested form: cut off"]
    assert len(world.spent) == 2


def test_two_bad_drafts_end_the_stage_and_nothing_is_reserved() -> None:
    world = World(a_draft(hosts=["attacker.example"]), a_draft(hosts=["localhost"]))

    with pytest.raises(ModelAnswerInvalid, match="localhost"):
        world.generate()
    assert world.agents.of_opportunity("opp_1") is None
    assert world.artifacts.objects == {}


def test_a_refusal_is_not_asked_again() -> None:
    world = World(ModelRefused("no"))

    with pytest.raises(ModelRefused):
        world.generate()
    assert len(world.asked) == 1


def test_the_model_sees_words_of_the_card_and_nothing_that_identifies_it() -> None:
    world = World(a_draft())
    world.generate()

    seen = str(world.asked[0])
    assert "competitors by hand" in seen
    assert not any(secret in seen for secret in ("opp_1", "prb_", "https://", "/r/", "post1"))


def test_the_question_comes_with_examples_that_hold_nothing_of_the_card() -> None:
    world = World(a_draft())
    world.generate()

    assert len(world.claude.examples) == 3
    assert "competitors by hand" not in "".join(world.claude.examples)
