"""Queues, schedules and rules deliver at least once, and MiniStack once: now and then a delivery is repeated here.

Streams are repeated where their records are read (stream_deliveries)."""

import copy
from typing import Any

from ministack.services import eventbridge, lambda_svc

from local.emulator.strictness import Duplicates


def apply(duplicates: Duplicates) -> None:
    _repeat_queues(duplicates)
    _repeat_targets(duplicates)


def _repeat_queues(duplicates: Duplicates) -> None:
    deliver = lambda_svc._run_sqs_batch

    def run_sqs_batch(esm: Any, function: Any, event: Any, *rest: Any) -> None:
        deliver(esm, function, event, *rest)
        if duplicates.due(f"queue {esm['UUID']}"):
            again = copy.deepcopy(event)
            for record in again["Records"]:
                received = int(record["attributes"]["ApproximateReceiveCount"])
                record["attributes"]["ApproximateReceiveCount"] = str(received + 1)
            lambda_svc._execute_function(function, again)

    lambda_svc._run_sqs_batch = run_sqs_batch


def _repeat_targets(duplicates: Duplicates) -> None:
    """What a schedule or a rule starts."""
    invoke = eventbridge._invoke_target

    def invoke_target(target: Any, event: Any, rule: Any, view: Any = None) -> Any:
        result = invoke(target, event, rule, view)
        if duplicates.due(f"{event.get('Source')} {target.get('Arn')}"):
            invoke(target, event, rule, view)
        return result

    eventbridge._invoke_target = invoke_target
