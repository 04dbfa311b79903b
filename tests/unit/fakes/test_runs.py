"""The fakes keep the promises of the tables that they stand in for."""

import pytest

from tests.contracts.demo_limits import DemoLimitsContract
from tests.contracts.runs_repository import RunsContract
from tests.fakes.runs import FakeDemoLimits, FakeRuns


class TestFakeRuns(RunsContract):
    @pytest.fixture
    def runs(self) -> FakeRuns:
        return FakeRuns()


class TestFakeDemoLimits(DemoLimitsContract):
    @pytest.fixture
    def limits(self) -> FakeDemoLimits:
        return FakeDemoLimits()
