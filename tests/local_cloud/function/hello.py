"""Answers every kind of call: HTTP, a workflow's stage, a queue's and a stream's batch."""

import json
import os
import time

import boto3


class Refused(Exception):
    """The event asked for a failure."""


def handler(event, context):
    if "requestContext" in event:
        return _http(event)
    if "Records" in event:
        return _batch(event["Records"])
    return _stage(event)


def _http(event):
    asked = event.get("queryStringParameters") or {}
    time.sleep(float(asked.get("sleep", 0)))
    body = {"path": event["rawPath"], "greeting": os.environ["GREETING"], "body": event.get("body"), "pid": os.getpid()}
    return {"statusCode": 200, "headers": {"content-type": "application/json"}, "body": json.dumps(body)}


def _table():
    return boto3.resource("dynamodb").Table(os.environ["TABLE"])


def _batch(records):
    """Counts each delivery in the table; what is called poison fails, alone in a queue, with its batch in a stream."""
    failed = []
    for record in records:
        queued = "messageId" in record
        name = record["body"] if queued else record["dynamodb"]["Keys"]["id"]["S"]
        if not queued and name.startswith(("queue-", "stream-", "stage-")):
            continue
        _count(f"{'queue' if queued else 'stream'}-{name}")
        if name.startswith("poison"):
            failed.append(record["messageId"] if queued else record["dynamodb"]["SequenceNumber"])
        print("delivered", name)
    return {"batchItemFailures": [{"itemIdentifier": each} for each in failed]}


def _count(key):
    _table().update_item(Key={"id": key}, UpdateExpression="ADD deliveries :one", ExpressionAttributeValues={":one": 1})


def _stage(event):
    print("stage", json.dumps(event)[:200])
    if event.get("count"):
        _count(f"stage-{event['count']}")
    note = event.get("fail_unless")
    if note and "Item" not in _table().get_item(Key={"id": note}):
        raise Refused(f"no note {note!r}")
    if event.get("size"):
        return {"text": "x" * event["size"]}
    time.sleep(event.get("sleep", 0))
    return {**event, "greeting": os.environ["GREETING"], "stages": event.get("stages", 0) + 1}
