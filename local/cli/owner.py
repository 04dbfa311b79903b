"""The owner's own way in: the AWS command line and any SDK, with the keys of this installation."""

import os
import shlex
import shutil
from collections.abc import Sequence

from local.emulator.settings import REGION
from local.ports import Ports, url


class NoAwsCommand(Exception):
    """The AWS command line is not installed."""


def owner_environment(ports: Ports) -> dict[str, str]:
    """What boto3, the AWS command line and every other AWS SDK read."""
    return {
        "AWS_ENDPOINT_URL": url(ports.aws),
        "AWS_ENDPOINT_URL_ECS": url(ports.fargate),
        "AWS_ACCESS_KEY_ID": ports.credentials.aws_access_key_id,
        "AWS_SECRET_ACCESS_KEY": ports.credentials.aws_secret_access_key,
        "AWS_REGION": REGION,
        "AWS_DEFAULT_REGION": REGION,
        "AWS_CONFIG_FILE": os.devnull,
        "AWS_SHARED_CREDENTIALS_FILE": os.devnull,
        "NO_PROXY": "127.0.0.1",
    }


def exports(ports: Ports) -> str:
    """Lines for a shell's `eval`."""
    return "\n".join(f"export {name}={shlex.quote(value)}" for name, value in owner_environment(ports).items())


def run_aws(ports: Ports, arguments: Sequence[str]) -> None:
    """Becomes the AWS command line."""
    program = shutil.which("aws")
    if program is None:
        raise NoAwsCommand(
            "the AWS command line (`aws`) is not installed. boto3 works without it: "
            'eval "$(.venv/bin/python -m local env)" sets what it reads'
        )
    os.execve(program, ["aws", *arguments], {**os.environ, **owner_environment(ports)})  # noqa: S606  the owner's call
