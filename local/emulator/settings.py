"""The environment MiniStack is started with. It is read when MiniStack is imported, so it is applied before that."""

import os
from pathlib import Path

from local.access.credentials import credentials_of
from local.child_environment import child_environment
from local.ports import HOST, Ports
from local.state import StateDir

ACCOUNT = "000000000000"
REGION = "us-east-1"


def checkpoint_root(state: StateDir) -> Path:
    return state.aws / "checkpoints"


def ministack_environment(ports: Ports, state: StateDir) -> dict[str, str]:
    credentials = credentials_of(state)
    return {
        "BIND_HOST": HOST,
        "MINISTACK_HOST": HOST,
        "GATEWAY_PORT": str(ports.aws),
        "PERSIST_STATE": "1",
        # What MiniStack makes once and keeps: a signing key, the code of functions. Checkpoints are elsewhere.
        "STATE_DIR": str(state.aws / "kept"),
        "S3_PERSIST": "1",
        "S3_DATA_DIR": str(state.aws / "s3"),
        "TMPDIR": str(state.run / "emulator-tmp"),
        "IOT_MTLS_ENABLED": "0",
        "SFTP_ENABLED": "0",
        "DOCKER_HOST": f"unix://{state.run / 'no-docker.sock'}",
        "LOG_LEVEL": "WARNING",
        "MINISTACK_ACCOUNT_ID": ACCOUNT,
        "MINISTACK_REGION": REGION,
        "AWS_ACCESS_KEY_ID": credentials.aws_access_key_id,
        "AWS_SECRET_ACCESS_KEY": credentials.aws_secret_access_key,
        "AWS_DEFAULT_REGION": REGION,
    }


def apply(ports: Ports, state: StateDir) -> None:
    """Leaves nothing of the environment but what a process needs."""
    kept = child_environment(state.home, passed=("PYTHONPATH", "SFN_WAIT_SCALE"))
    os.environ.clear()
    os.environ.update(kept)
    os.environ.update(ministack_environment(ports, state))
    for name in ("TMPDIR", "STATE_DIR"):
        Path(os.environ[name]).mkdir(parents=True, exist_ok=True)
