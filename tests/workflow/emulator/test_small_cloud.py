"""Deployed functions behind every kind of trigger, on the running emulator."""

import json
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

import pytest
from botocore.exceptions import ClientError

from local.embedded_cloud import EmbeddedCloud
from local.workflows import CannotRedrive

TABLE = "hello-notes"


def deliveries(cloud: EmbeddedCloud, key: str) -> int:
    item = cloud.aws("dynamodb").get_item(TableName=TABLE, Key={"id": {"S": key}}).get("Item", {})
    return int(item.get("deliveries", {"N": "0"})["N"])


def put(cloud: EmbeddedCloud, key: str) -> None:
    cloud.aws("dynamodb").put_item(TableName=TABLE, Item={"id": {"S": key}})


def send(cloud: EmbeddedCloud, body: str) -> None:
    sqs = cloud.aws("sqs")
    sqs.send_message(QueueUrl=sqs.get_queue_url(QueueName="hello-queue")["QueueUrl"], MessageBody=body)


def eventually(condition: Callable[[], bool], seconds: float = 10) -> bool:
    give_up = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > give_up:
            return False
        time.sleep(0.05)
    return True


def test_the_front_door_leads_to_the_deployed_api(small_cloud: EmbeddedCloud) -> None:
    answer = small_cloud.request(
        "POST", "/api/v1/some/where?x=1", content=b"in", headers={"content-type": "text/plain"}
    )
    assert answer.status_code == 200
    assert answer.json()["path"] == "/api/v1/some/where"
    assert answer.json()["greeting"] == "hello"
    assert answer.json()["body"] == "in"


@pytest.mark.parametrize("path", ["/", "/health", "/api/v2/x", "/_aws/execute-api/a/b", "/hello-notes"])
def test_nothing_else_is_behind_the_front_door(small_cloud: EmbeddedCloud, path: str) -> None:
    answer = small_cloud.request("GET", path)
    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/problem+json"


def test_calls_in_sequence_meet_the_same_warm_environment(small_cloud: EmbeddedCloud) -> None:
    pids = {small_cloud.request("GET", "/api/v1/warm").json()["pid"] for _ in range(5)}
    assert len(pids) == 1


def test_an_api_request_of_more_than_10_mb_is_refused(small_cloud: EmbeddedCloud) -> None:
    answer = small_cloud.request("POST", "/api/v1/big", content=b"x" * (10 * 1024 * 1024 + 1))
    assert (answer.status_code, answer.json()) == (413, {"message": "Request Entity Too Large"})


def test_a_request_that_a_function_cannot_take_is_refused_in_the_gateways_words(small_cloud: EmbeddedCloud) -> None:
    answer = small_cloud.request("POST", "/api/v1/big", content=b"x" * (7 * 1024 * 1024))
    assert (answer.status_code, answer.json()) == (413, {"message": "Request Entity Too Large"})


@pytest.mark.parametrize("method", ["OPTIONS", "TRACE", "PROPFIND"])
def test_every_method_reaches_the_deployed_api(small_cloud: EmbeddedCloud, method: str) -> None:
    answer = small_cloud.request(method, "/api/v1/some/where")
    assert (answer.status_code, answer.json()["path"]) == (200, "/api/v1/some/where")


@pytest.mark.parametrize(
    "request_line", ["GET /api/v1/\u00e9 HTTP/1.1", "GET /api/v1/x?q=\u00e9 HTTP/1.1", "GET /api v1 HTTP/1.1", "hello"]
)
def test_what_is_no_http_is_answered_in_the_gateways_words(small_cloud: EmbeddedCloud, request_line: str) -> None:
    with socket.create_connection(("127.0.0.1", small_cloud.ports.front_door), timeout=10) as connection:
        connection.sendall(f"{request_line}\r\nHost: x\r\n\r\n".encode())
        answer = b"".join(iter(lambda: connection.recv(4096), b""))
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 400 Bad Request")
    assert json.loads(body) == {"message": "Bad Request"}


def test_a_function_over_its_time_answers_as_api_gateway_does(small_cloud: EmbeddedCloud) -> None:
    answer = small_cloud.request("GET", "/api/v1/slow?sleep=20")
    assert (answer.status_code, answer.json()) == (500, {"message": "Internal Server Error"})


def test_what_a_function_prints_is_in_its_log_group(small_cloud: EmbeddedCloud) -> None:
    small_cloud.aws("lambda").invoke(FunctionName="hello", Payload=json.dumps({"note": "look for me"}))
    logs = small_cloud.aws("logs")

    def logged() -> bool:
        events = logs.filter_log_events(logGroupName="/aws/lambda/hello")["events"]
        return any("look for me" in event["message"] for event in events)

    assert eventually(logged)
    assert "look for me" in small_cloud.function_log("hello")


def test_reserved_concurrency_and_time_to_live_are_set_although_cloudformation_drops_them(
    small_cloud: EmbeddedCloud,
) -> None:
    reserved = small_cloud.aws("lambda").get_function_concurrency(FunctionName="hello")
    assert reserved["ReservedConcurrentExecutions"] == 20
    described = small_cloud.aws("dynamodb").describe_time_to_live(TableName=TABLE)["TimeToLiveDescription"]
    assert described == {"TimeToLiveStatus": "ENABLED", "AttributeName": "expires_at"}


def test_a_lambda_invocation_of_more_than_6_mb_is_refused(small_cloud: EmbeddedCloud) -> None:
    with pytest.raises(ClientError) as refused:
        small_cloud.aws("lambda").invoke(FunctionName="hello", Payload=json.dumps({"x": "y" * 6_300_000}))
    assert refused.value.response["Error"]["Code"] == "RequestTooLargeException"


def test_a_lambda_answer_of_more_than_6_mb_is_an_error(small_cloud: EmbeddedCloud) -> None:
    answer = small_cloud.aws("lambda").invoke(FunctionName="hello", Payload=json.dumps({"size": 6_400_000}))
    assert answer["FunctionError"] == "Unhandled"
    assert json.loads(answer["Payload"].read())["errorType"] == "Function.ResponseSizeTooLarge"


def test_messages_and_stream_records_are_delivered_once(small_cloud: EmbeddedCloud) -> None:
    send(small_cloud, "once")
    put(small_cloud, "once")
    assert eventually(lambda: deliveries(small_cloud, "queue-once") == 1)
    assert eventually(lambda: deliveries(small_cloud, "stream-once") == 1)


@pytest.mark.usefixtures("lenient_again")
def test_on_request_everything_is_delivered_twice(small_cloud: EmbeddedCloud) -> None:
    small_cloud.strictness(duplicate_every=1)
    send(small_cloud, "twice")
    put(small_cloud, "twice")
    assert eventually(lambda: deliveries(small_cloud, "queue-twice") == 2)
    assert eventually(lambda: deliveries(small_cloud, "stream-twice") == 2)


def test_a_failed_message_comes_again_and_the_others_do_not(small_cloud: EmbeddedCloud) -> None:
    send(small_cloud, "poison")
    send(small_cloud, "fine")
    assert eventually(lambda: deliveries(small_cloud, "queue-poison") >= 2)
    assert deliveries(small_cloud, "queue-fine") == 1
    sqs = small_cloud.aws("sqs")
    sqs.purge_queue(QueueUrl=sqs.get_queue_url(QueueName="hello-queue")["QueueUrl"])


def test_a_stream_record_that_never_succeeds_is_given_up_and_the_next_one_delivered(small_cloud: EmbeddedCloud) -> None:
    put(small_cloud, "poison-1")
    put(small_cloud, "after-the-poison")
    sqs = small_cloud.aws("sqs")
    letters = sqs.get_queue_url(QueueName="hello-dead-letters")["QueueUrl"]
    letter = sqs.receive_message(QueueUrl=letters, WaitTimeSeconds=20)["Messages"][0]
    assert json.loads(letter["Body"])["requestContext"]["condition"] == "RetryAttemptsExhausted"
    # Once and two retries; the halving of a batch in between does not count as one.
    assert 3 <= deliveries(small_cloud, "stream-poison-1") <= 4
    assert eventually(lambda: deliveries(small_cloud, "stream-after-the-poison") >= 1)


@pytest.mark.usefixtures("lenient_again")
def test_a_write_that_overlaps_a_transaction_conflicts_and_one_after_it_does_not(small_cloud: EmbeddedCloud) -> None:
    small_cloud.strictness(transaction_milliseconds=3000)
    dynamodb, beside = small_cloud.aws("dynamodb"), small_cloud.aws("dynamodb")
    update = {
        "TableName": TABLE,
        "Key": {"id": {"S": "queue-contended"}},
        "UpdateExpression": "ADD n :one",
        "ExpressionAttributeValues": {":one": {"N": "1"}},
    }
    transaction = threading.Thread(target=beside.transact_write_items, kwargs={"TransactItems": [{"Update": update}]})
    transaction.start()
    assert eventually(lambda: refusal(lambda: dynamodb.update_item(**update)) == "TransactionConflictException", 2.5)
    with pytest.raises(ClientError) as other:
        dynamodb.transact_write_items(TransactItems=[{"Update": update}])
    transaction.join()
    assert refusal(lambda: dynamodb.update_item(**update)) is None
    assert other.value.response["Error"]["Code"] == "TransactionCanceledException"
    assert other.value.response["CancellationReasons"][0]["Code"] == "TransactionConflict"


def refusal(call: Callable[[], object]) -> str | None:
    try:
        call()
    except ClientError as error:
        return error.response["Error"]["Code"]
    return None


def test_strictness_refuses_what_it_does_not_know(small_cloud: EmbeddedCloud) -> None:
    with pytest.raises(Exception, match="400"):
        small_cloud.strictness(no_such_thing=1)


def run(cloud: EmbeddedCloud, request: dict[str, Any]) -> Any:
    return cloud.run_workflow("hello", request, timeout=30)


def test_a_map_runs_its_items_and_a_choice_chooses(small_cloud: EmbeddedCloud) -> None:
    ended = run(small_cloud, {"items": [{"n": 1, "item_unless": None}, {"n": 2, "item_unless": None}]})
    assert ended.succeeded
    assert [result["item"]["n"] for result in ended.output["results"]] == [1, 2]


def test_a_failure_carries_the_name_of_the_exception(small_cloud: EmbeddedCloud) -> None:
    ended = run(small_cloud, {"second_unless": "missing-note"})
    assert (ended.status, ended.error) == ("FAILED", "Refused")
    assert ended.cause == "no note 'missing-note'"


def test_a_redrive_goes_on_at_the_failed_state_with_its_input(small_cloud: EmbeddedCloud) -> None:
    failed = run(small_cloud, {"second_unless": "stage-note", "count": "before-redrive"})
    assert failed.status == "FAILED"
    described = small_cloud.aws("stepfunctions").describe_execution(executionArn=failed.arn)
    assert (described["redriveCount"], described["redriveStatus"]) == (0, "REDRIVABLE")
    put(small_cloud, "stage-note")
    redriven = small_cloud.redrive(failed, timeout=30)
    assert redriven.succeeded
    assert redriven.arn == failed.arn
    assert redriven.redrives == 1
    assert redriven.output["redrives"] == 1
    assert redriven.output["state"]["second_unless"] == "stage-note"
    assert deliveries(small_cloud, "stage-before-redrive") == 1
    described = small_cloud.aws("stepfunctions").describe_execution(executionArn=failed.arn)
    assert described["redriveStatus"] == "NOT_REDRIVABLE"


def test_a_redrive_within_a_map_repeats_only_the_failed_step_of_the_failed_item(small_cloud: EmbeddedCloud) -> None:
    # The first step of an item counts; the second fails until the note is there.
    items = [{"count": f"m{n}", "item_unless": "stage-map-note" if n == 3 else None} for n in (1, 2, 3)]
    failed = run(small_cloud, {"items": items})
    assert (failed.status, failed.error) == ("FAILED", "Refused")
    put(small_cloud, "stage-map-note")
    redriven = small_cloud.redrive(failed, timeout=30)
    assert redriven.succeeded
    assert [result["redrives"] for result in redriven.output["results"]] == [0, 0, 1]
    assert [deliveries(small_cloud, f"stage-m{n}") for n in (1, 2, 3)] == [1, 1, 1]


def test_the_first_item_that_fails_ends_a_map_and_a_redrive_begins_what_had_not_begun(
    small_cloud: EmbeddedCloud,
) -> None:
    items = [{"count": f"f{n}", "item_unless": "stage-first-note" if n == 1 else None} for n in range(1, 21)]
    failed = run(small_cloud, {"items": items})
    assert (failed.status, failed.error) == ("FAILED", "Refused")
    assert deliveries(small_cloud, "stage-f20") == 0
    put(small_cloud, "stage-first-note")
    assert small_cloud.redrive(failed, timeout=30).succeeded
    assert [deliveries(small_cloud, f"stage-f{n}") for n in range(1, 21)] == [1] * 20


def test_a_successful_execution_cannot_be_redriven(small_cloud: EmbeddedCloud) -> None:
    ended = run(small_cloud, {})
    with pytest.raises(CannotRedrive, match="only what failed"):
        small_cloud.workflows.redrive(ended.arn)


def test_a_state_of_more_than_256_kb_fails_the_execution(small_cloud: EmbeddedCloud) -> None:
    ended = run(small_cloud, {"size": 270_000})
    assert (ended.status, ended.error) == ("FAILED", "States.DataLimitExceeded")


def test_an_input_of_more_than_256_kb_is_refused(small_cloud: EmbeddedCloud) -> None:
    with pytest.raises(ClientError) as refused:
        run(small_cloud, {"text": "x" * 270_000})
    assert refused.value.response["Error"]["Code"] == "ValidationException"


def test_a_function_that_times_out_is_named_as_lambda_names_it(small_cloud: EmbeddedCloud) -> None:
    ended = run(small_cloud, {"sleep": 20})
    assert (ended.status, ended.error) == ("FAILED", "Sandbox.Timedout")
