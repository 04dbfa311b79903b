"""`make generated`: writes everything in this repository that follows from the functions and the stacks.

Adding an endpoint changes all of it; none of it is written by hand. What went stale, a test of `make check` names.
"""

import json
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from functions import openapi
from infra_cdk.app import ROOT
from shared.values import Json
from tests.infrastructure import recorded_calls, target_difference
from tests.infrastructure.synthesized import synthesized
from tests.integration import sample_account
from tests.integration.endpoint_events import TOKEN, endpoint_events

EVENTS = ROOT / "events"
COMMAND = "make generated"
# One test holds the recordings to the list that is to be written from them.
SAMPLE_EVENTS = ("tests/integration/test_sample_events.py", "-k", "not every_call_is_listed")


def sources() -> Iterator[tuple[Path, str]]:
    """What needs no template: the API's document and the sample events of its endpoints."""
    yield openapi.SERVED, openapi.write_text()
    for name, event in endpoint_events(sample_values()).items():
        yield EVENTS / f"{name}.json", pretty(event)


def sample_values() -> dict[str, Json]:
    """What the world of the samples (`make events`) has for endpoints to be asked about."""
    objects = json.loads((EVENTS / "world" / "objects.json").read_text())
    listing = next(json.loads(text) for key, text in objects.items() if key.startswith("listings/"))
    return {
        "slug": listing["slug"],
        "token": TOKEN,
        "input": listing["examples"][0]["input"],
        **sample_account.VALUES,
    }


def pretty(value: Json) -> str:
    return json.dumps(value, indent=1, sort_keys=False, ensure_ascii=False) + "\n"


def stale() -> list[str]:
    """One line for each file of `sources` that is not there or not as it should be."""
    return [
        f"{file.relative_to(ROOT)} is {'stale' if file.exists() else 'missing'}: `{COMMAND}` writes it"
        for file, text in sources()
        if not file.exists() or file.read_text(encoding="utf-8") != text
    ]


def write() -> int:
    """Returns what the run of the sample events ended with: a function that fails there is not recorded in full."""
    for file, text in sources():
        put(file, text)
    put(target_difference.FILE, target_difference.text(synthesized("aws"), synthesized("local")))
    failed = subprocess.run([sys.executable, "-m", "pytest", "-q", *SAMPLE_EVENTS], cwd=ROOT, check=False).returncode
    put(recorded_calls.FILE, recorded_calls.text())
    return failed


def put(file: Path, text: str) -> None:
    if not file.exists() or file.read_text(encoding="utf-8") != text:
        file.write_text(text, encoding="utf-8")
        print(f"wrote {file.relative_to(ROOT)}")


if __name__ == "__main__":
    sys.exit(write())
