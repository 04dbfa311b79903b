"""Real keys replace a stand-in each; without them nothing real is stored."""

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from local.access.credentials import Credentials
from local.deployer.secrets import RealKeys, deploy_secrets
from local.ports import Ports
from local.supervisor import endpoint_overlay

STANDINS = Credentials(b"a secret of this test" * 2)
KEY = {"ANTHROPIC_API_KEY": "sk-real"}
REDDIT = {"REDDIT_CLIENT_ID": "id", "REDDIT_CLIENT_SECRET": "secret"}


@pytest.fixture
def secretsmanager() -> Iterator[Any]:
    with mock_aws():
        yield boto3.client("secretsmanager", region_name="us-east-1")


def stored(secretsmanager: Any, name: str) -> Any:
    return json.loads(secretsmanager.get_secret_value(SecretId=name)["SecretString"])


def test_without_keys_functions_get_what_the_standins_accept(secretsmanager: Any) -> None:
    deploy_secrets(RealKeys.of({}), STANDINS, secretsmanager)
    assert stored(secretsmanager, "mam/anthropic") == {"api_key": STANDINS.claude_key}
    assert stored(secretsmanager, "mam/reddit").keys() == {"client_id", "client_secret", "user_agent"}


def test_a_real_key_is_stored_and_taken_away_again(secretsmanager: Any) -> None:
    deploy_secrets(RealKeys.of(KEY), STANDINS, secretsmanager)
    assert stored(secretsmanager, "mam/anthropic") == {"api_key": "sk-real"}
    deploy_secrets(RealKeys.of({}), STANDINS, secretsmanager)
    assert stored(secretsmanager, "mam/anthropic") == {"api_key": STANDINS.claude_key}


def test_each_real_key_leaves_only_its_own_service_where_it_is() -> None:
    ports = Ports(9000)
    assert {"CLAUDE_URL", "REDDIT_URL"} <= endpoint_overlay(ports, RealKeys.of({})).keys()
    assert "CLAUDE_URL" not in endpoint_overlay(ports, RealKeys.of(KEY))
    assert "REDDIT_URL" in endpoint_overlay(ports, RealKeys.of(KEY))
    assert "REDDIT_URL" not in endpoint_overlay(ports, RealKeys.of(REDDIT))


def test_half_a_reddit_key_is_none() -> None:
    assert RealKeys.of({"REDDIT_CLIENT_ID": "id"}).reddit is None


def test_keys_are_in_no_address() -> None:
    overlay = endpoint_overlay(Ports(9000), RealKeys.of({**KEY, **REDDIT}))
    assert not {"sk-real", "secret"} & set(overlay.values())


def test_the_shells_proxies_are_taken_only_to_reach_a_real_service_and_never_for_this_machine() -> None:
    shell = {"HTTPS_PROXY": "http://proxy:3128", "no_proxy": "intranet"}
    assert not {"HTTPS_PROXY", "NO_PROXY"} & endpoint_overlay(Ports(9000), RealKeys.of(shell)).keys()
    overlay = endpoint_overlay(Ports(9000), RealKeys.of({**shell, **KEY}))
    assert overlay["HTTPS_PROXY"] == "http://proxy:3128"
    assert {"127.0.0.1", "localhost", ".test", "intranet"} <= set(overlay["NO_PROXY"].split(","))


def test_access_tokens_are_signed_with_a_key_of_this_installation(secretsmanager: Any) -> None:
    deploy_secrets(RealKeys.of({}), STANDINS, secretsmanager)
    keys = stored(secretsmanager, "mam/access-tokens")
    assert len(keys[keys["current"]]) >= 64
    assert keys[keys["current"]] != Credentials(b"another secret" * 2).access_token_key
