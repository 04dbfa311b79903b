"""Attacks by code that no static gate looked at: each works without the guard (the control), none does with it."""

import inspect
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local.fargate.cgroups import Groups
from local.fargate.isolation import Isolation
from tests.sandbox import runtime_attacks as attacks
from tests.sandbox.conftest import open_folder_for_others
from tests.sandbox.scene import SPEC, Scene, Task

FILES = {"logic.py": inspect.getsource(attacks), "canary.py": "SAYS = 'canary' + '-text'  # canary-text\n"}
GOT = ("canary-text", "canary-value", "reached")
HELD_BY_THE_WALLS = {
    "open_by_subclass",
    "signal_the_first_process",
    "signal_the_parent",
    "signal_by_owner",
    "signal_by_ioctl",
    "start_a_process",
    "start_a_program",
    "start_a_thread",
    "make_a_socket",
    "look_into_the_first_process",
    "write_to_the_first_process",
    "execute_by_dataclass",
}
"""What the filters of system calls and the kernel refuse even without the guard; their controls are in test_probes."""

FINDS_NOTHING = {"open_by_linecache"}
"""Ends in nothing instead of an end: it takes a refused system call for a file that is not there."""

PLACES_THAT_ARE_CLOSED = {"shared memory", "a process's name"}


class Field:
    """A task with its guard and one without, of the same agent, each for all attacks in turn."""

    def __init__(self, scene: Scene) -> None:
        self.guarded = scene.task(FILES, SPEC, seconds=3, guarded=True)
        self.unguarded = scene.task(FILES, SPEC, seconds=3)

    def is_sound(self, task: Task, **input: Any) -> None:
        """An honest run after an attack is as if there had been none."""
        asked = task.run(input=input, run_id="honest")
        assert asked == {"status": "suspended", "effects": [{"id": 1, "kind": "now", "args": {}}]}
        results = [{"id": 1, "ok": True, "value": "t"}]
        done = task.run(input=input, run_id="honest", results=results)
        assert done == {"status": "succeeded", "output": {"now": "t", "input": input}}


@pytest.fixture(scope="module")
def field(isolation: Isolation, base_root: Path, groups: Groups) -> Iterator[Field]:
    with open_folder_for_others() as folder, Scene(isolation, base_root, groups, folder) as scene:
        yield Field(scene)


def got(reply: dict[str, Any]) -> bool:
    return any(one in json.dumps(reply) for one in GOT)


def test_there_are_enough_of_them() -> None:
    assert len(attacks.SINGLE) + len(attacks.BREAKING) + len(attacks.PAIRS) >= 60


@pytest.mark.parametrize("name", attacks.SINGLE)
def test_an_attack_gets_nothing(field: Field, name: str) -> None:
    reply = field.guarded.run(input={"single": name})
    assert not got(reply), reply
    assert reply["status"] == "failed" or name in FINDS_NOTHING
    field.is_sound(field.guarded, x=1)


@pytest.mark.parametrize("name", sorted(attacks.SINGLE.keys() - HELD_BY_THE_WALLS))
def test_the_attack_works_where_there_is_no_guard(field: Field, name: str) -> None:
    reply = field.unguarded.run(input={"single": name})
    assert got(reply), reply


@pytest.mark.parametrize("name", sorted(HELD_BY_THE_WALLS))
def test_behind_the_guard_there_are_walls(field: Field, name: str) -> None:
    assert "reached" not in json.dumps(field.unguarded.run(input={"single": name}))


@pytest.mark.parametrize("name", attacks.BREAKING)
@pytest.mark.parametrize("kind", ["guarded", "unguarded"])
def test_whatever_an_agent_breaks_is_its_own(field: Field, name: str, kind: str) -> None:
    task: Task = getattr(field, kind)
    reply = task.run(input={"breaking": name})
    assert reply["status"] == "failed" or reply["output"]["got"] in {"patched", "flooded", "closed"}
    assert "notify" not in json.dumps(reply.get("effects", []))
    field.is_sound(task, x=2)


@pytest.mark.parametrize("name", attacks.PAIRS)
@pytest.mark.parametrize("kind", ["guarded", "unguarded"])
def test_no_run_finds_what_another_one_kept(field: Field, name: str, kind: str) -> None:
    task: Task = getattr(field, kind)
    text = "kept-by-another"
    task.run(input={"pair": name, "keep": 1, "text": text}, run_id="one")
    assert text not in json.dumps(task.run(input={"pair": name, "find": 1}, run_id="two"))
    field.is_sound(task, x=3)


@pytest.mark.parametrize("name", sorted(attacks.PAIRS.keys() - PLACES_THAT_ARE_CLOSED))
def test_within_one_run_it_would_be_found(field: Field, name: str) -> None:
    text = "kept-by-itself"
    assert text in json.dumps(field.unguarded.run(input={"pair": name, "keep": 1, "find": 1, "text": text}))
