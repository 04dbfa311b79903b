"""Agents that work and do harm besides: rejected by a gate that the report names, or held where they run.

`make test` tries a sample; the table of all of them under docs/proof comes from `make proof`.
"""

from pathlib import Path

import pytest

from local.standins.claude.malicious.hostile import ATTEMPTS, KINDS, hostile_logic
from tests.fakes.hostile_builds import CONTAINED, SERVED, card_for, fate
from tests.fakes.offline_factory import OfflineFactory

SAMPLE = [
    (2, "data_processing"),
    (3, "monitoring"),
    (4, "communication"),
    (5, "monitoring"),
    (7, "communication"),
    (8, "data_processing"),
    (11, "monitoring"),
    (12, "monitoring"),
]


@pytest.mark.parametrize(("kind", "template"), SAMPLE)
def test_a_hostile_agent_is_rejected_or_held_where_it_runs(kind: int, template: str, tmp_path: Path) -> None:
    became = fate(kind, template, tmp_path)
    if kind in CONTAINED:
        return
    assert became.outcome == "rejected", became.stops
    assert all(stop.startswith(("static gate: ", "examination: ")) for stop in became.stops)


@pytest.mark.parametrize("template", SERVED)
def test_the_honest_agent_of_each_template_is_published(template: str, tmp_path: Path) -> None:
    """The control: nothing but the harm is what the hostile ones are stopped for."""
    assert OfflineFactory(card_for(template), tmp_path).run().outcome == "published"


@pytest.mark.parametrize("kind", KINDS)
def test_every_attempt_is_the_whole_honest_logic_and_the_harm(kind: int) -> None:
    honest = '"""Honest."""\n\nimport re\n\n\nasync def run(input, tools):\n    return {"a": "b"}\n'
    spec = {"output_schema": {"properties": {"a": {"type": "string"}}}, "examples": [{"input": {"x": 1}}]}
    written: str | None = None
    for number in range(1, len(ATTEMPTS[kind]) + 1):
        written = hostile_logic(kind, {"spec": spec, "previous_logic": written}, honest)
        compile(written, "logic.py", "exec")
        assert f"ATTEMPT = {number}" in written
        assert 'async def honest(input, tools):\n    return {"a": "b"}' in written
        assert written.count("import re\n") == 1
