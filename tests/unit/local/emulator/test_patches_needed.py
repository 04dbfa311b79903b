"""MiniStack still has each flaw that a patch of ours mends. A test that fails here says: remove that patch."""

import asyncio
import inspect
import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest
from ministack import app as ministack_app
from ministack.services import (
    apigateway,
    cloudformation,
    cloudwatch_logs,
    dynamodb,
    eventbridge,
    lambda_svc,
    scheduler,
    sqs,
    stepfunctions,
)

MACHINE_ARN = "arn:aws:states:us-east-1:000000000000:stateMachine:needed"
PASS = {"StartAt": "Only", "States": {"Only": {"Type": "Pass", "End": True}}}


@pytest.fixture(autouse=True)
def unpatched() -> Iterator[None]:
    """These modules are changed only in the emulator's own process; here they are as installed."""
    assert lambda_svc._execute_function_proxy.__module__ == "ministack.services.lambda_svc"
    yield
    for module in (stepfunctions, dynamodb, lambda_svc, cloudwatch_logs):
        module.reset()


class FailingHandler(BaseHTTPRequestHandler):
    def do_POST(self) -> None:
        body = json.dumps({"errorType": "ModelOverloaded", "errorMessage": "later"}).encode()
        self.send_response(500)
        self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:
        return


def state_machine(definition: dict[str, Any]) -> None:
    stepfunctions._state_machines[MACHINE_ARN] = {
        "name": "needed",
        "definition": json.dumps(definition),
        "roleArn": "arn:aws:iam::000000000000:role/r",
    }


def test_lambda_invocation_the_proxy_loses_the_name_of_the_error() -> None:
    server = HTTPServer(("127.0.0.1", 0), FailingHandler)
    threading.Thread(target=server.handle_request, daemon=True).start()
    address = f"http://127.0.0.1:{server.server_port}/"
    result = lambda_svc._execute_function_proxy({"config": {"FunctionName": "f"}}, {}, address, "request")
    server.server_close()
    assert result["body"]["errorType"] == "Runtime.HandlerError"
    assert "log" not in result


def test_lambda_limits_no_size_is_checked() -> None:
    assert "RequestTooLarge" not in inspect.getsource(lambda_svc.handle_request) + inspect.getsource(lambda_svc._invoke)


def test_lambda_logs_every_call_has_a_stream_of_its_own() -> None:
    for request in ("one", "two"):
        lambda_svc._emit_lambda_logs({"config": {"FunctionName": "f"}}, request, "text", False, 1)
    assert len(cloudwatch_logs._log_groups["/aws/lambda/f"]["streams"]) == 2


def test_workflows_the_first_state_waits() -> None:
    assert "time.sleep(0.15)" in inspect.getsource(stepfunctions._run_execution)


def test_workflows_an_execution_cannot_be_redriven() -> None:
    headers = {"x-amz-target": "AWSStepFunctions.RedriveExecution"}
    status, _, body = asyncio.run(stepfunctions.handle_request("POST", "/", headers, b"{}", {}))
    assert status == 400
    assert b"Unknown action" in body


def test_workflows_an_input_of_any_length_is_taken() -> None:
    state_machine(PASS)
    request = {"stateMachineArn": MACHINE_ARN, "name": "long", "input": json.dumps({"x": "y" * 300_000})}
    assert stepfunctions._start_execution(request)[0] == 200


def test_workflows_states_all_catches_what_it_must_not() -> None:
    assert stepfunctions._error_matches(["States.ALL"], "States.DataLimitExceeded")


def test_workflows_a_retry_knows_no_longest_wait() -> None:
    retrier = {"ErrorEquals": ["E"], "IntervalSeconds": 10, "BackoffRate": 10, "MaxDelaySeconds": 1}
    found, _ = stepfunctions._find_matching_retrier([retrier], "E", {0: 1})
    assert found == retrier
    assert "MaxDelaySeconds" not in inspect.getsource(stepfunctions._execute_task)


def test_surviving_executions_a_restart_fails_them() -> None:
    arn = f"{MACHINE_ARN}:run"
    execution = {"executionArn": arn, "status": "RUNNING", "events": []}
    stepfunctions._restore_state({"executions": {arn: execution}})
    assert stepfunctions._executions[arn]["status"] == "FAILED"


def test_schedule_cadence_a_restart_forgets_when_a_schedule_fired() -> None:
    assert "last_fired" not in json.dumps(list(scheduler.get_state()))
    assert "_schedule_last_fired" not in inspect.getsource(scheduler._restore_state)


def test_stream_records_are_not_saved() -> None:
    dynamodb._stream_records["table"] = [{"eventID": "1"}]
    assert "eventID" not in json.dumps(
        dynamodb.get_state(), default=lambda value: list(getattr(value, "_data", {}).values())
    )


def test_stream_deliveries_a_reported_failure_counts_as_done() -> None:
    source = inspect.getsource(lambda_svc._poll_dynamodb_streams)
    assert "batchItemFailures" not in source
    assert "MaximumRetryAttempts" not in source


def test_transactions_take_no_time_so_nothing_can_overlap_them() -> None:
    body = json.dumps({"TransactItems": []}).encode()
    headers = {"x-amz-target": "DynamoDB_20120810.TransactWriteItems"}
    request = dynamodb.handle_request("POST", "/", headers, body, {})
    with pytest.raises(StopIteration):
        request.send(None)


def test_duplicate_deliveries_every_message_and_schedule_comes_once() -> None:
    assert inspect.getsource(lambda_svc._run_sqs_batch).count("_execute_function(") == 1
    assert inspect.getsource(scheduler._tick_schedules).count("_invoke_target(") == 1
    assert inspect.getsource(eventbridge._dispatch_event).count("_invoke_target(") == 1


def test_execution_status_events_know_no_redrives() -> None:
    told: list[dict[str, Any]] = []
    state_machine(PASS)
    execution = {"executionArn": "e", "stateMachineArn": MACHINE_ARN, "name": "e", "status": "FAILED"}
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(eventbridge, "_put_events", lambda data, **_: told.append(data["Entries"][0]))
        stepfunctions._emit_execution_status_event({**execution, "redriveCount": 2, "redriveDate": "now"})
        stepfunctions._emit_execution_status_event({**execution, "status": "TIMED_OUT", "error": "States.Timeout"})
    redriven, late = (json.loads(entry["Detail"]) for entry in told)
    assert (redriven["redriveCount"], redriven["redriveDate"]) == (0, None)
    assert (late["redriveStatus"], late["error"]) == ("NOT_REDRIVABLE", None)


def test_checkpoints_state_is_saved_at_shutdown_only() -> None:
    source = inspect.getsource(ministack_app)
    assert source.count("save_all(") == 1
    assert source.index("save_all(") > source.index('"lifespan.shutdown"')


def test_queue_addresses_hold_the_port_and_feed_functions_by_it() -> None:
    assert sqs._queue_url("q").startswith(f"http://{sqs.DEFAULT_HOST}:{sqs.DEFAULT_PORT}/")
    assert "_sqs._queues.get(queue_url)" in inspect.getsource(lambda_svc._poll_sqs)


def test_caller_addresses_are_all_the_same() -> None:
    assert '"sourceIp": "127.0.0.1"' in inspect.getsource(apigateway._invoke_lambda_proxy)


def test_http_api_limits_are_unknown() -> None:
    source = inspect.getsource(ministack_app._handle_execute_api_request)
    assert "413" not in source
    assert "wait_for" not in source


def test_http_api_answers_options_is_refused_without_a_look_at_the_routes() -> None:
    assert apigateway._cors_preflight_response({}, "https://a.example")[0] == 403


def test_http_api_answers_callers_see_the_errors_of_functions() -> None:
    failed = {"error": True, "body": {"errorType": "KeyError", "errorMessage": "secret"}}
    answer, _ = lambda_svc.lambda_execute_result_to_api_proxy_response(failed)
    assert answer is not None
    assert answer["statusCode"] == 502
    assert "secret" in answer["body"]


def test_interrupted_stacks_stay_in_progress() -> None:
    cloudformation._restore_state({"stacks": {"cut-off": {"StackStatus": "CREATE_IN_PROGRESS"}}})
    (stack,) = cloudformation._stacks._data.values()
    cloudformation._stacks._data.clear()
    assert stack["StackStatus"] == "CREATE_IN_PROGRESS"
