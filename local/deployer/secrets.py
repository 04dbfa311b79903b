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
STRIPE_SECRET = "mam/stripe"  # noqa: S105
STRIPE_WEBHOOK_SECRET = "mam/stripewebhook"  # noqa: S105
ACCESS_TOKEN_SECRET = "mam/access-tokens"  # noqa: S105
_REDDIT_AGENT = "web:mam-local:v1 (by /u/mam)"


class LiveKeyRefused(Exception):
    """On one machine nobody is to be charged real money: only a test key of Stripe's is taken."""


@dataclass(frozen=True)
class RealKeys:
    """The keys of real services that the launching environment offers; None means the stand-in.

    `proxies` are the variables that lead out of here. Without a real key nothing has to get out, so there are none.
    """

    anthropic: str | None
    reddit: tuple[str, str] | None
    stripe: tuple[str, str] | None = None
    """The API key and the webhook's signing secret, which `stripe listen` prints."""
    proxies: Mapping[str, str] = field(default_factory=dict[str, str])

    @classmethod
    def of(cls, environment: Mapping[str, str]) -> "RealKeys":
        """Raises LiveKeyRefused. Half of a pair is none."""
        reddit = (environment.get("REDDIT_CLIENT_ID", ""), environment.get("REDDIT_CLIENT_SECRET", ""))
        anthropic = environment.get("ANTHROPIC_API_KEY") or None
        stripe = (environment.get("STRIPE_SECRET_KEY", ""), environment.get("STRIPE_WEBHOOK_SECRET", ""))
        if "_live_" in stripe[0]:
            raise LiveKeyRefused(
                "STRIPE_SECRET_KEY is a live key, which would charge real money here: set a test key (sk_test_…)"
            )
        proxies = outside_proxies(environment) if anthropic or all(reddit) or all(stripe) else {}
        return cls(
            anthropic=anthropic,
            reddit=reddit if all(reddit) else None,
            stripe=stripe if all(stripe) else None,
            proxies=proxies,
        )

    def secrets(self, standins: Credentials) -> dict[str, dict[str, str]]:
        client_id, client_secret = self.reddit or standins.reddit_client
        stripe_key, signing_secret = self.stripe or (standins.stripe_key, standins.stripe_webhook_secret)
        return {
            ANTHROPIC_SECRET: {"api_key": self.anthropic or standins.claude_key},
            ACCESS_TOKEN_SECRET: {"current": "local", "local": standins.access_token_key},
            REDDIT_SECRET: {"client_id": client_id, "client_secret": client_secret, "user_agent": _REDDIT_AGENT},
            STRIPE_SECRET: {"api_key": stripe_key},
            STRIPE_WEBHOOK_SECRET: {"current": signing_secret},
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
