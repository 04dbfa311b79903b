import ast
import asyncio
import importlib.util
from pathlib import Path
from typing import Any

import pytest

from shared.builds.code_gate.gate import check_code
from shared.specs.spec import Capabilities, Template
from tests.fakes.agent_specs import a_spec

_spec = importlib.util.spec_from_file_location("bypasses", Path(__file__).with_name("bypasses.py"))
assert _spec is not None
assert _spec.loader is not None
_module = importlib.util.module_from_spec(_spec)
_spec.loader.exec_module(_module)
BYPASSES: dict[str, str] = _module.bypasses()

SPEC = a_spec(template=Template.DATA_PROCESSING, capabilities=Capabilities())


def reached(source: str) -> Any:
    """What the trick gets when nothing stops it."""
    space: dict[str, Any] = {"__name__": "logic"}
    exec(compile(source, "logic.py", "exec"), space)
    return asyncio.run(space["run"]({}, None))


@pytest.mark.parametrize("name", BYPASSES)
def test_a_way_out_is_found(name: str) -> None:
    assert check_code(BYPASSES[name], SPEC)


@pytest.mark.parametrize("name", BYPASSES)
def test_the_same_way_out_works_where_no_gate_stands(name: str) -> None:
    assert reached(BYPASSES[name])


def test_what_is_found_says_where_and_what_to_do_instead() -> None:
    findings = check_code(BYPASSES["format_walk"], SPEC)

    assert findings == ["line 2: the attribute 'format' may not be used; write an f-string"]


def test_every_trick_is_python_that_parses() -> None:
    for source in BYPASSES.values():
        ast.parse(source)
