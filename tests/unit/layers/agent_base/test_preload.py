"""What generated code may import is there before the first call."""

import sys

from mam_agent.preload import preload

from shared.builds.code_gate.vocabulary import MODULES


def test_everything_that_the_gate_lets_agents_import_is_loaded_ahead() -> None:
    preload()
    assert {name for name in MODULES if name != "mam_agent"} <= sys.modules.keys()
