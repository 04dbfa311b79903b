"""`make events`: write events/*.json anew, and the world that they happen in.

Runs the market scan and the factory over a few real posts, with the offline model and without containers, and keeps the
event of each stage together with what was stored by then. Run it after changing what a stage takes or leaves.
"""

import base64
import json
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import pytest

from shared.runtime import wiring
from shared.values import Json
from tests.integration import sample_account
from tests.integration.agent_factory_run import STAGES, AgentFactory, agent_factory
from tests.integration.endpoint_events import TOKEN, endpoint_events
from tests.integration.market_scan_run import (
    CONTEXT,
    ROOT,
    cluster_problems,
    save_opportunities,
    score_opportunities,
)

EVENTS = ROOT / "events"
WORLD = EVENTS / "world"
POSTS_PER_FILE = 25
# What the model was asked before is left out, so that the sample events ask it.
CACHES = ("scans/posts/", "scans/ratings/")
ACCOUNT = "arn:aws:{}:us-east-1:000000000000"


def write() -> None:
    WORLD.mkdir(parents=True, exist_ok=True)
    with factory_run() as factory:
        events = market_events(factory) | factory_events(factory)
        [agent] = wiring.catalogue.agents().list_published(1).items
        detail = factory.listed()[agent.slug]
        row = boto3.client("dynamodb").get_item(TableName="agents", Key={"slug": {"S": agent.slug}})["Item"]
        world = {"slug": agent.slug, "token": TOKEN, "input": detail.examples[0].input, **sample_account.VALUES}
        events |= endpoint_events(world) | reaction_events(agent.slug, encoded(row))
        (WORLD / "tables.json").write_text(pretty(tables()))
        (WORLD / "objects.json").write_text(pretty(objects()))
    for name, event in events.items():
        (EVENTS / f"{name}.json").write_text(pretty(event))


@contextmanager
def factory_run() -> Iterator[AgentFactory]:
    environment = {
        "AWS_ACCESS_KEY_ID": "testing",
        "AWS_SECRET_ACCESS_KEY": "testing",
        "AWS_DEFAULT_REGION": "us-east-1",
        "POWERTOOLS_TRACE_DISABLED": "true",
    }
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as monkeypatch:
        for name, value in environment.items():
            monkeypatch.setenv(name, value)
        with agent_factory(Path(folder), monkeypatch) as factory:
            yield factory


def market_events(factory: AgentFactory) -> dict[str, Json]:
    """A scan that ends; its events and what it stored stay."""
    files = sorted((EVENTS / "reddit_posts").glob("*.jsonl"))
    posts = [json.loads(line) for file in files for line in file.read_text().splitlines()[:POSTS_PER_FILE]]
    scan = factory.scan
    scanned = scan.start(posts)
    extracted = scan.extract(scanned)
    clustered = cluster_problems(extracted, CONTEXT)
    scored = score_opportunities(clustered, CONTEXT)
    save_opportunities(scored, CONTEXT)
    return {
        "scan_posts": {"scan_id": "sample-scan", "request": {"sources": ["reddit:entrepreneur"], "limit": 10}},
        "extract_problems": scan.batches(scanned)[0],
        "cluster_problems": extracted,
        "score_opportunities": clustered,
        "save_opportunities": scored,
    }


def factory_events(factory: AgentFactory) -> dict[str, Json]:
    """One build that ends with an agent; one that is about to be given up; one that failed and was redriven."""
    while factory.build()["outcome"] != "published":
        continue
    events = {state["next"]: state for state in factory.states if state["next"] in STAGES}
    given_up = STAGES["generate_spec"](factory.pick(), CONTEXT)
    events["reject_agent"] = {**given_up, "next": "reject_agent", "reason": "quality: nobody needs it"}
    failed = factory.pick()
    events["pick_opportunity"] = {"build_id": failed["build_id"], "request": {}}
    events["record_failure"] = {
        "workflow": "agent-factory",
        "execution": f"{ACCOUNT.format('states')}:execution:agent-factory:{failed['build_id']}",
        "redrives": 0,
        "redrives_at_failure": 0,
        "failed_stage": "generate_spec",
        "failure": {"Error": "ModelRefused", "Cause": '{"errorMessage": "generate_spec: the model declined"}'},
        "state": failed,
    }
    return events


def reaction_events(slug: str, row: Json) -> dict[str, Json]:
    queue = f"{ACCOUNT.format('sqs')}:mam-runs"
    return {
        "perform_run": {
            "Records": [
                {
                    "messageId": "sample-message",
                    "receiptHandle": "sample",
                    "body": json.dumps({"run_id": TOKEN, "request_id": "sample-request"}),
                    "attributes": {"ApproximateReceiveCount": "1", "SentTimestamp": "1795413600000"},
                    "messageAttributes": {},
                    "eventSource": "aws:sqs",
                    "eventSourceARN": queue,
                    "awsRegion": "us-east-1",
                }
            ]
        },
        "index_agent": stream_event("agents", "MODIFY", {"slug": {"S": slug}}, row),
        "send_mail": stream_event("account_mails", "INSERT", {"mail_id": {"S": sample_account.UNSENT_MAIL}}, {}),
        "erase_account": stream_event(
            "users", "MODIFY", {"user_id": {"S": sample_account.LEAVING_USER}}, {"erasing_at": {"N": "1795413600"}}
        ),
        "set_role": {"email": sample_account.EMAIL, "role": "admin"},
        "reap_tasks": {},
        "forward_to_task": {
            "address": "127.64.0.1",
            "port": 8080,
            "path": "/run",
            "nonce": "sample-nonce",
            "body": '{"run_id": "sample-run", "input": {}, "results": []}',
            "timeout_seconds": 1,
        },
        "prepare_base_image": {
            "RequestType": "Create",
            "ResponseURL": "https://cloudformation-custom-resource-response.example.test/sample",
            "StackId": f"{ACCOUNT.format('cloudformation')}:stack/Mam-Platform/sample",
            "RequestId": "sample-request",
            "LogicalResourceId": "BaseImage",
            "ResourceType": "Custom::AgentBaseImage",
            "ResourceProperties": {
                "SourceTag": "3.12-slim",
                "Architecture": "arm64",
                "SdkBucket": "deployment-assets",
                "SdkKey": "sdk.zip",
            },
        },
    }


def stream_event(table: str, change: str, key: Json, row: Json) -> Json:
    """One record of a table's stream."""
    name = table.replace("_", "-")
    return {
        "Records": [
            {
                "eventID": "sample-event",
                "eventName": change,
                "eventVersion": "1.1",
                "eventSource": "aws:dynamodb",
                "awsRegion": "us-east-1",
                "eventSourceARN": f"{ACCOUNT.format('dynamodb')}:table/mam-{name}/stream/2026-11-23T06:00:00.000",
                "dynamodb": {
                    "Keys": key,
                    "NewImage": row,
                    "SequenceNumber": "1",
                    "SizeBytes": 1,
                    "StreamViewType": "NEW_AND_OLD_IMAGES",
                },
            }
        ]
    }


def tables() -> dict[str, Json]:
    client: Any = boto3.client("dynamodb")
    found: dict[str, Json] = {}
    for name in client.list_tables()["TableNames"]:
        pages = client.get_paginator("scan").paginate(TableName=name)
        items = [encoded(item) for page in pages for item in page["Items"]]
        found[name] = sorted(items, key=lambda item: json.dumps(item, sort_keys=True))
    return found


def objects() -> dict[str, str]:
    client: Any = boto3.client("s3")
    keys = [one["Key"] for one in client.list_objects_v2(Bucket="artifacts").get("Contents", [])]
    wanted = [key for key in keys if not key.startswith(CACHES)]
    return {key: client.get_object(Bucket="artifacts", Key=key)["Body"].read().decode() for key in wanted}


def encoded(value: Json) -> Json:
    """JSON has no bytes: binary attributes are base64, as DynamoDB itself sends them."""
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    if isinstance(value, dict):
        return {key: encoded(item) for key, item in value.items()}
    return [encoded(item) for item in value] if isinstance(value, list) else value


def pretty(value: Json) -> str:
    return json.dumps(value, indent=1, sort_keys=False, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    write()
