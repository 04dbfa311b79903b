"""`python -m local.function_host --port N --state-dir DIR`: serves until it is told to stop.

MAM_PRELOAD=0 leaves the third-party packages to the functions, for tests of functions that need none.
"""

import argparse
import os
from pathlib import Path

import uvicorn

from local.access.credentials import made_credentials
from local.access.doors import control_gate
from local.function_host.pool import Limits
from local.function_host.server import FunctionHost
from local.ports import HOST
from local.state import StateDir


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m local.function_host")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--state-dir", type=Path, required=True)
    arguments = parser.parse_args()
    state = StateDir(arguments.state_dir.resolve()).create()
    limits = Limits(preload=os.environ.get("MAM_PRELOAD") != "0")
    host = FunctionHost(state.run / "function-tmp", state.logs / "functions", limits)
    uvicorn.run(
        control_gate(host, arguments.port, made_credentials(state)),
        host=HOST,
        port=arguments.port,
        log_level="warning",
        access_log=False,
        timeout_keep_alive=3600,
        lifespan="on",
        ws="none",
    )


if __name__ == "__main__":
    main()
