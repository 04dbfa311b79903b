"""`make proof`: the long checks, on a cloud of their own. What docs/proof/ holds for this code is not run again.

One file a case: the digest of the product's code it was run on, and the facts found for each seed.
"""

import hashlib
import json
import subprocess
import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from benchmarks.proof import cases, machine
from benchmarks.proof.hostile import hostile_agents_held
from benchmarks.proof.money import money_holds
from benchmarks.proof.parity import parity_holds
from local.embedded_cloud import EmbeddedCloud, embedded_cloud

ROOT = Path(__file__).parents[2]
RESULTS = ROOT / "docs" / "proof"
PRODUCT = ("functions", "shared", "layers", "local", "events", "infra_cdk")

CASES: dict[str, tuple[int, Callable[[EmbeddedCloud, int], cases.Facts]]] = {
    "scanning": (24, lambda cloud, seed: cases.scanning_holds(cloud, cases.sample(seed))),
    "agents": (4, lambda cloud, _seed: cases.agents_answer(cloud, builds=5)),
    "malice": (3, lambda cloud, _seed: cases.malice_publishes_nothing(cloud, builds=3)),
}


def main() -> int:
    code = product_digest()
    held = [parity_holds(), hostile_agents_held(code), money_holds(code)]
    return max(on_a_cloud(), machine.main(), 0 if all(held) else 1)


def on_a_cloud() -> int:
    """The cases that need a running system; exit status 1 if one broke."""
    code = product_digest()
    results = {name: _known(name, code) for name in CASES}
    if all(len(results[name]["seeds"]) == seeds for name, (seeds, _) in CASES.items()):
        print(f"Everything was shown for this code ({code[:12]}); see {RESULTS.relative_to(ROOT)}")
        return 0
    broken = 0
    with tempfile.TemporaryDirectory(prefix="mam-proof-") as folder, embedded_cloud(Path(folder)) as cloud:
        cloud.run_workflow("market-scan")
        for name, (seeds, check) in CASES.items():
            for seed in range(seeds):
                broken += _shown(cloud, name, seed, check, results[name])
    return 1 if broken else 0


def _shown(
    cloud: EmbeddedCloud,
    name: str,
    seed: int,
    check: Callable[[EmbeddedCloud, int], cases.Facts],
    result: dict[str, Any],
) -> bool:
    if str(seed) in result["seeds"]:
        return False
    try:
        result["seeds"][str(seed)] = check(cloud, seed)
    except cases.Broken as error:
        print(f"{name} {seed}: BROKEN: {error}")
        return True
    print(f"{name} {seed}: {json.dumps(result['seeds'][str(seed)])}", flush=True)
    RESULTS.mkdir(parents=True, exist_ok=True)
    (RESULTS / f"{name}.json").write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    return False


def _known(name: str, code: str) -> dict[str, Any]:
    path = RESULTS / f"{name}.json"
    known: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return known if known.get("code") == code else {"case": name, "code": code, "seeds": {}}


def product_digest() -> str:
    """Of every file of the product that git tracks, as it is on disk."""
    listed = subprocess.run(["git", "ls-files", "-z", "--", *PRODUCT], cwd=ROOT, capture_output=True, check=True)
    digest = hashlib.sha256()
    for name in sorted(filter(None, listed.stdout.decode().split("\0"))):
        digest.update(name.encode() + b"\0" + hashlib.sha256((ROOT / name).read_bytes()).digest())
    return digest.hexdigest()


if __name__ == "__main__":
    sys.exit(main())
