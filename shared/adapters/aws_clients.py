"""boto3 clients with bounded timeouts, made once per execution environment. Importing this module loads boto3."""

from functools import cache
from typing import TYPE_CHECKING, Any, cast

import boto3
from botocore.config import Config

if TYPE_CHECKING:
    from mypy_boto3_ecr import ECRClient
    from mypy_boto3_ecs import ECSClient
    from mypy_boto3_lambda import LambdaClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_sqs import SQSClient

CONNECT_TIMEOUT_SECONDS = 3
READ_TIMEOUT_SECONDS = 25
ATTEMPTS = 3


@cache
def s3() -> "S3Client":
    return _make_client("s3")


@cache
def ecr() -> "ECRClient":
    return _make_client("ecr")


@cache
def ecs() -> "ECSClient":
    return _make_client("ecs")


@cache
def states() -> Any:
    return _make_client("stepfunctions")


@cache
def sqs() -> "SQSClient":
    return _make_client("sqs")


@cache
def ses() -> Any:
    return _make_client("sesv2")


@cache
def lambda_invoker(read_timeout_seconds: int = READ_TIMEOUT_SECONDS) -> "LambdaClient":
    """A Lambda client that never retries by itself, because a request whose answer came too late may have run."""
    return _make_client("lambda", attempts=1, read_timeout_seconds=read_timeout_seconds)


def _make_client(service: str, *, attempts: int = ATTEMPTS, read_timeout_seconds: int = READ_TIMEOUT_SECONDS) -> Any:
    config = Config(
        connect_timeout=CONNECT_TIMEOUT_SECONDS,
        read_timeout=read_timeout_seconds,
        retries={"mode": "standard", "total_max_attempts": attempts},
    )
    return cast(Any, boto3).client(service, config=config)
