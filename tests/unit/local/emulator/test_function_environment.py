"""What a deployed function is made of: its variables, its code."""

import io
import json
import os
import zipfile
from pathlib import Path

import pytest

from local.emulator.function_code import FunctionCode
from local.emulator.function_environment import EndpointOverlay, function_environment

CONFIG = {"FunctionName": "mam-x", "Handler": "a.b", "MemorySize": 256, "Environment": {"Variables": {"TABLE": "t"}}}


def test_a_function_has_its_own_variables_lambdas_and_the_endpoints() -> None:
    variables = function_environment(CONFIG, {"AWS_ENDPOINT_URL": "http://here"})
    assert variables["TABLE"] == "t"
    assert variables["AWS_LAMBDA_FUNCTION_NAME"] == "mam-x"
    assert variables["_HANDLER"] == "a.b"
    assert variables["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"] == "256"
    assert variables["AWS_ENDPOINT_URL"] == "http://here"


def test_nothing_of_the_launching_shell_is_in_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MAM_TEST_LEAK", "secret")
    monkeypatch.setenv("LOG_LEVEL", "ERROR")
    variables = function_environment(CONFIG, {})
    assert "MAM_TEST_LEAK" not in variables
    assert "LOG_LEVEL" not in variables


def test_a_changed_overlay_is_read_again_and_a_missing_one_is_empty(tmp_path: Path) -> None:
    overlay = EndpointOverlay(tmp_path / "endpoints.json")
    assert overlay.values() == {}
    (tmp_path / "endpoints.json").write_text(json.dumps({"A": "1"}))
    assert overlay.values() == {"A": "1"}
    (tmp_path / "endpoints.json").write_text(json.dumps({"A": "2"}))
    os.utime(tmp_path / "endpoints.json", ns=(1, 1))
    assert overlay.values() == {"A": "2"}


def archive(text: str) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as content:
        content.writestr("package/module.py", text)
    return buffer.getvalue()


def test_code_is_unpacked_once_per_content(tmp_path: Path) -> None:
    code = FunctionCode(tmp_path)
    first = code.folder(archive("one"))
    assert (Path(first) / "package" / "module.py").read_text() == "one"
    assert code.folder(archive("one")) == first
    assert code.folder(archive("two")) != first
    assert FunctionCode(tmp_path).folder(archive("one")) == first
    assert len(list(tmp_path.iterdir())) == 2
