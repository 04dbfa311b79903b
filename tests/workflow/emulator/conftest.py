"""A small cloud for the emulator's own tests: two processes and the hand-written assembly, no product."""

from collections.abc import Iterator

import pytest

from local.embedded_cloud import EmbeddedCloud, embedded_cloud
from tests.local_cloud.hello import hello


@pytest.fixture(scope="session")
def small_cloud(tmp_path_factory: pytest.TempPathFactory) -> Iterator[EmbeddedCloud]:
    """Nothing is delivered twice and no transaction lasts, unless a test asks for it."""
    folder = tmp_path_factory.mktemp("small-cloud")
    processes = ("emulator", "function-host")
    with embedded_cloud(
        folder, app=hello(), only=processes, variables={"SFN_WAIT_SCALE": "0.02", "MAM_PRELOAD": "0"}
    ) as cloud:
        cloud.strictness(duplicate_every=0, transaction_milliseconds=0)
        yield cloud


@pytest.fixture
def lenient_again(small_cloud: EmbeddedCloud) -> Iterator[None]:
    yield
    small_cloud.strictness(duplicate_every=0, transaction_milliseconds=0)
