"""The system as deployed answers through its front door, and its functions run as they are deployed."""

import time

from local.embedded_cloud import EmbeddedCloud
from tests.workflow.running_processes import (
    LOOPBACK,
    agents_cluster,
    listening_addresses,
    proportional_megabytes,
    running_tasks,
)


def test_the_product_is_deployed_and_answers_through_the_front_door(embedded_cloud: EmbeddedCloud) -> None:
    answer = embedded_cloud.request("GET", "/api/v1/agents")
    assert answer.status_code == 200
    assert {"items", "page", "page_size", "total"} <= answer.json().keys()


def test_an_address_outside_the_api_is_a_problem(embedded_cloud: EmbeddedCloud) -> None:
    answer = embedded_cloud.request("GET", "/no-such-page")
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_every_process_is_healthy_and_listens_on_the_loopback_address_only(embedded_cloud: EmbeddedCloud) -> None:
    states = embedded_cloud.supervisor.states()
    assert {each.name for each in states if not each.healthy} == set()
    addresses = listening_addresses(embedded_cloud)
    assert LOOPBACK in addresses
    # Tasks of agents have addresses of their own, 127.x.y.z; the kernel writes them backwards.
    assert all(address.endswith("7F") for address in addresses)


def test_tables_that_expire_items_do(embedded_cloud: EmbeddedCloud) -> None:
    dynamodb = embedded_cloud.aws("dynamodb")
    described = dynamodb.describe_time_to_live(TableName="mam-meters")["TimeToLiveDescription"]
    assert described["TimeToLiveStatus"] == "ENABLED"


def test_the_idle_system_needs_less_than_800_mb(embedded_cloud: EmbeddedCloud) -> None:
    """Idle environments retire after a minute; idle tasks of agents after ten, which is not waited for here."""
    for task in running_tasks(embedded_cloud):
        embedded_cloud.aws("ecs").stop_task(cluster=agents_cluster(embedded_cloud), task=task)
    give_up = time.monotonic() + 180
    while proportional_megabytes(embedded_cloud) >= 800 and time.monotonic() < give_up:
        time.sleep(1)
    assert proportional_megabytes(embedded_cloud) < 800
