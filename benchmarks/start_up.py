"""What Lambda pays before a function's first call: CPU time of importing its handler from its asset and the layers.

Measured with and without bytecode beside the packages, and once more as it was with the X-Ray SDK, which is no
dependency any more: it is installed into .build for this, from benchmarks/requirements.lock.
"""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

from infra_cdk.constructs.staging import stage_function
from layers.build import build

Figure = tuple[str, float, str]
ROOT = Path(__file__).parents[1]
WORK = ROOT / ".build" / "bench"
LOCK = Path(__file__).parent / "requirements.lock"
COMPARED = "catalogue/list_agents"
SERIES, SERIES_COMPARED = 2, 6

# No site packages, as on Lambda: what the layers do not hold cannot be imported.
PROGRAM = """
import importlib, sys, time
module, traced, *sys.path[:0] = sys.argv[1:]
started = time.process_time()
if traced:
    from aws_lambda_powertools import Tracer
    Tracer(service="mam", auto_patch=False)
importlib.import_module(module)
print((time.process_time() - started) * 1000)
"""
AS_ON_LAMBDA = {
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_LAMBDA_FUNCTION_NAME": "mam-bench",
    "LAMBDA_TASK_ROOT": "/var/task",
    "PATH": os.defpath,
}


def figures() -> Iterator[Figure]:
    compiled = [str(folder / "python") for folder in build("here").values()]
    plain = [str(folder / "python") for folder in without_bytecode(build("here"))]
    for handler in sorted((ROOT / "functions").glob("*/*/handler.py")):
        folder = str(handler.parent.relative_to(ROOT / "functions"))
        ways = {"bytecode": (compiled, False), "no bytecode": (plain, False)}
        for way, value in milliseconds(folder, ways, SERIES).items():
            yield f"import of {handler.parent.name}, {way}", value, "ms"
    yield from against_the_xray_sdk(compiled, plain)


def against_the_xray_sdk(compiled: list[str], plain: list[str]) -> Iterator[Figure]:
    ways = {"bytecode": (compiled, False), "no bytecode and the X-Ray SDK": ([*plain, str(xray_sdk())], True)}
    found = milliseconds(COMPARED, ways, SERIES_COMPARED)
    now, before = found.values()
    yield "list_agents, no bytecode and the X-Ray SDK", before, "ms"
    yield "list_agents: bytecode against none and the X-Ray SDK", now / before, "times"


def milliseconds(folder: str, ways: dict[str, tuple[list[str], bool]], series: int) -> dict[str, float]:
    """The least of each way's series, the ways taking turns: what else the machine does only ever adds to it."""
    asset = str(stage_function(folder))
    module = f"functions.{folder.replace('/', '.')}.handler"
    rounds = [
        {way: _cpu([module, "traced" if traced else "", asset, *path]) for way, (path, traced) in ways.items()}
        for _ in range(series)
    ]
    return {way: min(each[way] for each in rounds) for way in ways}


def _cpu(arguments: list[str]) -> float:
    command = [sys.executable, "-S", "-E", "-B", "-c", PROGRAM, *arguments]
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=AS_ON_LAMBDA)
    if done.returncode != 0:
        raise RuntimeError(f"{arguments[0]} could not be imported: {done.stderr[-500:]}")
    return float(done.stdout.splitlines()[-1])


def without_bytecode(layers: dict[str, Path]) -> Iterator[Path]:
    shutil.rmtree(WORK / "plain", ignore_errors=True)
    for name, folder in layers.items():
        place = WORK / "plain" / name
        shutil.copytree(folder, place, ignore=shutil.ignore_patterns("__pycache__"), copy_function=os.link)
        yield place


def xray_sdk() -> Path:
    """Without bytecode, as it was."""
    site = WORK / "xray"
    stamp = site / ".installed"
    if not stamp.is_file() or stamp.read_bytes() != LOCK.read_bytes():
        shutil.rmtree(site, ignore_errors=True)
        command = [sys.executable, "-m", "pip", "install", "-qq", "--disable-pip-version-check", "--no-compile"]
        command += ["--require-hashes", "--no-deps", "--target", str(site), "--requirement", str(LOCK)]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise RuntimeError(f"the X-Ray SDK to compare with could not be installed: {done.stderr[-300:]}")
        stamp.write_bytes(LOCK.read_bytes())
    return site
