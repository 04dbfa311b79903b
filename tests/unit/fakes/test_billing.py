import pytest

from tests.contracts.billing_stores import AttemptsContract, InboxContract, LedgerContract, SubscriptionsContract
from tests.fakes.billing import FakeAttempts, FakeInbox, FakeLedger, FakeSubscriptions


class TestFakeSubscriptions(SubscriptionsContract):
    @pytest.fixture
    def store(self) -> FakeSubscriptions:
        return FakeSubscriptions()


class TestFakeInbox(InboxContract):
    @pytest.fixture
    def inbox(self) -> FakeInbox:
        return FakeInbox()


class TestFakeLedger(LedgerContract):
    @pytest.fixture
    def ledger(self) -> FakeLedger:
        return FakeLedger()


class TestFakeAttempts(AttemptsContract):
    @pytest.fixture
    def attempts(self) -> FakeAttempts:
        return FakeAttempts()
