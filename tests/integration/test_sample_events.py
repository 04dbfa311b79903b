"""Every function runs with its sample event: deployed environment, moto, the stand-ins, no container."""

import json
import shutil
from collections.abc import Iterator
from typing import Any

import pytest

from infra_cdk.app import ROOT
from shared.workflows.failures import StageFailed
from tests.integration.sample_cloud import RECORDED, SampleCloud, http_sink, sample_cloud
from tests.integration.sample_world import EVENTS

FOLDERS = sorted(handler.parent.relative_to(ROOT / "functions") for handler in ROOT.glob("functions/*/*/handler.py"))
HTTP = [folder.name for folder in FOLDERS if folder.parent.name == "api"]
STAGES = [folder.name for folder in FOLDERS if folder.parent.name in {"market", "factory"}]
BATCHES = ["index_agent", "run_demo"]

pytestmark = pytest.mark.xdist_group("sample-events")


@pytest.fixture(scope="module")
def cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SampleCloud]:
    shutil.rmtree(RECORDED, ignore_errors=True)
    with (
        pytest.MonkeyPatch.context() as monkeypatch,
        sample_cloud(tmp_path_factory.mktemp("sample"), monkeypatch) as running,
    ):
        yield running


def sample(name: str) -> Any:
    return json.loads((EVENTS / f"{name}.json").read_text())


def deployed(name: str) -> str:
    return f"mam-{name.replace('_', '-')}"


@pytest.mark.parametrize("name", STAGES)
def test_a_stage_answers_its_sample_event(cloud: SampleCloud, name: str) -> None:
    assert cloud.call(deployed(name), sample(name))


@pytest.mark.parametrize("name", HTTP)
def test_an_endpoint_answers_its_sample_event(cloud: SampleCloud, name: str) -> None:
    answer = cloud.call(deployed(name), sample(name))

    assert answer["statusCode"] in {200, 202}, answer["body"]


@pytest.mark.parametrize("name", BATCHES)
def test_a_batch_leaves_nothing_behind(cloud: SampleCloud, name: str) -> None:
    assert cloud.call(deployed(name), sample(name)) == {"batchItemFailures": []}


def test_a_failure_is_recorded_and_taken_up_again(cloud: SampleCloud) -> None:
    event = sample("record_failure")
    with pytest.raises(StageFailed, match="the model declined"):
        cloud.call("mam-record-failure", event)

    assert cloud.call("mam-record-failure", event | {"redrives": 1}) == {"resume": "generate_spec"}


def test_idle_tasks_are_reaped(cloud: SampleCloud) -> None:
    assert cloud.call("mam-reap-tasks", sample("reap_tasks"))["stopped"] == 1


def test_a_task_that_is_not_there_is_told(cloud: SampleCloud) -> None:
    assert cloud.call("mam-forward-to-task", sample("forward_to_task"))["status"] in {502, 504}


def test_the_base_image_is_made(cloud: SampleCloud) -> None:
    with http_sink() as (address, taken):
        cloud.call("mam-prepare-base-image", sample("prepare_base_image") | {"ResponseURL": address})

    assert [answer["Status"] for answer in taken] == ["SUCCESS"], taken


def test_every_function_is_called_here() -> None:
    others = {"record_failure", "reap_tasks", "forward_to_task", "prepare_base_image"}

    assert {folder.name for folder in FOLDERS} == {*STAGES, *HTTP, *BATCHES, *others}
