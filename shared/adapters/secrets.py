"""Secrets Manager. Each execution environment keeps a secret for five minutes before reading it again."""

from typing import Any, cast

from aws_lambda_powertools.utilities import parameters

MAX_AGE_SECONDS = 300


def read_secret(name: str) -> dict[str, str]:
    """The secret's value, a JSON object. Never log it or put it into an exception."""
    get_secret = cast(Any, parameters).get_secret
    value = get_secret(name, transform="json", max_age=MAX_AGE_SECONDS)
    if not isinstance(value, dict):
        raise TypeError(f"secret {name} must hold a JSON object; write it with `aws secretsmanager put-secret-value`")
    return cast(dict[str, str], value)
