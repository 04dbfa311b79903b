"""`python -m layers.lock`: write each layer's requirements.lock from the dependency group of the same name.

Versions are those of the repository's own requirements.lock, so a layer holds what the tests ran with.
"""

import os
import shutil
import subprocess
import sys
from pathlib import Path

from layers.catalog import AGENT_SDK, LAYERS, ROOT, Layer, locked

# The oldest Python that the code supports: the locks hold for the Lambda runtime and for a contributor's machine alike.
OLDEST_PYTHON = "3.11"


def lock(uv: str, layer: Layer, leave_out: list[str]) -> None:
    layer.lock.parent.mkdir(exist_ok=True)
    command = [uv, "pip", "compile", "--quiet", "--universal", "--python-version", OLDEST_PYTHON, "--generate-hashes"]
    command += ["--no-emit-index-url", "--no-header", "--no-annotate", "--group", layer.name]
    command += ["--constraint", "requirements.lock", "--output-file", str(layer.lock.relative_to(ROOT))]
    for name in leave_out:
        command += ["--no-emit-package", name]
    subprocess.run(command, cwd=ROOT, check=True)


def main() -> None:
    uv = shutil.which("uv", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    if uv is None:
        sys.exit("uv is not on the PATH; install it (pip install uv) and try again")
    for alone in (LAYERS["common"], AGENT_SDK):
        lock(uv, alone, leave_out=[])
    shared = [package.name for package in locked(LAYERS["common"].lock)]
    for name, layer in LAYERS.items():
        if name != "common":
            lock(uv, layer, leave_out=[*shared, *layer.without])


if __name__ == "__main__":
    main()
