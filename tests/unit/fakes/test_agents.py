"""The fake keeps the promises of the tables that it stands in for."""

import pytest

from tests.contracts.agents_repository import AgentsContract
from tests.fakes.agents import FakeAgents, FakeAgentVersions


class TestFakeAgents(AgentsContract):
    @pytest.fixture
    def agents(self) -> FakeAgents:
        return FakeAgents()

    @pytest.fixture
    def versions(self, agents: FakeAgents) -> FakeAgentVersions:
        return FakeAgentVersions(agents)
