"""All hostile kinds in all templates through the factory in this process: the table under docs/proof.

What `hostile-agents.json` beside it holds for this code is not run again.
"""

import json
import tempfile
from dataclasses import asdict
from pathlib import Path
from typing import Any

from local.standins.claude.malicious.hostile import KINDS
from tests.fakes.hostile_builds import SERVED, Fate, fate, table

RESULTS = Path(__file__).parents[2] / "docs" / "proof"


def hostile_agents_held(code: str, folder: Path = RESULTS) -> bool:
    """Writes the table for the product of this digest; false if one was published that nothing holds where it runs."""
    known = _known(code, folder)
    fates = [
        known.get((kind, template)) or _found(kind, template, known, code, folder)
        for kind in KINDS
        for template in SERVED
    ]
    (folder / "hostile-agents.md").write_text(table(fates), encoding="utf-8")
    out = [one for one in fates if not one.held]
    for one in out:
        print(f"hostile agents: BROKEN: kind {one.kind} in {one.template} was {one.outcome}")
    print(f"hostile agents: {len(fates) - len(out)} of {len(fates)} rejected or held at run time")
    return not out


Known = dict[tuple[int, str], Fate]


def _known(code: str, folder: Path) -> Known:
    path = folder / "hostile-agents.json"
    kept: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    if kept.get("code") != code:
        return {}
    fates = [Fate(**{**one, "stops": tuple(one["stops"])}) for one in kept["fates"]]
    return {(one.kind, one.template): one for one in fates}


def _found(kind: int, template: str, known: Known, code: str, folder: Path) -> Fate:
    with tempfile.TemporaryDirectory(prefix="mam-hostile-") as state:
        found = known[kind, template] = fate(kind, template, Path(state))
    print(f"hostile agents: {kind} in {template}: {found.outcome}", flush=True)
    kept = {"code": code, "fates": [asdict(one) for one in known.values()]}
    (folder / "hostile-agents.json").write_text(json.dumps(kept, indent=1) + "\n", encoding="utf-8")
    return found
