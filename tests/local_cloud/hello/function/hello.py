"""Answers every kind of call: HTTP, a workflow's stage, a queue's and a stream's batch; does what the event asks for."""

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
    time.sleep(float((event.get("queryStringParameters") or {}).get("sleep", 0)))
    body = {"path": event["rawPath"], "greeting": os.environ["GREETING"], "body": event.get("body")}
    return {"statusCode": 200, "headers": {"content-type": "application/json"}, "body": json.dumps(body)}


def _table():
    return boto3.resource("dynamodb").Table(os.environ["TABLE"])


def _batch(records):
    for record in records:
        key = record.get("messageId") or record["eventID"]
        if "messageId" in record:
            _count(f"queue-{record['body']}")
        elif not record["dynamodb"]["Keys"]["id"]["S"].startswith(("queue-", "stream-")):
            _count(f"stream-{record['dynamodb']['Keys']['id']['S']}")
        print("record", key)
    return {"batchItemFailures": []}


def _count(key):
    _table().update_item(Key={"id": key}, UpdateExpression="ADD deliveries :one", ExpressionAttributeValues={":one": 1})


def _stage(event):
    print("stage", json.dumps(event)[:200])
    note = event.get("fail_unless")
    if note and "Item" not in _table().get_item(Key={"id": note}):
        raise Refused(f"no note {note!r}")
    if event.get("count"):
        _count(event["count"])
    if event.get("size"):
        return {"text": "x" * event["size"]}
    time.sleep(event.get("sleep", 0))
    return {**event, "greeting": os.environ["GREETING"], "stages": event.get("stages", 0) + 1}
