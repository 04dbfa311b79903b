"""What all tables share, against DynamoDB as moto plays it."""

from collections.abc import Callable, Iterator

import boto3
import pytest
from pynamodb.attributes import NumberAttribute, UnicodeAttribute
from pynamodb.exceptions import UpdateError
from pynamodb.indexes import AllProjection, GlobalSecondaryIndex
from pynamodb.models import Model

from shared.adapters import dynamodb
from shared.adapters.dynamodb import CONFLICT_ATTEMPTS, find, model_of, was_written
from tests.fakes.dynamodb import mock_dynamodb


class ByColour(GlobalSecondaryIndex["ThingItem"]):
    class Meta:
        index_name = "by_colour"
        projection = AllProjection()

    colour = UnicodeAttribute(hash_key=True)


class ThingItem(Model):
    name = UnicodeAttribute(hash_key=True)
    colour = UnicodeAttribute(null=True)
    count = NumberAttribute(default=0)
    by_colour = ByColour()


@pytest.fixture
def tables() -> Iterator[tuple[type[ThingItem], type[ThingItem]]]:
    with mock_dynamodb():
        for name in ("first", "second"):
            boto3.client("dynamodb", region_name="us-east-1").create_table(
                TableName=name,
                KeySchema=[{"AttributeName": "name", "KeyType": "HASH"}],
                AttributeDefinitions=[
                    {"AttributeName": "name", "AttributeType": "S"},
                    {"AttributeName": "colour", "AttributeType": "S"},
                ],
                GlobalSecondaryIndexes=[
                    {
                        "IndexName": "by_colour",
                        "KeySchema": [{"AttributeName": "colour", "KeyType": "HASH"}],
                        "Projection": {"ProjectionType": "ALL"},
                    }
                ],
                BillingMode="PAY_PER_REQUEST",
            )
        yield model_of(ThingItem, "first"), model_of(ThingItem, "second")


def test_two_tables_of_one_shape_never_mix(tables: tuple[type[ThingItem], type[ThingItem]]) -> None:
    first, second = tables
    first("pen", colour="red").save()
    second("cup", colour="red").save()
    assert (find(first, "cup"), find(second, "pen")) == (None, None)
    assert [item.name for item in first.by_colour.query("red")] == ["pen"]
    assert [item.name for item in second.by_colour.query("red")] == ["cup"]


def test_one_table_has_one_model(tables: tuple[type[ThingItem], type[ThingItem]]) -> None:
    assert model_of(ThingItem, "first") is tables[0]


def test_a_condition_that_does_not_hold_is_an_answer(tables: tuple[type[ThingItem], type[ThingItem]]) -> None:
    item = tables[0]("pen")
    assert was_written(lambda: item.save(ThingItem.name.does_not_exist()))
    assert not was_written(lambda: item.save(ThingItem.name.does_not_exist()))


def test_another_failure_is_raised(tables: tuple[type[ThingItem], type[ThingItem]]) -> None:
    missing = model_of(ThingItem, "missing")("pen")
    with pytest.raises(UpdateError):
        was_written(lambda: missing.update(actions=[ThingItem.count.add(1)]))


def conflicts(times: int) -> tuple[Callable[[], None], list[int]]:
    """A write that meets a transaction on its item so many times, and its attempts."""
    made: list[int] = []

    def write() -> None:
        made.append(1)
        if len(made) <= times:
            error = UpdateError("busy")
            error.cause = type("Cause", (), {"response": {"Error": {"Code": "TransactionConflictException"}}})()
            raise error

    return write, made


def test_a_write_that_meets_a_transaction_is_made_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dynamodb, "pause", lambda attempt: None)
    write, made = conflicts(2)
    assert was_written(write)
    assert len(made) == 3


def test_a_write_that_always_meets_a_transaction_gives_up_with_the_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dynamodb, "pause", lambda attempt: None)
    write, made = conflicts(100)
    with pytest.raises(UpdateError):
        was_written(write)
    assert len(made) == CONFLICT_ATTEMPTS
