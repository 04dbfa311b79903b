"""One log stream per function and day instead of one per call, and an end to it: the log groups are part of every
checkpoint, and a stream of its own for each of a thousand calls made them the largest part."""

import time
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from ministack.services import cloudwatch_logs, lambda_svc

KEPT_EVENTS = 2000


def emit(
    func: Mapping[str, Any], request_id: str, text: str, _error: bool, duration_ms: int, **_executor: object
) -> None:
    """As `lambda_svc._emit_lambda_logs`: START, what the function wrote, END and REPORT, in /aws/lambda/<name>."""
    config: Mapping[str, Any] = func.get("config") or func
    version = config.get("Version", "$LATEST")
    group_name = (config.get("LoggingConfig") or {}).get("LogGroup") or f"/aws/lambda/{config.get('FunctionName')}"
    report = (
        f"REPORT RequestId: {request_id}\tDuration: {duration_ms} ms\tBilled Duration: {duration_ms} ms\t"
        f"Memory Size: {config.get('MemorySize', 128)} MB"
    )
    lines = [
        f"START RequestId: {request_id} Version: {version}",
        *text.splitlines(),
        f"END RequestId: {request_id}",
        report,
    ]
    now = int(time.time() * 1000)
    stream_name = f"{datetime.now(UTC):%Y/%m/%d}/[{version}]{'0' * 31}1"
    stream = _stream(group_name, stream_name, now)
    events = [{"timestamp": now, "message": line, "ingestionTime": now} for line in lines]
    cloudwatch_logs._append_log_events(stream, events)
    if len(stream["events"]) > KEPT_EVENTS:
        del stream["events"][: -KEPT_EVENTS // 2]
    cloudwatch_logs._fanout_to_subscription_filters(
        group_name, stream_name, [{"timestamp": now, "message": line} for line in lines]
    )


def _stream(group_name: str, stream_name: str, now: int) -> dict[str, Any]:
    groups = cloudwatch_logs._log_groups
    if group_name not in groups:
        groups[group_name] = {
            "arn": cloudwatch_logs._make_group_arn(group_name),
            "creationTime": now,
            "retentionInDays": None,
            "tags": {},
            "subscriptionFilters": {},
            "streams": {},
        }
    streams: dict[str, Any] = groups[group_name]["streams"]
    return streams.setdefault(
        stream_name,
        {
            "events": [],
            "uploadSequenceToken": "1",
            "creationTime": now,
            "firstEventTimestamp": None,
            "lastEventTimestamp": None,
            "lastIngestionTime": None,
        },
    )


def apply() -> None:
    lambda_svc._emit_lambda_logs = emit
