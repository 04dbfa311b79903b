"""All hostile kinds in all templates through the factory in this process: the table under docs/proof."""

import tempfile
from pathlib import Path

from local.standins.claude.malicious.hostile import KINDS
from tests.fakes.hostile_builds import CONTAINED, SERVED, fate, table

TABLE = Path(__file__).parents[2] / "docs" / "proof" / "hostile-agents.md"


def hostile_agents_held() -> bool:
    """Writes the table; false if one was published that nothing holds where it runs."""
    fates = [fate(kind, template, Path(tempfile.mkdtemp())) for kind in KINDS for template in SERVED]
    TABLE.write_text(table(fates), encoding="utf-8")
    out = [one for one in fates if one.outcome != "rejected" and one.kind not in CONTAINED]
    for one in out:
        print(f"hostile agents: BROKEN: kind {one.kind} in {one.template} was {one.outcome}")
    print(f"hostile agents: {len(fates) - len(out)} of {len(fates)} rejected or held at run time; see {TABLE.name}")
    return not out
