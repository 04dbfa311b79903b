"""A folder that says something wrong is refused when it is read, with its file and its field."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from local.standins.claude.kinds.documents import KindInvalid
from local.standins.claude.kinds.load import load_kind

KINDS = Path(__file__).parents[6] / "local/standins/claude/kinds"


def edited(tmp_path: Path, kind: str, file: str, old: str, new: str) -> Path:
    folder = tmp_path / kind
    shutil.copytree(KINDS / kind, folder)
    text = (folder / file).read_text(encoding="utf-8")
    assert old in text
    (folder / file).write_text(text.replace(old, new, 1), encoding="utf-8")
    return folder


def no_logic(_name: str) -> str:
    return ""


@pytest.mark.parametrize(
    ("file", "old", "new", "says"),
    [
        ("kind.yaml", "marker: deadlines", "marker: nothing", "'nothing' is no output field"),
        ("kind.yaml", "template: monitoring", "template: watching", "template: Input should be"),
        ("kind.yaml", "invoice:3", "invoice:three", "signals: Value error, 'invoice:three' is no signal"),
        ("kind.yaml", "tagline:", "tag_line:", "tagline: Field required"),
        ("kind.yaml", "category: operations", "category: operations\ncolour: red", "colour: Extra inputs"),
        ("kind.yaml", "otherwise: task", "otherwise: tusk", "otherwise 'tusk' is no flavour"),
        ("kind.yaml", "otherwise: task", "otherwise: task\notherwise: filing", "the key 'otherwise' stands twice"),
        ("kind.yaml", "[invoice, filing, task]", "[invoice, task]", "flavours: does not name 'filing'"),
        ("kind.yaml", "[invoice, filing, task]", "[invoice, filing, bill, task]", "flavours/bill.yaml"),
        ("kind.yaml", "which {flavour} is", "which {flavor} is", "tagline: {flavor} has no 'flavor'"),
        ("kind.yaml", "{items.2}", "{items.3}", "examples.0.input.items.2.name: {items.3} has no '3'"),
        ("kind.yaml", "'{actions}'", "'{acts}'", "parameters.ACTIONS: {acts} has no 'acts'"),
        ("kind.yaml", "name: deadline_watch", "name: deadlines", "name: 'deadlines' is not the folder's name"),
        ("kind.yaml", "uses:", "uses: [", "kind.yaml: "),
        ("flavours/task.yaml", "agent: Deadline Watch", "agent: []", "flavours/task.yaml: agent: Input should be"),
        ("flavours/task.yaml", "agent:", "agnt:", "flavours/task.yaml: agent: Input should be a valid string"),
        ("flavours/task.yaml", "deadline schedul", "dead!line schedul", "asked_for: Value error, 'dead!line' is no"),
    ],
)
def test_a_fault_names_its_file_and_its_field(tmp_path: Path, file: str, old: str, new: str, says: str) -> None:
    folder = edited(tmp_path, "deadline_watch", file, old, new)

    with pytest.raises(KindInvalid) as error:
        load_kind(folder, no_logic)

    assert says in str(error.value)
    assert "deadline_watch" in str(error.value)


def test_an_unknown_computation_is_refused(tmp_path: Path) -> None:
    folder = edited(tmp_path, "outreach_review", "kind.yaml", "by: worries", "by: wonders")

    with pytest.raises(KindInvalid, match="there is no computation 'wonders'; there are shared_words, sore_points"):
        load_kind(folder, no_logic)


def test_a_parameter_that_the_logic_has_no_constant_for_is_refused(tmp_path: Path) -> None:
    folder = edited(tmp_path, "deadline_watch", "kind.yaml", "SUBJECT:", "SUBJEKT:")
    logic_of: Callable[[str], str] = lambda _: 'SUBJECT = "it"\nACTIONS = {}\n'  # noqa: E731

    with pytest.raises(KindInvalid, match="parameters: the logic has no constant SUBJEKT"):
        load_kind(folder, logic_of)
