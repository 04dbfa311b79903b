"""The embedded cloud that the workflow tests run on: started and deployed once, stopped at the end."""

from collections.abc import Iterator

import pytest

from local.embedded_cloud import EmbeddedCloud
from local.embedded_cloud import embedded_cloud as started


@pytest.fixture(scope="session")
def embedded_cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedCloud]:
    """The whole product. Waits of Step Functions' retries are twenty times shorter than deployed."""
    folder = tmp_path_factory.mktemp("embedded-cloud")
    with started(folder, variables={"SFN_WAIT_SCALE": "0.05"}) as cloud:
        yield cloud


@pytest.fixture(autouse=True)
def calm_standins(request: pytest.FixtureRequest) -> Iterator[None]:
    """Modes and feeds that a test set do not reach the next one."""
    yield
    if "embedded_cloud" in request.fixturenames:
        cloud: EmbeddedCloud = request.getfixturevalue("embedded_cloud")
        cloud.claude_mode("ok")
        cloud.reddit_mode("ok")
        cloud.unfeed_posts()
