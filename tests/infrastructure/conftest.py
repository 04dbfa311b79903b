from pathlib import Path

import pytest

from infra_cdk.app import ROOT, build
from infra_cdk.config import Target
from infra_cdk.settings import Settings
from tests.infrastructure.synthesized import Deployment

ASSEMBLIES = ROOT / ".build" / "tests"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """One worker synthesizes for all of them."""
    here = Path(__file__).parent
    for item in items:
        if here in item.path.parents:
            item.add_marker(pytest.mark.xdist_group("infrastructure"))


def synthesized(target: Target) -> Deployment:
    """With cdk-nag's checks: a finding that nobody acknowledged fails every test here."""
    return Deployment(build(target, ASSEMBLIES / target, layers="empty", checks=True))


@pytest.fixture(scope="session")
def aws() -> Deployment:
    return synthesized("aws")


@pytest.fixture(scope="session")
def local() -> Deployment:
    return synthesized("local")


@pytest.fixture(params=["aws", "local"])
def deployment(request: pytest.FixtureRequest) -> Deployment:
    return request.getfixturevalue(request.param)


def synthesized_beside(target: Target) -> Deployment:
    settings = Settings(prefix="shop", zones=("c",), search=False, alarm_email="ops@example.org")
    return Deployment(build(target, ASSEMBLIES / f"other-{target}", layers="empty", checks=True, settings=settings))


@pytest.fixture(scope="session", params=["aws", "local"])
def other(request: pytest.FixtureRequest) -> Deployment:
    """A second deployment in the account, in one zone, without search and with an address for alarms."""
    return synthesized_beside(request.param)


@pytest.fixture(scope="session")
def without_search() -> Deployment:
    return synthesized_beside("aws")
