"""Transactions of DynamoDB conflict with what overlaps them. MiniStack answers one request after the other, so code
that never heard of TransactionConflict passes there and fails on AWS.

A transaction holds its items for a moment before it is applied. Requests of one client in a row never notice.
"""

import asyncio
import json
from typing import Any

from ministack.core.responses import error_response_json, get_account_id, get_region
from ministack.services import dynamodb

from local.emulator.strictness import Strictness

Response = tuple[int, dict[str, str], bytes]
ItemName = tuple[str, str, str, str]

_MESSAGE = "Transaction is ongoing for the item"
_WRITES = ("PutItem", "UpdateItem", "DeleteItem")


def apply(strictness: Strictness) -> None:
    handle = dynamodb.handle_request
    held: set[ItemName] = set()

    async def handle_request(
        method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, Any]
    ) -> Response:
        action = headers.get("x-amz-target", "").rpartition(".")[2]
        if action == "TransactWriteItems":
            return await transact(method, path, headers, body, query)
        if held and action in _WRITES and _item(json.loads(body)) in held:
            return error_response_json("TransactionConflictException", _MESSAGE, 400)
        return await handle(method, path, headers, body, query)

    async def transact(method: str, path: str, headers: dict[str, str], body: bytes, query: dict[str, Any]) -> Response:
        items = [
            _item(operation) for entry in json.loads(body).get("TransactItems", []) for operation in entry.values()
        ]
        if held.intersection(items):
            return _cancelled([item in held for item in items])
        mine = {item for item in items if item is not None}
        held.update(mine)
        try:
            await asyncio.sleep(strictness.transaction_milliseconds / 1000)
            return await handle(method, path, headers, body, query)
        finally:
            held.difference_update(mine)

    dynamodb.handle_request = handle_request


def _item(operation: dict[str, Any]) -> ItemName | None:
    """Account, region, table and key of what an operation writes; None where the request is not well-formed."""
    table_name = str(operation.get("TableName", "")).rpartition("/")[2]
    table = dynamodb._tables.get(table_name)
    if not table:
        return None
    written = operation.get("Key") or operation.get("Item") or {}
    names = [name for name in (table.get("pk_name"), table.get("sk_name")) if name]
    key = json.dumps([written.get(name) for name in names], sort_keys=True)
    return get_account_id(), get_region(), table_name, key


def _cancelled(conflicts: list[bool]) -> Response:
    codes = ["TransactionConflict" if conflict else "None" for conflict in conflicts]
    reasons = [{"Code": code, "Message": _MESSAGE} if code != "None" else {"Code": code} for code in codes]
    message = f"Transaction cancelled, please refer cancellation reasons for specific reasons [{', '.join(codes)}]"
    kind = "com.amazonaws.dynamodb.v20120810#TransactionCanceledException"
    content = {"__type": kind, "Message": message, "message": message, "CancellationReasons": reasons}
    return 400, {"Content-Type": "application/x-amz-json-1.0"}, json.dumps(content).encode()
