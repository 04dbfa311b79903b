"""What each function was seen asking of AWS: recorded_calls.json, kept beside this module.

Recordings come from the sample events and from the workflow tests on the embedded cloud (local/call_recorder.py).
`make generated` runs the sample events and adds what they asked for; `make calls`, after other runs, adds what those
recorded, and with --anew it also drops what they did not see.
"""

import json
import sys
from pathlib import Path

from local.call_recorder import Call, recorded

FILE = Path(__file__).with_suffix(".json")
ROOT = Path(__file__).parents[2]
RECORDINGS = ROOT / ".build" / "recorded-calls"


def known_calls() -> dict[str, set[Call]]:
    listed = json.loads(FILE.read_text()) if FILE.exists() else {}
    return {name: {(action, resource) for action, resource in calls} for name, calls in listed.items()}


def observed_calls(folder: Path = RECORDINGS) -> dict[str, set[Call]]:
    """Everything below a folder of recordings, whichever run it was."""
    found: dict[str, set[Call]] = {}
    for run in [folder, *(one for one in folder.glob("*") if one.is_dir())]:
        for name, calls in recorded(run).items():
            found.setdefault(name, set()).update(calls)
    return found


def unknown_calls(folder: Path) -> list[str]:
    """Calls below the folder that recorded_calls.json does not list, as lines to read."""
    known = known_calls()
    return [
        f"{name} asked for {action} on {resource}, which is not in {FILE.name}: run `make generated` "
        "(after workflow tests, `make calls`), then grant it in the function's stack"
        for name, calls in sorted(observed_calls(folder).items())
        for action, resource in sorted(calls - known.get(name, set()))
    ]


def text(*, anew: bool = False) -> str:
    """The file with what was observed since, and without functions that are gone; `anew`: with that alone."""
    known = {} if anew else known_calls()
    for name, calls in observed_calls().items():
        known.setdefault(name, set()).update(calls)
    there = {f"mam-{handler.parent.name.replace('_', '-')}" for handler in ROOT.glob("functions/*/*/handler.py")}
    lines = ",\n".join(
        f' "{name}": [\n' + ",\n".join(f"  {json.dumps(call)}" for call in sorted(known[name])) + "\n ]"
        for name in sorted(known.keys() & there)
    )
    return "{\n" + lines + "\n}\n"


if __name__ == "__main__":
    FILE.write_text(text(anew="--anew" in sys.argv))
