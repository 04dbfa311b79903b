"""A Lambda task of a state machine: the error names that AWS reports, and the limit on the answer."""

import json
from typing import Any

from ministack.services import lambda_svc, stepfunctions

from local.emulator.workflow.limits import check_size

MAX_CAUSE = 32_768


def call_lambda(function: str, event: Any) -> Any:
    record, config, name = lambda_svc._get_func_record_for_ref(function)
    if not record or not config:
        raise stepfunctions._ExecutionError("Lambda.ResourceNotFoundException", f"Function not found: {name}")
    result = lambda_svc._execute_function_with_config_scope(
        lambda_svc._execution_record_for_config(record, config), event
    )
    body = result.get("body")
    if result.get("throttle"):
        raise stepfunctions._ExecutionError("Lambda.TooManyRequestsException", json.dumps(body))
    if result.get("error"):
        raise _failure(body)
    answer = _parsed(body) if result.get("raw_payload") else body
    check_size(answer, f"The answer of {name}")
    return answer


def _failure(body: Any) -> Exception:
    if isinstance(body, dict):
        return stepfunctions._ExecutionError(str(body.get("errorType", "Lambda.Unknown")), json.dumps(body)[:MAX_CAUSE])
    return stepfunctions._ExecutionError("Lambda.Unknown", str(body)[:MAX_CAUSE])


def _parsed(body: Any) -> Any:
    try:
        return json.loads(body)
    except (json.JSONDecodeError, TypeError):
        return body
