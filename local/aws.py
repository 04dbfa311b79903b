"""boto3 clients of the embedded cloud, with nothing taken from the shell or from ~/.aws: no key, profile or proxy."""

from typing import Any, cast

import boto3
from botocore.config import Config
from botocore.configprovider import BOTOCORE_DEFAUT_SESSION_VARIABLES
from botocore.session import Session

from local.emulator.settings import REGION
from local.ports import Ports, url

_NO_FILE = "/dev/null"


def client(service: str, ports: Ports, *, retries: int = 2, patience: int = 120) -> Any:
    """A client that asks again little: on one machine an error is an answer, not a passing cloud. `patience`: how many
    seconds it waits for one.
    """
    port = ports.fargate if service == "ecs" else ports.aws
    config = Config(
        retries={"max_attempts": retries, "mode": "standard"},
        connect_timeout=5,
        read_timeout=patience,
        max_pool_connections=32,
        s3={"addressing_style": "path"},
        signature_version="s3v4" if service == "s3" else None,
        proxies={},
    )
    return cast(Any, session(ports)).client(service, endpoint_url=url(port), config=config)


def session(ports: Ports) -> boto3.Session:
    """With the keys of this installation."""
    return boto3.Session(
        aws_access_key_id=ports.credentials.aws_access_key_id,
        aws_secret_access_key=ports.credentials.aws_secret_access_key,
        region_name=REGION,
        botocore_session=_deaf_session(),
    )


def _deaf_session() -> Session:
    """botocore's own defaults, without the variables and files that could change them."""
    settings = {
        name: (None, None, default, conversion)
        for name, (_, _, default, conversion) in BOTOCORE_DEFAUT_SESSION_VARIABLES.items()
    }
    for name in ("config_file", "credentials_file"):
        settings[name] = (None, None, _NO_FILE, None)
    return Session(session_vars=settings)
