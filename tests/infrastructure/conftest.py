from pathlib import Path

import pytest

from tests.infrastructure.synthesized import Deployment, synthesized


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One worker synthesizes for all of them."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("infrastructure"))


@pytest.fixture(scope="session")
def aws() -> Deployment:
    return synthesized("aws")


@pytest.fixture(scope="session")
def local() -> Deployment:
    return synthesized("local")


@pytest.fixture(params=["aws", "local"])
def deployment(request: pytest.FixtureRequest) -> Deployment:
    return request.getfixturevalue(request.param)
