"""Which permissions a call takes, and where they are written down."""

import json
from pathlib import Path
from typing import Any

import boto3
import pytest
from moto import mock_aws

from local.call_recorder import calls_of, record_calls, recorded

TABLE = "arn:aws:dynamodb:us-east-1:000000000000:table/mam-agents"
ROLE = "arn:aws:iam::000000000000:role/mam-agent-execution"
DEFINITION = "arn:aws:ecs:us-east-1:000000000000:task-definition/mam-agents-*:*"


@pytest.mark.parametrize(
    ("service", "operation", "parameters", "expected"),
    [
        ("dynamodb", "GetItem", {"TableName": "mam-agents"}, [("dynamodb:GetItem", TABLE)]),
        (
            "dynamodb",
            "Query",
            {"TableName": "mam-agents", "IndexName": "by_status"},
            [("dynamodb:Query", f"{TABLE}/index/by_status")],
        ),
        (
            "dynamodb",
            "TransactWriteItems",
            {"TransactItems": [{"Put": {"TableName": "mam-agents"}}, {"ConditionCheck": {"TableName": "mam-agents"}}]},
            [("dynamodb:PutItem", TABLE), ("dynamodb:ConditionCheckItem", TABLE)],
        ),
        ("s3", "HeadObject", {"Bucket": "b", "Key": "scans/1/x"}, [("s3:GetObject", "arn:aws:s3:::ARTIFACTS/scans/*")]),
        ("s3", "HeadBucket", {"Bucket": "b"}, [("s3:ListBucket", "arn:aws:s3:::ARTIFACTS")]),
        (
            "ecs",
            "RunTask",
            {"taskDefinition": DEFINITION.replace("*:*", "slug-1-abc:3"), "executionRoleArn": ROLE},
            [("ecs:RunTask", DEFINITION), ("iam:PassRole", ROLE)],
        ),
        (
            "ecs",
            "RegisterTaskDefinition",
            {"family": "mam-agents-slug-1-abc", "executionRoleArn": ROLE, "tags": [{}]},
            [("ecs:RegisterTaskDefinition", DEFINITION), ("ecs:TagResource", DEFINITION), ("iam:PassRole", ROLE)],
        ),
        (
            "secretsmanager",
            "GetSecretValue",
            {"SecretId": "mam/reddit"},
            [("secretsmanager:GetSecretValue", "mam/reddit")],
        ),
    ],
)
def test_calls_become_permissions(
    service: str, operation: str, parameters: Any, expected: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ARTIFACTS_BUCKET", "b")

    assert list(calls_of(service, operation, parameters)) == expected


@pytest.mark.parametrize(
    ("arn", "resource"),
    [
        ("execution:mam-market-scan:s1", "execution:mam-market-scan:*"),
        ("execution:mam-market-scan/extract_problems:i1", "execution:mam-market-scan/*"),
    ],
)
def test_an_execution_is_one_of_its_machine(arn: str, resource: str) -> None:
    parameters = {"executionArn": f"arn:aws:states:us-east-1:000000000000:{arn}"}
    assert list(calls_of("stepfunctions", "DescribeExecution", parameters)) == [
        ("states:DescribeExecution", f"arn:aws:states:us-east-1:000000000000:{resource}")
    ]


@mock_aws
def test_a_missing_object_takes_leave_to_list(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ARTIFACTS_BUCKET", "bucket")
    s3 = boto3.client("s3")
    s3.create_bucket(Bucket="bucket")
    end = record_calls("mam-test", tmp_path)

    with pytest.raises(s3.exceptions.NoSuchKey):
        s3.get_object(Bucket="bucket", Key="builds/nothing.json")
    end()
    s3.list_objects_v2(Bucket="bucket")

    assert recorded(tmp_path) == {
        "mam-test": {("s3:GetObject", "arn:aws:s3:::ARTIFACTS/builds/*"), ("s3:ListBucket", "arn:aws:s3:::ARTIFACTS")}
    }


@mock_aws
def test_a_call_is_written_once(tmp_path: Path) -> None:
    end = record_calls("mam-test", tmp_path)
    for _ in range(3):
        boto3.client("ecr").get_authorization_token()
    end()

    [file] = tmp_path.iterdir()
    assert [json.loads(line) for line in file.read_text().splitlines()] == [["ecr:GetAuthorizationToken", "*"]]
