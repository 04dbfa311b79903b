"""Another user of the machine and a page in the owner's browser get nothing, from any port that is found listening."""

import os
import shutil
from pathlib import Path

import pytest

from local.embedded_cloud import EmbeddedCloud
from tests.workflow.running_processes import family, listeners
from tests.workflow.strangers import as_another_user, from_a_page, readable, statuses

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
REFUSED = {401, 403}


def closed_ports(cloud: EmbeddedCloud) -> list[int]:
    """Whatever listens, but for the front door. Tasks of agents have an address and a nonce each: tests/sandbox."""
    found = {port for address, port in listeners(cloud) if address == "127.0.0.1"}
    assert len(found) >= 8, "the ports of the system itself were not found"
    return sorted(found - {cloud.ports.front_door})


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become another user")
def test_another_user_gets_nothing_from_any_port_but_the_front_door(embedded_cloud: EmbeddedCloud) -> None:
    addresses = [("127.0.0.1", port) for port in closed_ports(embedded_cloud)]
    found = as_another_user(lambda: statuses(addresses))
    assert {place: answers for place, answers in found.items() if not set(answers) <= REFUSED} == {}
    front = as_another_user(lambda: statuses([("127.0.0.1", embedded_cloud.ports.front_door)]))
    assert not REFUSED & {status for answers in front.values() for status in answers}


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become another user")
def test_another_user_reads_no_secret_from_files_arguments_or_environments(embedded_cloud: EmbeddedCloud) -> None:
    state = embedded_cloud.state
    files = [state.root / "secret", state.run / "endpoints.json", *state.aws.rglob("*"), *state.standins.rglob("*")]
    environments = [process / "environ" for process in family(embedded_cloud)]
    assert as_another_user(lambda: readable([*files, *environments])) == []
    credentials = embedded_cloud.ports.credentials
    arguments = b"".join((process / "cmdline").read_bytes() for process in family(embedded_cloud))
    for secret in (credentials.aws_secret_access_key, credentials.control, credentials.claude_key):
        assert secret.encode() not in arguments


@pytest.mark.skipif(CHROMIUM is None, reason="Chromium is not installed: apt-get install chromium")
def test_a_page_in_a_browser_gets_nothing_from_any_port_but_the_front_door(embedded_cloud: EmbeddedCloud) -> None:
    assert CHROMIUM is not None
    ports = closed_ports(embedded_cloud)
    read, answers = from_a_page(CHROMIUM, ports)
    assert read == []
    assert [port for port in ports if not answers[str(port)]] == [], "the page did not reach these"
    assert {port: found for port, found in answers.items() if not set(found) <= REFUSED} == {}


def test_the_owner_gets_everything(embedded_cloud: EmbeddedCloud) -> None:
    assert embedded_cloud.aws("secretsmanager").list_secrets()["SecretList"]
    assert embedded_cloud.command(embedded_cloud.ports.claude, "GET", "/_standin/mode").json()["mode"] == "ok"


def test_files_of_the_state_are_its_owners_alone(embedded_cloud: EmbeddedCloud) -> None:
    root = embedded_cloud.state.root
    assert root.stat().st_mode & 0o777 == 0o700
    assert (root / "secret").stat().st_mode & 0o777 == 0o600
    assert Path(embedded_cloud.state.run / "endpoints.json").stat().st_mode & 0o777 == 0o600
