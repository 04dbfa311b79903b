"""The tables of money in moto, with the keys and indexes that the stacks give them."""

from typing import Any

import boto3

TABLES: dict[str, tuple[str, dict[str, tuple[str, str]]]] = {
    "subscriptions": ("subscription_id", {"by_account": ("account_id", "created_at")}),
    "stripe-events": ("event_id", {"by_waiting": ("waiting", "received_at")}),
    "revenue-events": ("entry_id", {}),
    "meters": ("key", {}),
}


def create_billing_tables() -> None:
    client: Any = boto3.client("dynamodb")
    for name, (key, indexes) in TABLES.items():
        kinds = {key: "S", **{part: kind for pair in indexes.values() for part, kind in zip(pair, "SN", strict=True)}}
        options: dict[str, Any] = {}
        if indexes:
            options["GlobalSecondaryIndexes"] = [
                {"IndexName": index, "KeySchema": _schema(*pair), "Projection": {"ProjectionType": "ALL"}}
                for index, pair in indexes.items()
            ]
        client.create_table(
            TableName=name,
            KeySchema=_schema(key),
            AttributeDefinitions=[{"AttributeName": part, "AttributeType": kind} for part, kind in kinds.items()],
            BillingMode="PAY_PER_REQUEST",
            **options,
        )


def item(table: str, key: str) -> dict[str, Any] | None:
    client: Any = boto3.client("dynamodb")
    return client.get_item(TableName=table, Key={TABLES[table][0]: {"S": key}}).get("Item")


def _schema(*names: str) -> list[dict[str, str]]:
    return [{"AttributeName": name, "KeyType": role} for name, role in zip(names, ("HASH", "RANGE"), strict=False)]
