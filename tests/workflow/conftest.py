"""The embedded cloud that the workflow tests run on: started and deployed once, stopped at the end."""

import shutil
from collections.abc import Iterator

import pytest

from local import call_recorder
from local.embedded_cloud import EmbeddedCloud
from local.embedded_cloud import embedded_cloud as started
from tests.infrastructure.recorded_calls import RECORDINGS, unknown_calls


@pytest.fixture(scope="session")
def embedded_cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedCloud]:
    """The whole product. Waits of Step Functions' retries are twenty times shorter than deployed.

    What its functions asked of AWS meanwhile has to be in the list that their roles are held to.
    """
    folder = tmp_path_factory.mktemp("embedded-cloud")
    (recording := folder / "recorded-calls").mkdir()
    variables = {"SFN_WAIT_SCALE": "0.05", call_recorder.VARIABLE: str(recording)}
    with started(folder, variables=variables) as cloud:
        yield cloud
    shutil.copytree(recording, RECORDINGS / "embedded-cloud", dirs_exist_ok=True)
    assert unknown_calls(recording) == []


@pytest.fixture(autouse=True)
def calm_standins(request: pytest.FixtureRequest) -> Iterator[None]:
    """Modes that a test set do not reach the next one."""
    yield
    if "embedded_cloud" in request.fixturenames:
        cloud: EmbeddedCloud = request.getfixturevalue("embedded_cloud")
        cloud.claude_mode("ok")
        cloud.reddit_mode("ok")
        cloud.fargate_mode("ok")
