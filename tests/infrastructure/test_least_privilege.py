"""Each role allows what its function was seen doing, and nothing else."""

import json
from collections.abc import Iterator
from fnmatch import fnmatchcase

import pytest

from local.call_recorder import BUCKET, Call
from tests.infrastructure.recorded_calls import FILE, known_calls
from tests.infrastructure.synthesized import Deployment, every
from tests.infrastructure.test_wiring import FOLDERS, function_name

# What Lambda itself does for a function: its log, its place in the VPC, reading its event source, and
# putting away what it cannot process.
BY_LAMBDA = {
    "logs:CreateLogStream",
    "logs:PutLogEvents",
    "ec2:CreateNetworkInterface",
    "ec2:DescribeNetworkInterfaces",
    "ec2:DeleteNetworkInterface",
    "ec2:AssignPrivateIpAddresses",
    "ec2:UnassignPrivateIpAddresses",
    "ec2:DescribeSubnets",
    "sqs:ReceiveMessage",
    "sqs:ChangeMessageVisibility",
    "sqs:GetQueueUrl",
    "sqs:DeleteMessage",
    "dynamodb:DescribeStream",
    "dynamodb:GetRecords",
    "dynamodb:GetShardIterator",
    "dynamodb:ListStreams",
}
PUTTING_AWAY = {"sqs:SendMessage", "sqs:GetQueueAttributes"}
NAMES = [function_name(folder) for folder in FOLDERS]


def granted(deployment: Deployment, name: str) -> set[Call]:
    return {call for statement in every(deployment.statements_of(name), "statements") for call in _calls(statement)}


def _calls(statement: dict[str, object]) -> Iterator[Call]:
    assert statement["Effect"] == "Allow"
    for action in _listed(statement["Action"]):
        for resource in _listed(statement["Resource"]):
            yield action, _comparable(resource)


def _listed(value: object) -> list[str]:
    return [value] if isinstance(value, str) else list(value)  # pyright: ignore[reportArgumentType]


def _comparable(resource: str) -> str:
    """Buckets are named by CloudFormation; secrets are asked for by name and granted by ARN."""
    if resource.startswith("arn:aws:s3:::<Artifacts"):
        return f"arn:aws:s3:::{BUCKET}" + resource.partition(">")[2]
    if resource.startswith("arn:aws:s3:::cdk-"):
        return "arn:aws:s3:::DEPLOYMENT/*"
    return resource


def is_by_lambda(call: Call, deployment: Deployment, name: str) -> bool:
    action, resource = call
    if action in BY_LAMBDA:
        return True
    is_source = any(
        action == "sqs:GetQueueAttributes" and source.properties["EventSourceArn"] == resource
        for source in deployment.of("AWS::Lambda::EventSourceMapping")
        if source.properties["FunctionName"] == name
    )
    return is_source or (action in PUTTING_AWAY and resource.endswith("-dead-letters"))


@pytest.mark.parametrize("name", NAMES)
def test_a_role_allows_what_its_function_does(aws: Deployment, name: str) -> None:
    allowed = granted(aws, name)

    missing = {
        f"{name} was seen doing {action} on {resource}: let it, or take the line out of {FILE.name} if that is over"
        for action, resource in known_calls().get(name, set())
        if not any(action == granted_action and fnmatchcase(resource, pattern) for granted_action, pattern in allowed)
    }

    assert not missing, "\n".join(sorted(missing))


@pytest.mark.parametrize("name", NAMES)
def test_a_role_allows_nothing_that_its_function_was_never_seen_doing(aws: Deployment, name: str) -> None:
    seen = known_calls().get(name, set())

    unused = {
        f"{name} may do {action} on {pattern} and was never seen doing so: `make generated` records its sample event"
        for action, pattern in granted(aws, name)
        if not is_by_lambda((action, pattern), aws, name)
        and not any(action == seen_action and fnmatchcase(resource, pattern) for seen_action, resource in seen)
    }

    assert not unused, "\n".join(sorted(unused))


def test_nothing_is_traced_and_nothing_may_trace(deployment: Deployment) -> None:
    """A request's story is put together from logs, so no role needs a grant on all resources for it."""
    assert deployment.templates
    for name, template in every(deployment.templates.items()):
        text = json.dumps(template)
        assert not [word for word in ("xray:", "TracingConfig", "XrayEnabled") if word in text], name
