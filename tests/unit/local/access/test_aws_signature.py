"""Signatures that botocore makes are believed as they are, and as nothing else."""

from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlsplit

import boto3
import pytest
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.config import Config

from local.access.aws_signature import is_signed
from local.access.credentials import Credentials
from local.access.gate import Call

OURS = Credentials(b"o" * 32)
THEIRS = Credentials(b"t" * 32)


def sent(service: str, operation: str, *, keys: Credentials = OURS, **arguments: Any) -> tuple[Call, bytes]:
    """What boto3 would put on the wire."""
    client = boto3.client(
        service,
        endpoint_url="http://127.0.0.1:9001",
        region_name="us-east-1",
        aws_access_key_id=keys.aws_access_key_id,
        aws_secret_access_key=keys.aws_secret_access_key,
        config=Config(s3={"addressing_style": "path"}, retries={"max_attempts": 0}),
    )
    caught: list[Any] = []

    def catch(request: Any, **_: Any) -> Any:
        caught.append(request)
        raise InterruptedError

    client.meta.events.register("before-send", catch)
    with pytest.raises(InterruptedError):
        getattr(client, operation)(**arguments)
    return as_call(caught[0].method, caught[0].url, caught[0].headers), as_bytes(caught[0].body)


def as_call(method: str, url: str, headers: Any = None) -> Call:
    parts = urlsplit(url)
    given = {
        name.lower(): value.decode() if isinstance(value, bytes) else value for name, value in (headers or {}).items()
    }
    return Call(method, parts.path or "/", parts.query, {"host": parts.netloc, **given})


def as_bytes(body: Any) -> bytes:
    if body is None:
        return b""
    if isinstance(body, str):
        return body.encode()
    return body if isinstance(body, bytes) else body.read()


REQUESTS: list[tuple[str, str, dict[str, Any]]] = [
    ("dynamodb", "get_item", {"TableName": "t", "Key": {"a": {"S": "ü"}}}),
    ("s3", "get_object", {"Bucket": "b", "Key": "a folder/ü +%.json"}),
    ("s3", "list_objects_v2", {"Bucket": "b", "Prefix": "a b/", "StartAfter": "x=y&z"}),
    ("sqs", "send_message", {"QueueUrl": "http://127.0.0.1:9001/000000000000/q", "MessageBody": "hello"}),
    ("lambda", "get_function", {"FunctionName": "arn:aws:lambda:us-east-1:000000000000:function:x:1"}),
    ("apigatewayv2", "get_apis", {}),
    ("cloudformation", "describe_stacks", {"StackName": "a"}),
    ("ecs", "list_tasks", {"cluster": "c"}),
]


@pytest.mark.parametrize(("service", "operation", "arguments"), REQUESTS)
def test_what_boto3_signs_with_our_keys_is_believed_and_with_others_not(
    service: str, operation: str, arguments: dict[str, Any]
) -> None:
    call, body = sent(service, operation, **arguments)
    assert is_signed(call, body, OURS)
    assert not is_signed(call, body, THEIRS)
    assert not is_signed(*sent(service, operation, keys=THEIRS, **arguments), OURS)


def test_a_signature_holds_for_its_own_request_only() -> None:
    call, body = sent("dynamodb", "get_item", TableName="t", Key={"a": {"S": "1"}})
    assert is_signed(call, body, OURS)
    assert not is_signed(call, body.replace(b'"t"', b'"u"'), OURS)
    for changed in (
        Call("GET", call.path, call.query, call.headers),
        Call(call.method, "/other", call.query, call.headers),
        Call(call.method, call.path, "a=b", call.headers),
        Call(call.method, call.path, call.query, {**call.headers, "x-amz-target": "DynamoDB_20120810.DeleteTable"}),
        Call(call.method, call.path, call.query, {**call.headers, "host": "127.0.0.1:1"}),
        Call(call.method, call.path, call.query, {**call.headers, "authorization": call.headers["authorization"][:-1]}),
        Call(call.method, call.path, call.query, {}),
    ):
        assert not is_signed(changed, body, OURS)


def test_a_body_whose_hash_is_stated_has_that_hash() -> None:
    call, body = sent("s3", "put_object", Bucket="b", Key="k", Body=b"content")
    assert is_signed(call, body, OURS)
    assert not is_signed(call, b"other content", OURS) or "x-amz-content-sha256" not in call.headers


def test_a_signature_grows_old() -> None:
    call, body = sent("dynamodb", "list_tables")
    now = datetime.now(UTC)
    assert is_signed(call, body, OURS, now + timedelta(minutes=14))
    assert not is_signed(call, body, OURS, now + timedelta(minutes=16))
    assert not is_signed(call, body, OURS, now - timedelta(minutes=16))


def presigned(keys: Credentials, seconds: int = 60) -> Call:
    client = boto3.client(
        "s3",
        endpoint_url="http://127.0.0.1:9001",
        region_name="us-east-1",
        aws_access_key_id=keys.aws_access_key_id,
        aws_secret_access_key=keys.aws_secret_access_key,
        config=Config(signature_version="s3v4", s3={"addressing_style": "path"}),
    )
    url = client.generate_presigned_url("get_object", Params={"Bucket": "b", "Key": "a b/ü"}, ExpiresIn=seconds)
    return as_call("GET", url)


def test_a_presigned_address_is_believed_while_it_holds_and_as_it_was_signed() -> None:
    call, now = presigned(OURS), datetime.now(UTC)
    assert is_signed(call, b"", OURS)
    assert not is_signed(presigned(THEIRS), b"", OURS)
    assert not is_signed(call, b"", OURS, now + timedelta(seconds=70))
    assert not is_signed(Call("PUT", call.path, call.query, call.headers), b"", OURS)
    assert not is_signed(Call("GET", "/b/other", call.query, call.headers), b"", OURS)
    longer = call.query.replace("X-Amz-Expires=60", "X-Amz-Expires=600000")
    assert not is_signed(Call("GET", call.path, longer, call.headers), b"", OURS)


@pytest.mark.parametrize(
    "authorization",
    ["", "Bearer x", "AWS4-HMAC-SHA256", "AWS4-HMAC-SHA256 Credential=a/b, SignedHeaders=host, Signature=", "AWS a:b"],
)
def test_anything_else_is_no_signature(authorization: str) -> None:
    assert not is_signed(Call("GET", "/", "", {"host": "h", "authorization": authorization}), b"", OURS)
    assert not is_signed(Call("GET", "/", "X-Amz-Algorithm=AWS4-HMAC-SHA256&X-Amz-Expires=-1", {}), b"", OURS)


def test_without_a_secret_nobody_is_believed() -> None:
    nobody = Credentials(b"")
    request = AWSRequest("GET", "http://127.0.0.1:9001/", headers={"host": "127.0.0.1:9001"})
    keys = boto3.Session(nobody.aws_access_key_id, nobody.aws_secret_access_key).get_credentials()
    SigV4Auth(keys, "s3", "us-east-1").add_auth(request)
    assert not is_signed(as_call("GET", request.url, dict(request.headers.items())), b"", nobody)
