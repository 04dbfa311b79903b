import json
from collections.abc import Mapping
from typing import Any

import pytest
from pydantic import BaseModel

from functions.factory.generate_code.draft import LogicDraft
from functions.factory.generate_code.generate import generate_code
from shared.adapters.claude import ModelAnswerInvalid
from shared.builds.build import Build, Next
from shared.builds.handover import BuildIncomplete
from shared.specs.document import write_spec
from shared.specs.spec import Template
from tests.fakes.agent_specs import a_spec
from tests.fakes.artifacts import FakeArtifacts
from tests.fakes.claude import FakeClaude

GOOD = "async def run(input, tools):\n    return {'day': await tools.now()}\n"
BAD = "import os\n\n\nasync def run(input, tools):\n    return dict(os.environ)\n"


class FakeLinters:
    def __init__(self, *findings: str) -> None:
        self.said = list(findings)
        self.seen: list[str] = []

    def findings(self, source: str) -> list[str]:
        self.seen.append(source)
        return self.said


class World:
    def __init__(self, *sources: str, linters: FakeLinters | None = None) -> None:
        self.asked: list[Mapping[str, Any]] = []
        self.artifacts = FakeArtifacts()
        self.linters = linters or FakeLinters()
        self.spec = a_spec(template=Template.MONITORING)
        self.artifacts.put_text("builds/build-1/spec.yaml", write_spec(self.spec))
        remaining = list(sources)

        def answer(prompt: str, data: Mapping[str, Any], kind: type[BaseModel]) -> BaseModel | Exception:
            assert prompt == "generate_logic"
            self.asked.append(data)
            return LogicDraft(approach="as told", logic_py=remaining.pop(0))

        self.claude = FakeClaude(answer)

    def start(self) -> Build:
        return Build(
            build_id="build-1", opportunity_id="opp_1", next=Next.GENERATE_CODE, spec_key="builds/build-1/spec.yaml"
        )

    def generate(self, build: Build | None = None) -> Build:
        return generate_code(
            build or self.start(),
            {"title": "Prices"},
            claude=self.claude,
            model="strong",
            linters=self.linters,
            artifacts=self.artifacts,
        )


def test_good_code_becomes_a_bundle_that_is_named_by_its_content() -> None:
    world = World(GOOD, GOOD)

    built = world.generate()

    assert built.next is Next.BUILD_IMAGE
    assert built.code_key is not None
    assert built.code_key.startswith("code/")
    bundle = world.artifacts.get_json(built.code_key)
    assert sorted(bundle) == ["agent.py", "logic.py", "spec.json"]
    assert bundle["logic.py"] == GOOD
    assert json.loads(bundle["spec.json"])["slug"] == world.spec.slug
    assert world.generate().code_key == built.code_key


def test_the_gate_is_kept_with_the_name_of_the_model() -> None:
    world = World(GOOD)

    built = world.generate()

    assert built.gate_key == "builds/build-1/round-1/gate.json"
    assert world.artifacts.get_json(built.gate_key) == {
        "findings": [],
        "approach": "as told",
        "model": "fake-model",
        "spec_model": None,
    }


def test_refused_code_goes_back_with_what_was_wrong_and_the_code_itself() -> None:
    world = World(BAD, GOOD)

    second = world.generate()
    third = world.generate(second)

    assert (second.next, second.round, second.code_key) == (Next.GENERATE_CODE, 2, None)
    assert world.asked[1]["findings"][0] == "line 1: the module 'os' may not be imported"
    assert world.asked[1]["previous_logic"] == BAD
    assert third.next is Next.BUILD_IMAGE


def test_code_that_is_refused_every_time_is_rejected_with_the_reason() -> None:
    world = World(BAD, BAD, BAD)

    build = world.generate(world.generate(world.generate()))

    assert (build.next, build.round) == (Next.REJECT_AGENT, 3)
    assert build.reason == "the static gate refused the code: line 1: the module 'os' may not be imported"


def test_what_a_linter_finds_is_a_refusal_too() -> None:
    world = World(GOOD, linters=FakeLinters("line 2: odd (ruff S999)"))

    assert world.generate().reason == "the static gate refused the code: line 2: odd (ruff S999)"


def test_linters_do_not_see_what_the_allow_list_refused() -> None:
    world = World(BAD)

    world.generate()

    assert world.linters.seen == []


def test_windows_line_ends_are_no_finding() -> None:
    assert World(GOOD.replace("\n", "\r\n")).generate().next is Next.BUILD_IMAGE


def test_text_that_no_file_can_hold_is_refused_and_not_kept() -> None:
    world = World("X = '\ud800'\n")

    build = world.generate()

    assert build.next is Next.GENERATE_CODE
    assert world.artifacts.get_text("builds/build-1/round-1/logic.py") == ""


def test_findings_of_the_test_stage_reach_the_next_question() -> None:
    world = World(GOOD)
    feedback = world.artifacts.put_json("feedback.json", {"findings": ["the output is empty"]})
    build = world.start().model_copy(update={"round": 2, "feedback_key": feedback})

    world.generate(build)

    assert world.asked[0]["findings"] == ["the output is empty"]
    assert world.asked[0]["previous_logic"] is None


def test_the_question_names_the_tools_that_this_agent_has() -> None:
    world = World(GOOD)

    world.generate()

    effects = {effect.value for effect in world.spec.capabilities.effects}
    assert effects <= set(world.asked[0]["tools"])
    assert "class Watch" in world.asked[0]["frame"]


def test_an_answer_without_form_fails_the_stage() -> None:
    world = World()
    world.claude.answers = lambda *_: ModelAnswerInvalid("no JSON")

    with pytest.raises(ModelAnswerInvalid):
        world.generate()


def test_a_build_without_a_spec_says_so() -> None:
    with pytest.raises(BuildIncomplete):
        World().generate(Build(build_id="build-1", opportunity_id="opp_1", next=Next.GENERATE_CODE))


def test_the_question_comes_with_examples_that_hold_nothing_of_the_opportunity() -> None:
    world = World(GOOD)

    world.generate()

    assert len(world.claude.examples) == 2
    assert all('"template": "monitoring"' in example for example in world.claude.examples)
    assert world.spec.name not in "".join(world.claude.examples)
