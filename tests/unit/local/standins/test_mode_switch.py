"""Modes of the stand-ins: how long they last, for what, and how they are set."""

from typing import Any

import pytest
from starlette.applications import Starlette
from starlette.routing import Route
from starlette.testclient import TestClient

from local.standins.claude.mode import NORMAL as CLAUDE
from local.standins.claude.mode import ClaudeMode
from local.standins.mode_switch import METHODS, PATH, ModeSwitch
from local.standins.reddit.mode import NORMAL as REDDIT
from local.state import REPOSITORY


def claude(mode: str, **more: Any) -> ModeSwitch[ClaudeMode]:
    switch = ModeSwitch(CLAUDE)
    switch.set(ClaudeMode.model_validate({"mode": mode, **more}))
    return switch


def test_a_mode_lasts_as_many_answers_as_asked_and_then_all_is_well() -> None:
    switch = claude("refuse", times=2)
    assert [switch.for_answer().mode for _ in range(3)] == ["refuse", "refuse", "ok"]
    assert switch.current == CLAUDE


def test_a_mode_without_a_number_lasts() -> None:
    switch = claude("overloaded")
    assert {switch.for_answer().mode for _ in range(20)} == {"overloaded"}


def test_an_answer_that_the_mode_does_not_concern_does_not_count() -> None:
    switch = claude("refuse", times=1, tasks=["generate_spec"])
    assert switch.for_answer(lambda mode: mode.concerns("rate_opportunity")).mode == "ok"
    assert switch.for_answer(lambda mode: mode.concerns("generate_spec")).mode == "refuse"
    assert switch.for_answer(lambda mode: mode.concerns("generate_spec")).mode == "ok"


@pytest.mark.parametrize("normal", [CLAUDE, REDDIT])
@pytest.mark.parametrize(
    "body", [b"{", b"[]", b'{"mode": "tired"}', b'{"mode": "ok", "times": 0}', b'{"mode": "ok", "x": 1}']
)
def test_what_is_no_mode_of_this_stand_in_is_refused_and_changes_nothing(normal: Any, body: bytes) -> None:
    client = TestClient(Starlette(routes=[Route(PATH, ModeSwitch(normal).endpoint, methods=METHODS)]))
    assert client.put(PATH, content=body).status_code == 422
    assert client.get(PATH).json() == normal.model_dump(mode="json")


def test_setting_a_mode_answers_with_it() -> None:
    client = TestClient(Starlette(routes=[Route(PATH, ModeSwitch(REDDIT).endpoint, methods=METHODS)]))
    answer = client.put(PATH, json={"mode": "throttled", "times": 3, "retry_after": 7})
    assert answer.json() == {"mode": "throttled", "times": 3, "retry_after": 7} == client.get(PATH).json()


def test_a_task_that_no_prompt_asks_for_is_refused_with_the_names_there_are() -> None:
    client = TestClient(Starlette(routes=[Route(PATH, ModeSwitch(CLAUDE).endpoint, methods=METHODS)]))
    answer = client.put(PATH, json={"mode": "refuse", "tasks": ["generate_spec", "nope"]})
    assert answer.status_code == 422
    (error,) = answer.json()["error"]
    prompts = sorted(file.stem for file in (REPOSITORY / "shared" / "prompts").glob("*.md"))
    assert error["loc"] == ["tasks"]
    assert error["msg"].endswith(f"there is no task 'nope'; there are {', '.join(prompts)}")
    assert client.get(PATH).json() == CLAUDE.model_dump(mode="json")
