"""DynamoDB streams reach functions as event source mappings promise: partial batch responses, bisection, a limit to
retries with a destination for what is given up, each mapping for itself, some batches twice.

MiniStack takes any answer without an error for success, retries forever, and lets one slow consumer hold up the rest.
"""

import json
from dataclasses import dataclass
from typing import Any

from ministack.core.arn import ArnParseError, parse_arn
from ministack.core.responses import _request_account_id, _request_region
from ministack.services import dynamodb, lambda_svc

from local.emulator.patches.lambda_invocation import SERVICE_ERROR
from local.emulator.strictness import Duplicates

Record = dict[str, Any]
UNDELIVERED_SECONDS = 1.0


@dataclass
class Attempts:
    """How often the batch at a position failed, and how many records the next try takes."""

    position: int
    failed: int = 0
    limit: int | None = None


class StreamDeliveries:
    """Stands in for `lambda_svc._poll_dynamodb_streams`; the poller's thread calls it over and over."""

    def __init__(self, duplicates: Duplicates) -> None:
        self._duplicates = duplicates
        self._attempts: dict[str, Attempts] = {}

    def poll(self) -> bool:
        """True if any mapping took a batch."""
        took = False
        for account, region, mapping in lambda_svc._iter_all_esms():
            account_token, region_token = _request_account_id.set(account), _request_region.set(region)
            try:
                took = self._poll_one(mapping) or took
            finally:
                _request_account_id.reset(account_token)
                _request_region.reset(region_token)
        return took

    def _poll_one(self, mapping: dict[str, Any]) -> bool:
        table = _table(mapping)
        if table is None or not _may_run(mapping):
            return False
        function, _config = lambda_svc._get_func_record_for_qualifier(mapping["FunctionName"], mapping.get("Qualifier"))
        if function is None:
            return False
        position = _position(mapping, table)
        attempts = self._attempts.get(mapping["UUID"])
        if attempts is None or attempts.position != position:
            attempts = self._attempts[mapping["UUID"]] = Attempts(position)
        batch = dynamodb.stream_records_since(table, position, attempts.limit or mapping.get("BatchSize", 100))
        if not batch:
            return False
        lambda_svc._dispatch_esm_batch(mapping["UUID"], self._deliver, mapping, function, list(batch), attempts)
        return True

    def _deliver(
        self, mapping: dict[str, Any], function: dict[str, Any], batch: list[Record], attempts: Attempts
    ) -> None:
        wanted = lambda_svc._apply_filter_criteria(list(batch), mapping)
        if not wanted:
            _advance(mapping, attempts.position + len(batch))
            return
        result = lambda_svc._execute_function(function, {"Records": wanted})
        if not result.get("error") and self._duplicates.due(f"stream {mapping['UUID']}"):
            lambda_svc._execute_function(function, {"Records": wanted})
        done = _done(result, batch, mapping)
        if done == len(batch):
            mapping["LastProcessingResult"] = f"OK - {len(wanted)} records"
            _advance(mapping, attempts.position + done)
        else:
            mapping["LastProcessingResult"] = "FAILED"
            self._retry_or_give_up(mapping, function, batch, attempts, done, result)

    def _retry_or_give_up(
        self,
        mapping: dict[str, Any],
        function: dict[str, Any],
        batch: list[Record],
        attempts: Attempts,
        done: int,
        result: dict[str, Any],
    ) -> None:
        """A failed part moves the position to its first record; the tries already made count for it.

        A batch that reached no function counts as no try: Lambda keeps it until it can be delivered.
        """
        if _undelivered(result):
            lambda_svc._esm_backoff_until[mapping["UUID"]] = lambda_svc.time.time() + UNDELIVERED_SECONDS
            return
        rest = batch[done:]
        again = Attempts(attempts.position + done, attempts.failed + 1, attempts.limit)
        too_old = _too_old(rest, mapping)
        if too_old:
            arn = mapping["EventSourceArn"]
            lambda_svc._send_ddb_stream_failure_record(
                mapping, function, rest[:too_old], arn, result, "MaximumRecordAgeExceeded"
            )
            _advance(mapping, again.position + too_old)
            return
        allowed = mapping.get("MaximumRetryAttempts")
        if mapping.get("BisectBatchOnFunctionError") and len(rest) > 1:
            again = Attempts(again.position, attempts.failed, max(1, len(rest) // 2))
        elif allowed is not None and int(allowed) >= 0 and again.failed > int(allowed):
            arn = mapping["EventSourceArn"]
            lambda_svc._send_ddb_stream_failure_record(mapping, function, rest, arn, result, "RetryAttemptsExhausted")
            _advance(mapping, again.position + len(rest))
            return
        self._attempts[mapping["UUID"]] = again
        _advance(mapping, again.position)
        lambda_svc._esm_backoff_until[mapping["UUID"]] = lambda_svc.time.time() + min(
            0.2 * 2 ** min(again.failed, 10), 30
        )


def apply(duplicates: Duplicates) -> None:
    lambda_svc._poll_dynamodb_streams = StreamDeliveries(duplicates).poll


def _done(result: dict[str, Any], batch: list[Record], mapping: dict[str, Any]) -> int:
    """How many records from the start of the batch need not come again."""
    if result.get("error"):
        return 0
    if "ReportBatchItemFailures" not in mapping.get("FunctionResponseTypes", []):
        return len(batch)
    try:
        failed = _failed_sequence_numbers(result.get("body"))
    except (TypeError, AttributeError, KeyError, ValueError):
        return 0
    positions = [index for index, record in enumerate(batch) if record["dynamodb"]["SequenceNumber"] in failed]
    if failed and not positions:
        return 0
    return min(positions, default=len(batch))


def _too_old(batch: list[Record], mapping: dict[str, Any]) -> int:
    """How many records from the start of the batch Lambda gives up because of their age; none without a limit (-1)."""
    longest = mapping.get("MaximumRecordAgeInSeconds")
    if longest is None or int(longest) < 0:
        return 0
    oldest = lambda_svc.time.time() - int(longest)
    ages = [float(record["dynamodb"]["ApproximateCreationDateTime"]) for record in batch]
    return next((number for number, written_at in enumerate(ages) if written_at >= oldest), len(ages))


def _undelivered(result: dict[str, Any]) -> bool:
    if result.get("throttle"):
        return True
    failure = None if result.get("function_error") else result.get("body")
    return isinstance(failure, dict) and failure.get("errorType") == SERVICE_ERROR


def _failed_sequence_numbers(body: Any) -> set[str]:
    answer = json.loads(body) if isinstance(body, str) and body else body
    return {str(failure["itemIdentifier"]) for failure in (answer or {}).get("batchItemFailures") or []}


def _table(mapping: dict[str, Any]) -> str | None:
    try:
        source = parse_arn(mapping.get("EventSourceArn", ""))
    except ArnParseError:
        return None
    named = lambda_svc._dynamodb_stream_table_from_arn_spec(source) if source.service == "dynamodb" else None
    if named is None:
        return None
    table = dynamodb._tables.get(named[0])
    return named[0] if table and table.get("LatestStreamArn") == mapping["EventSourceArn"] else None


def _may_run(mapping: dict[str, Any]) -> bool:
    """A stream of one shard has one batch on its way at a time."""
    name = mapping["UUID"]
    waits = lambda_svc._esm_backoff_until.get(name, 0) > lambda_svc.time.time()
    return bool(mapping.get("Enabled", True)) and not waits and lambda_svc._esm_inflight.get(name, 0) == 0


def _position(mapping: dict[str, Any], table: str) -> int:
    positions = lambda_svc._dynamodb_stream_positions
    horizon = dynamodb.stream_start_position(table)
    with lambda_svc._dynamodb_stream_positions_lock:
        if mapping["UUID"] not in positions:
            latest = mapping.get("StartingPosition", "LATEST") != "TRIM_HORIZON"
            positions[mapping["UUID"]] = dynamodb.stream_end_position(table) if latest else horizon
        positions[mapping["UUID"]] = max(positions[mapping["UUID"]], horizon)
        return int(positions[mapping["UUID"]])


def _advance(mapping: dict[str, Any], position: int) -> None:
    with lambda_svc._dynamodb_stream_positions_lock:
        lambda_svc._dynamodb_stream_positions[mapping["UUID"]] = position
