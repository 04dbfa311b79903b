"""Deployments that fail or are cut off do not stand in the way of the next one."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from local.access.credentials import credentials_of
from local.deployer.deploy import DeploymentRunning, deploy
from local.deployer.product import CdkApp
from local.deployer.stacks import StackFailed
from local.embedded_cloud import NO_KEYS
from local.ports import Ports, free_block
from local.state import StateDir
from local.supervisor import Supervisor
from tests.local_cloud.hello import HERE, write_assembly

ANSWERED_BY_NOBODY = {
    "Type": "AWS::CloudFormation::CustomResource",
    "Properties": {"ServiceToken": "arn:aws:lambda:us-east-1:000000000000:function:nobody"},
}


@pytest.fixture(scope="module")
def empty_cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Ports, StateDir]]:
    ports, state = free_block(), StateDir(tmp_path_factory.mktemp("deployments"))
    supervisor = Supervisor(ports, state, only=("emulator", "function-host"), variables={"MAM_PRELOAD": "0"})
    supervisor.start(NO_KEYS)
    try:
        yield ports.opened_with(credentials_of(state)), state
    finally:
        supervisor.stop()


def app(tmp_path: Path, version: str, **resources: Any) -> CdkApp:
    """The small app with more resources, or others; `version` makes its sources differ."""
    source = tmp_path / "version.txt"
    source.write_text(version)

    def synthesize(folder: Path) -> None:
        write_assembly(folder)
        file = folder / "Hello.template.json"
        template = json.loads(file.read_text())
        template["Resources"].update(resources)
        file.write_text(json.dumps(template))
        assets = folder / "Hello.assets.json"
        manifest = json.loads(assets.read_text())
        for destination in manifest["files"]["template"]["destinations"].values():
            destination["objectKey"] = f"{version}.json"
        assets.write_text(json.dumps(manifest))

    return CdkApp(synthesize=synthesize, sources=(HERE, source))


def test_a_failed_first_deployment_says_why_and_the_next_one_starts_afresh(
    empty_cloud: tuple[Ports, StateDir], tmp_path: Path
) -> None:
    said: list[str] = []
    broken = app(tmp_path, f"{tmp_path.name}-1", Broken=ANSWERED_BY_NOBODY)
    with pytest.raises(StackFailed, match="Broken"):
        deploy(broken, *empty_cloud, NO_KEYS, said.append)
    assert deploy(app(tmp_path, f"{tmp_path.name}-2"), *empty_cloud, NO_KEYS, said.append)
    assert "Hello created" in said
    assert not deploy(app(tmp_path, f"{tmp_path.name}-2"), *empty_cloud, NO_KEYS, said.append)


def test_a_change_is_deployed_as_an_update(empty_cloud: tuple[Ports, StateDir], tmp_path: Path) -> None:
    said: list[str] = []
    more = {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "one-more"}}
    assert deploy(app(tmp_path, f"{tmp_path.name}-3", More=more), *empty_cloud, NO_KEYS, said.append)
    assert "Hello updated" in said or "Hello created" in said


def test_two_deployments_at_once_are_refused(empty_cloud: tuple[Ports, StateDir], tmp_path: Path) -> None:
    def reentrant(_: str) -> None:
        with pytest.raises(DeploymentRunning, match="another deployment"):
            deploy(app(tmp_path, "x"), *empty_cloud, NO_KEYS, print)

    deploy(app(tmp_path, f"{tmp_path.name}-4"), *empty_cloud, NO_KEYS, reentrant)
