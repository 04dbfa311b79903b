"""Puts API keys where functions look for them. Without a real key: that of this machine's stand-in. Keys that AWS makes
by itself are this installation's own: the emulator's are drawn without care.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from local.access.credentials import Credentials
from local.child_environment import outside_proxies

ANTHROPIC_SECRET = "mam/anthropic"  # noqa: S105  a name
REDDIT_SECRET = "mam/reddit"  # noqa: S105
ACCESS_TOKEN_SECRET = "mam/access-tokens"  # noqa: S105
_REDDIT_AGENT = "web:mam-local:v1 (by /u/mam)"


@dataclass(frozen=True)
class RealKeys:
    """The keys of real services that the launching environment offers; None means the stand-in.

    `proxies` are the variables that lead out of here. Without a real key nothing has to get out, so there are none.
    """

    anthropic: str | None
    reddit: tuple[str, str] | None
    proxies: Mapping[str, str] = field(default_factory=dict[str, str])

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "RealKeys":
        reddit = (environment.get("REDDIT_CLIENT_ID", ""), environment.get("REDDIT_CLIENT_SECRET", ""))
        anthropic = environment.get("ANTHROPIC_API_KEY") or None
        proxies = outside_proxies(environment) if anthropic or all(reddit) else {}
        return cls(anthropic=anthropic, reddit=reddit if all(reddit) else None, proxies=proxies)

    def secrets(self, standins: Credentials) -> dict[str, dict[str, str]]:
        client_id, client_secret = self.reddit or standins.reddit_client
        return {
            ANTHROPIC_SECRET: {"api_key": self.anthropic or standins.claude_key},
            ACCESS_TOKEN_SECRET: {"current": "local", "local": standins.access_token_key},
            REDDIT_SECRET: {"client_id": client_id, "client_secret": client_secret, "user_agent": _REDDIT_AGENT},
        }


def deploy_secrets(keys: RealKeys, standins: Credentials, secretsmanager: Any) -> None:
    for name, value in keys.secrets(standins).items():
        text = json.dumps(value)
        try:
            if secretsmanager.get_secret_value(SecretId=name)["SecretString"] != text:
                secretsmanager.put_secret_value(SecretId=name, SecretString=text)
        except secretsmanager.exceptions.ResourceNotFoundException:
            _create(name, text, secretsmanager)


def _create(name: str, text: str, secretsmanager: Any) -> None:
    """The secret is not there, or has no value yet: a deployment makes it without one."""
    try:
        secretsmanager.put_secret_value(SecretId=name, SecretString=text)
    except secretsmanager.exceptions.ResourceNotFoundException:
        secretsmanager.create_secret(Name=name, SecretString=text)
