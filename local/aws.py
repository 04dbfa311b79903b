"""boto3 clients of the embedded cloud, with nothing taken from the shell: real credentials never reach it."""

from typing import Any

import boto3
from botocore.config import Config

from local.emulator.settings import REGION
from local.ports import Ports, url

_ANY = "test"


def client(service: str, ports: Ports, *, retries: int = 2, patience: int = 120) -> Any:
    """A client that asks again little: on one machine an error is an answer, not a passing cloud. `patience`: how many
    seconds it waits for one.
    """
    port = ports.fargate if service == "ecs" else ports.aws
    session = boto3.Session(aws_access_key_id=_ANY, aws_secret_access_key=_ANY, region_name=REGION)
    config = Config(
        retries={"max_attempts": retries, "mode": "standard"},
        connect_timeout=5,
        read_timeout=patience,
        max_pool_connections=32,
        s3={"addressing_style": "path"},
        signature_version="s3v4" if service == "s3" else None,
    )
    return session.client(service, endpoint_url=url(port), config=config)
