from pathlib import Path

import pytest

from tests.infrastructure.synthesized import Deployment, synthesized, synthesized_beside


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


@pytest.fixture(scope="session", params=["aws", "local"])
def other(request: pytest.FixtureRequest) -> Deployment:
    return synthesized_beside(request.param)


@pytest.fixture(scope="session")
def without_search() -> Deployment:
    return synthesized_beside("aws")
