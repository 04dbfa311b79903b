"""Another user of the machine and a page in the owner's browser get nothing, from any port that is found listening."""

import os
import shutil
from pathlib import Path

import pytest

from local.embedded_cloud import EmbeddedCloud
from local.first_run import SOURCES
from tests.workflow.factory_runs import publish_an_agent
from tests.workflow.running_processes import agents_cluster, family, listeners, running_tasks
from tests.workflow.strangers import Address, as_another_user, from_a_page, readable, statuses

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
REFUSED = {401, 403}


def closed_places(cloud: EmbeddedCloud) -> list[Address]:
    """Whatever listens, but for the front door: the ports of the system, and the addresses of agents' tasks."""
    found = listeners(cloud) - {("127.0.0.1", cloud.ports.front_door)}
    assert len({port for address, port in found if address == "127.0.0.1"}) >= 7, "ports of the system were not found"
    assert {address for address, _ in found} >= set(task_addresses(cloud)), "tasks listen elsewhere than they say"
    return sorted(found)


def task_addresses(cloud: EmbeddedCloud) -> list[str]:
    ecs, cluster = cloud.aws("ecs"), agents_cluster(cloud)
    running = sorted(running_tasks(cloud))
    tasks = ecs.describe_tasks(cluster=cluster, tasks=running)["tasks"] if running else []
    details = [detail for task in tasks for part in task["attachments"] for detail in part["details"]]
    return [detail["value"] for detail in details if detail["name"] == "privateIPv4Address"]


@pytest.fixture
def crowded_cloud(embedded_cloud: EmbeddedCloud) -> EmbeddedCloud:
    """With a task of an agent, which has run and waits."""
    if not task_addresses(embedded_cloud):
        assert embedded_cloud.run_workflow("market-scan", {"sources": SOURCES}).succeeded
        built = publish_an_agent(embedded_cloud)
        path = f"/api/v1/agents/{built.output['slug']}"
        example = embedded_cloud.request("GET", path).json()["examples"][0]
        demo = embedded_cloud.request("POST", f"{path}/demo", json={"input": example["input"]})
        assert demo.status_code in (200, 202), demo.text
    assert task_addresses(embedded_cloud), "no task of an agent runs"
    return embedded_cloud


@pytest.mark.skipif(os.getuid() != 0, reason="only root can become another user")
def test_another_user_gets_nothing_from_any_port_but_the_front_door(crowded_cloud: EmbeddedCloud) -> None:
    places = closed_places(crowded_cloud)
    found = as_another_user(lambda: statuses(places))
    assert len(found) == len(places)
    assert {place: answers for place, answers in found.items() if not set(answers) <= REFUSED} == {}
    front = as_another_user(lambda: statuses([("127.0.0.1", crowded_cloud.ports.front_door)]))
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
def test_a_page_in_a_browser_gets_nothing_from_any_port_but_the_front_door(crowded_cloud: EmbeddedCloud) -> None:
    assert CHROMIUM is not None
    places = closed_places(crowded_cloud)
    read, answers = from_a_page(CHROMIUM, places)
    assert read == []
    assert [place for place, found in answers.items() if not found] == [], "the page did not reach these"
    assert len(answers) == len(places)
    assert {place: found for place, found in answers.items() if not set(found) <= REFUSED} == {}


def test_the_owner_gets_everything(embedded_cloud: EmbeddedCloud) -> None:
    assert embedded_cloud.aws("secretsmanager").list_secrets()["SecretList"]
    assert embedded_cloud.command(embedded_cloud.ports.claude, "GET", "/_standin/mode").json()["mode"] == "ok"


def test_files_of_the_state_are_its_owners_alone(embedded_cloud: EmbeddedCloud) -> None:
    root = embedded_cloud.state.root
    assert root.stat().st_mode & 0o777 == 0o700
    assert (root / "secret").stat().st_mode & 0o777 == 0o600
    assert Path(embedded_cloud.state.run / "endpoints.json").stat().st_mode & 0o777 == 0o600
