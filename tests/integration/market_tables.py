"""The tables of the market scan, with the keys that the stacks give them."""

from typing import Any

import boto3

Key = tuple[str, str]

MARKET_TABLES: dict[str, tuple[list[Key], dict[str, list[Key]]]] = {
    "market_opportunities": ([("opportunity_id", "S")], {"by_status": [("status", "S"), ("score", "N")]}),
    "problems": ([("problem_id", "S")], {"by_opportunity": [("opportunity_id", "S"), ("problem_id", "S")]}),
    "seen_posts": ([("post_id", "S")], {}),
    "workflow_failures": ([("execution", "S"), ("failure_id", "S")], {}),
    "meters": ([("key", "S")], {}),
}


def create_market_tables() -> None:
    client: Any = boto3.client("dynamodb", region_name="us-east-1")
    for name, (key, indexes) in MARKET_TABLES.items():
        kinds = dict([*key, *(one for index in indexes.values() for one in index)])
        options: dict[str, Any] = {}
        if indexes:
            options["GlobalSecondaryIndexes"] = [
                {"IndexName": index, "KeySchema": _schema(of), "Projection": {"ProjectionType": "ALL"}}
                for index, of in indexes.items()
            ]
        client.create_table(
            TableName=name,
            KeySchema=_schema(key),
            AttributeDefinitions=[{"AttributeName": one, "AttributeType": kind} for one, kind in kinds.items()],
            BillingMode="PAY_PER_REQUEST",
            **options,
        )


def everything_in(table: str) -> dict[str, dict[str, Any]]:
    """All items by their partition key's value, for comparing before and after."""
    client: Any = boto3.client("dynamodb", region_name="us-east-1")
    key = MARKET_TABLES[table][0][0][0]
    pages = client.get_paginator("scan").paginate(TableName=table)
    return {next(iter(item[key].values())): item for page in pages for item in page["Items"]}


def _schema(key: list[Key]) -> list[dict[str, str]]:
    roles = ("HASH", "RANGE")
    return [{"AttributeName": name, "KeyType": role} for (name, _), role in zip(key, roles, strict=False)]
