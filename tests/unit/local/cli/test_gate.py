import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from local.cli.app import app

FINE = "async def run(input, tools):\n    return {}\n"
EXAMPLES = Path(__file__).parents[4] / "shared" / "prompts" / "examples"


def asked(*words: str) -> tuple[int, str, str]:
    done = CliRunner().invoke(app, list(words))
    return done.exit_code, done.stdout, done.stderr


@pytest.fixture
def logic(tmp_path: Path) -> Path:
    return tmp_path / "logic.py"


def test_code_that_may_be_built_ends_with_0(logic: Path) -> None:
    logic.write_text(FINE)

    status, said, _ = asked("gate", str(logic), "--template", "monitoring")

    assert (status, "may be built" in said) == (0, True)


def test_findings_end_with_1_and_say_where(logic: Path) -> None:
    logic.write_text("import os\n\n\n" + FINE)

    status, said, _ = asked("gate", str(logic), "--json")

    assert status == 1
    assert json.loads(said)["findings"] == ["line 1: the module 'os' may not be imported"]


def test_without_a_template_the_one_that_fits_is_taken(logic: Path) -> None:
    logic.write_text("async def run(input, tools):\n    return {'text': tools.tidy(input['text'])}\n")

    status, said, _ = asked("gate", str(logic), "--json")

    assert (status, "communication" in json.loads(said)["held_against"]) == (0, True)


def test_a_spec_beside_the_code_counts(logic: Path) -> None:
    logic.write_text("async def run(input, tools):\n    return {'text': tools.tidy(input['text'])}\n")
    logic.with_name("spec.yaml").write_text((EXAMPLES / "page_watch" / "spec.yaml").read_text())

    status, said, _ = asked("gate", str(logic), "--json")

    assert status == 1
    assert "tools.tidy does not exist for this agent" in json.loads(said)["findings"][0]


@pytest.mark.parametrize("example", sorted(folder.name for folder in EXAMPLES.iterdir() if folder.is_dir()))
def test_the_worked_examples_pass(example: str) -> None:
    assert asked("gate", str(EXAMPLES / example / "logic.py"))[0] == 0


@pytest.mark.parametrize(
    ("content", "more", "sentence"),
    [
        (None, (), "there is no file"),
        (b"\xff\xfe", (), "is not UTF-8 text"),
        (b"x" * 1_000_001, (), "is larger than"),
        (FINE.encode(), ("--template", "weather"), "there is no template 'weather'; it is one of monitoring,"),
    ],
)
def test_what_cannot_be_done_ends_with_2_and_one_sentence(
    logic: Path, content: bytes | None, more: tuple[str, ...], sentence: str
) -> None:
    if content is not None:
        logic.write_bytes(content)

    status, said, error = asked("gate", str(logic), *more)

    assert (status, said) == (2, "")
    assert sentence in error
    assert error.count("\n") == 1


@pytest.mark.parametrize(
    ("spec", "sentence"),
    [
        ("a: [", "is no YAML"),
        ("name: x\n", "is no spec of an agent: name: String should have at least 3"),
        ("", "no spec"),
    ],
)
def test_a_spec_that_is_none_ends_with_2(logic: Path, spec: str, sentence: str) -> None:
    logic.write_text(FINE)
    logic.with_name("spec.yaml").write_text(spec)

    status, _, error = asked("gate", str(logic))

    assert (status, sentence in error) == (2, True), error


def test_a_person_can_ask_for_an_examination_only_in_a_folder(tmp_path: Path) -> None:
    assert asked("examine", str(tmp_path / "none"))[0] == 2
    assert "there is no file" in asked("examine", str(tmp_path))[2]


def test_publishing_needs_an_opportunity(tmp_path: Path) -> None:
    status, _, error = asked("examine", str(tmp_path), "--publish")

    assert (status, "--publish and --opportunity ID belong together" in error) == (2, True)


def test_an_examination_needs_the_running_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAM_STATE_DIR", str(tmp_path / "state"))

    status, _, error = asked("examine", str(EXAMPLES / "page_watch"))

    assert (status, "does not run; start it with `make up`" in error) == (2, True)
