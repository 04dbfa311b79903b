"""`python -m local.emulator --port P --state-dir DIR`: the front door on P, AWS on P+1."""

import argparse
from pathlib import Path

from local.access.credentials import made_credentials
from local.emulator.server import serve
from local.ports import Ports
from local.state import StateDir


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m local.emulator")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--state-dir", type=Path, required=True)
    arguments = parser.parse_args()
    state = StateDir(arguments.state_dir.resolve()).create()
    serve(Ports(arguments.port, made_credentials(state)), state)


if __name__ == "__main__":
    main()
