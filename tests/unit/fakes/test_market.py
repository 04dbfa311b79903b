import pytest

from tests.contracts.agent_tasks import AgentTasksContract
from tests.contracts.market_stores import ModelSpendContract, ProblemsContract, SeenPostsContract
from tests.contracts.opportunity_leases import BEST, SECOND, LeasesContract
from tests.fakes.agent_cluster import FakeTaskTable
from tests.fakes.agents import FakeModelSpend
from tests.fakes.leases import FakeLeases, an_opportunity
from tests.fakes.market import FakeProblems, FakeSeenPosts, FakeSpend


class TestFakeProblems(ProblemsContract):
    @pytest.fixture
    def problems(self) -> FakeProblems:
        return FakeProblems()


class TestFakeSeenPosts(SeenPostsContract):
    @pytest.fixture
    def seen(self) -> FakeSeenPosts:
        return FakeSeenPosts()


class TestFakeSpend(ModelSpendContract):
    @pytest.fixture(params=[lambda: FakeSpend(cap=10_000), lambda: FakeModelSpend(10_000)], ids=["market", "factory"])
    def spend(self, request: pytest.FixtureRequest) -> FakeSpend | FakeModelSpend:
        return request.param()


class TestFakeLeases(LeasesContract):
    @pytest.fixture
    def leases(self) -> FakeLeases:
        return FakeLeases(an_opportunity(SECOND, 100), an_opportunity(BEST, 200))


class TestFakeTaskTable(AgentTasksContract):
    @pytest.fixture
    def tasks(self) -> FakeTaskTable:
        return FakeTaskTable()
