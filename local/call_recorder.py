"""Writes down what a function asks of AWS, as the actions and ARNs that its role has to allow.

Switched on by MAM_RECORD_CALLS=<folder> in the function host's environment, or called by a test. Each process writes
a file of its own, one JSON line per new (action, resource); tests/infrastructure compares them with the roles.
"""

import json
import os
import re
from collections.abc import Callable, Iterator
from functools import cached_property, wraps
from pathlib import Path
from typing import Any

from shared.values import Json

VARIABLE = "MAM_RECORD_CALLS"
PREFIX = "arn:aws"
HERE = "us-east-1:000000000000"
BUCKET = "ARTIFACTS"

# An execution or a run of a Map: their names are made when they start, that of the state machine is known.
_OF_ONE_MACHINE = re.compile(r"(:(?:execution|mapRun):[\w-]+[:/]).*")

Call = tuple[str, str]


def record_calls(function: str, folder: Path) -> Callable[[], None]:
    """From now on, whatever this process asks of AWS is the function's. Returns what ends that."""
    record = Record(function, folder)
    undo = [_watch_sdk(record), _watch_registry(record), _watch_search(record)]

    def end() -> None:
        for each in undo:
            each()

    return end


def _replace(owner: Any, name: str, replacement: Any) -> Callable[[], None]:
    original = vars(owner)[name]
    setattr(owner, name, replacement)
    return lambda: setattr(owner, name, original)


class Record:
    def __init__(self, function: str, folder: Path) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._file = folder / f"{function}.{os.getpid()}.jsonl"
        self._known: set[Call] = set()

    def add(self, calls: Iterator[Call] | list[Call]) -> None:
        for call in calls:
            if call not in self._known:
                self._known.add(call)
                # Again each time: whoever reads recordings may clear the folder while functions still run.
                self._file.parent.mkdir(parents=True, exist_ok=True)
                with self._file.open("a") as file:
                    file.write(json.dumps(call) + "\n")


def recorded(folder: Path) -> dict[str, set[Call]]:
    """Everything below a folder of recordings: function name to its calls."""
    found: dict[str, set[Call]] = {}
    for file in sorted(folder.glob("*.jsonl")):
        calls = found.setdefault(file.name.split(".")[0], set())
        calls |= {(action, resource) for action, resource in map(json.loads, file.read_text().splitlines())}
    return found


def _watch_sdk(record: Record) -> Callable[[], None]:
    from botocore.client import BaseClient
    from botocore.exceptions import ClientError

    client: Any = BaseClient
    original: Callable[..., Json] = client._make_api_call

    @wraps(original)
    def make_api_call(self: Any, operation: str, parameters: Json) -> Json:
        service = self.meta.service_model.service_name
        record.add(calls_of(service, operation, parameters))
        try:
            return original(self, operation, parameters)
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code")
            if service == "s3" and code in {"404", "NoSuchKey", "NotFound"}:
                # S3 tells that an object is missing only to those who may list the bucket.
                record.add([("s3:ListBucket", _bucket(parameters))])
            raise

    return _replace(client, "_make_api_call", make_api_call)


def calls_of(service: str, operation: str, parameters: Json) -> Iterator[Call]:
    """The permissions that one call of an SDK client takes."""
    match service:
        case "dynamodb":
            yield from _dynamodb(operation, parameters)
        case "s3":
            yield from _s3(operation, parameters)
        case "ecs":
            yield from _ecs(operation, parameters)
        case "lambda":
            name = parameters["FunctionName"].rpartition(":")[2]
            yield "lambda:InvokeFunction", f"{PREFIX}:lambda:{HERE}:function:{name}"
        case "sqs":
            yield f"sqs:{operation}", f"{PREFIX}:sqs:{HERE}:{parameters['QueueUrl'].rpartition('/')[2]}"
        case "ecr" if "repositoryName" in parameters:
            yield f"ecr:{operation}", f"{PREFIX}:ecr:{HERE}:repository/{parameters['repositoryName']}"
        case "sesv2":
            domain = parameters["FromEmailAddress"].rpartition("@")[2]
            yield f"ses:{operation}", f"{PREFIX}:ses:{HERE}:identity/{domain}"
        case "secretsmanager":
            yield f"secretsmanager:{operation}", parameters["SecretId"]
        case "stepfunctions":
            arn = parameters.get("executionArn") or parameters.get("mapRunArn") or "*"
            yield f"states:{operation}", _OF_ONE_MACHINE.sub(r"\1*", arn)
        case _:
            yield f"{service}:{operation}", "*"


def _dynamodb(operation: str, parameters: Json) -> Iterator[Call]:
    if operation in {"BatchGetItem", "BatchWriteItem"}:
        for table in parameters["RequestItems"]:
            yield f"dynamodb:{operation}", _table(table)
    elif operation in {"TransactWriteItems", "TransactGetItems"}:
        single = {"Put": "PutItem", "Update": "UpdateItem", "Delete": "DeleteItem", "Get": "GetItem"}
        for item in parameters["TransactItems"]:
            for kind, request in item.items():
                yield f"dynamodb:{single.get(kind, 'ConditionCheckItem')}", _table(request["TableName"])
    else:
        index = f"/index/{parameters['IndexName']}" if "IndexName" in parameters else ""
        yield f"dynamodb:{operation}", _table(parameters["TableName"]) + index


def _table(name: str) -> str:
    return f"{PREFIX}:dynamodb:{HERE}:table/{name.rpartition('/')[2]}"


def _s3(operation: str, parameters: Json) -> Iterator[Call]:
    if operation in {"HeadBucket", "ListObjectsV2", "ListObjects"}:
        yield "s3:ListBucket", _bucket(parameters)
    else:
        # A key's first part decides what a role may touch; the rest is ids.
        action = {"HeadObject": "GetObject"}.get(operation, operation)
        first, slash, _ = parameters["Key"].partition("/")
        yield f"s3:{action}", f"{_bucket(parameters)}/{first}{slash}{'*' if slash else ''}"


def _bucket(parameters: Json) -> str:
    """There is one bucket of ours, whose name is made by the deployment; another is the deployment's own."""
    ours = parameters["Bucket"] == os.environ.get("ARTIFACTS_BUCKET")
    return f"{PREFIX}:s3:::{BUCKET if ours else 'DEPLOYMENT'}"


def _ecs(operation: str, parameters: Json) -> Iterator[Call]:
    cluster = parameters.get("cluster", "")
    if operation in {"RegisterTaskDefinition", "RunTask"}:
        # RunTask names the family, or the revision that was just registered; what is checked is the revision.
        named = str(parameters.get("family") or parameters["taskDefinition"])
        definition = named.rpartition("/")[2].partition(":")[0]
        resource = f"{PREFIX}:ecs:{HERE}:task-definition/{_without_ids(definition)}:*"
        yield f"ecs:{operation}", resource
        if parameters.get("tags"):
            yield "ecs:TagResource", resource
        yield "iam:PassRole", parameters.get("executionRoleArn") or os.environ["AGENT_EXECUTION_ROLE"]
    elif operation == "DescribeClusters":
        for name in parameters["clusters"]:
            yield f"ecs:{operation}", f"{PREFIX}:ecs:{HERE}:cluster/{name}"
    elif operation in {"DescribeTasks", "StopTask"}:
        yield f"ecs:{operation}", f"{PREFIX}:ecs:{HERE}:task/{cluster}/*"
    else:
        yield f"ecs:{operation}", "*"


def _without_ids(family: str) -> str:
    return "-".join([*family.split("-")[:2], "*"])


# What ECR checks for each kind of request of the OCI distribution protocol.
REGISTRY = (
    ("HEAD|GET", r"manifests/", "BatchGetImage"),
    ("GET", r"blobs/sha256:", "GetDownloadUrlForLayer"),
    ("HEAD", r"blobs/sha256:", "BatchCheckLayerAvailability"),
    ("POST", r"blobs/uploads/", "InitiateLayerUpload"),
    ("PATCH", r"", "UploadLayerPart"),
    ("PUT", r"manifests/", "PutImage"),
    ("PUT", r"", "CompleteLayerUpload"),
)


def _watch_registry(record: Record) -> Callable[[], None]:
    from shared.adapters.oci_http import OciRepository

    repository: Any = OciRepository
    original: Callable[..., Json] = repository._send

    @wraps(original)
    def send(self: Any, method: str, path: str, *arguments: Any, **options: Any) -> Json:
        name = re.sub(r"^.*/v2/|/$", "", self._base)
        if name == os.environ.get("AGENT_REPOSITORY"):
            action = next(a for methods, at, a in REGISTRY if method in methods.split("|") and re.search(at, path))
            record.add([(f"ecr:{action}", f"{PREFIX}:ecr:{HERE}:repository/{name}")])
        return original(self, method, path, *arguments, **options)

    return _replace(repository, "_send", send)


def _watch_search(record: Record) -> Callable[[], None]:
    """opensearch-py is heavy and few functions load it: it is watched from the moment that one does."""
    from shared.adapters.catalogue_search import CatalogSearch

    search: Any = CatalogSearch
    original: Any = search.__dict__["_client"]

    def client(self: Any) -> Any:
        made = original.func(self)
        perform = made.transport.perform_request

        def perform_request(method: str, url: str, *arguments: Any, **options: Any) -> Json:
            path = re.sub(r"(_doc)/[^/]+$", r"\1/*", url.strip("/").partition("?")[0])
            resource = f"{PREFIX}:es:{HERE}:domain/mam-agents/{path}"
            record.add([(f"es:ESHttp{method.title()}", resource)])
            return perform(method, url, *arguments, **options)

        made.transport.perform_request = perform_request
        return made

    replaced: Any = cached_property(client)
    replaced.__set_name__(search, "_client")
    return _replace(search, "_client", replaced)
