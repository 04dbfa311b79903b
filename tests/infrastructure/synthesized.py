"""The synthesized templates of a target, with references resolved to the names and ARNs they would have."""

import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, TypeVar

from infra_cdk.app import ROOT, build
from infra_cdk.config import Target
from infra_cdk.settings import Settings

ASSEMBLIES = ROOT / ".build" / "tests"
ACCOUNT = "000000000000"
REGION = "us-east-1"
PSEUDO = {
    "AWS::AccountId": ACCOUNT,
    "AWS::Region": REGION,
    "AWS::Partition": "aws",
    "AWS::URLSuffix": "amazonaws.com",
}
# How the ARN of a resource follows from its physical name, for the types whose ARNs policies hold.
ARNS = {
    "AWS::DynamoDB::GlobalTable": "arn:aws:dynamodb:{region}:{account}:table/{TableName}",
    "AWS::ECR::Repository": "arn:aws:ecr:{region}:{account}:repository/{RepositoryName}",
    "AWS::IAM::Role": "arn:aws:iam::{account}:role/{RoleName}",
    "AWS::Lambda::Function": "arn:aws:lambda:{region}:{account}:function:{FunctionName}",
    "AWS::Logs::LogGroup": "arn:aws:logs:{region}:{account}:log-group:{LogGroupName}:*",
    "AWS::OpenSearchService::Domain": "arn:aws:es:{region}:{account}:domain/{DomainName}",
    "AWS::SQS::Queue": "arn:aws:sqs:{region}:{account}:{QueueName}",
    "AWS::S3::Bucket": "arn:aws:s3:::{BucketName}",
    "AWS::StepFunctions::StateMachine": "arn:aws:states:{region}:{account}:stateMachine:{StateMachineName}",
}
NAMES = {
    "AWS::DynamoDB::GlobalTable": "TableName",
    "AWS::ECR::Repository": "RepositoryName",
    "AWS::ECS::Cluster": "ClusterName",
    "AWS::IAM::Role": "RoleName",
    "AWS::Lambda::Function": "FunctionName",
    "AWS::Logs::LogGroup": "LogGroupName",
    "AWS::S3::Bucket": "BucketName",
    "AWS::SecretsManager::Secret": "Name",
}


Item = TypeVar("Item")


def every(items: Iterable[Item], what: str = "items") -> list[Item]:
    """What a test loops over. With nothing in it, every loop succeeds; so this fails."""
    listed = list(items)
    assert listed, f"there are no {what} to look at"
    return listed


@dataclass(frozen=True)
class Resource:
    """One resource of one stack. `properties` is resolved: no intrinsic functions are left that we know of."""

    stack: str
    logical_id: str
    kind: str
    properties: dict[str, Any]
    raw: dict[str, Any]


@dataclass(frozen=True)
class Deployment:
    """All stacks of a cloud assembly."""

    assembly: Path

    @cached_property
    def templates(self) -> dict[str, dict[str, Any]]:
        return {
            file.name.removesuffix(".template.json"): json.loads(file.read_text())
            for file in every(sorted(self.assembly.glob("*.template.json")), "templates")
        }

    @cached_property
    def resources(self) -> list[Resource]:
        return [
            Resource(stack, logical_id, raw["Type"], self.resolve(stack, raw.get("Properties", {})), raw)
            for stack, template in self.templates.items()
            for logical_id, raw in template.get("Resources", {}).items()
        ]

    def of(self, kind: str) -> list[Resource]:
        """All resources of a kind, of which there have to be some: a loop over none would prove nothing."""
        return every(self.any_of(kind), kind)

    def any_of(self, kind: str) -> list[Resource]:
        """All resources of a kind that there may be none of."""
        return [resource for resource in self.resources if resource.kind == kind]

    @cached_property
    def functions(self) -> dict[str, Resource]:
        """The product's own functions by their name; CDK's helpers for custom resources have none."""
        named = [one for one in self.of("AWS::Lambda::Function") if "FunctionName" in one.properties]
        return {function.properties["FunctionName"]: function for function in every(named, "functions")}

    def statements_of(self, function: str) -> list[dict[str, Any]]:
        """What the function's role allows, from every policy attached to it."""
        role = self.functions[function].properties["Role"]
        found: list[dict[str, Any]] = []
        for policy in self.any_of("AWS::IAM::Policy"):
            names = [f"arn:aws:iam::{ACCOUNT}:role/{name}" for name in policy.properties.get("Roles", [])]
            if policy.stack == self.functions[function].stack and role in names:
                found += policy.properties["PolicyDocument"]["Statement"]
        return found

    def resolve(self, stack: str, value: Any) -> Any:
        if isinstance(value, list):
            return [self.resolve(stack, item) for item in value]
        if not isinstance(value, dict):
            return value
        if len(value) == 1:
            ((key, argument),) = value.items()
            if key == "Ref":
                return self._ref(stack, argument)
            if key == "Fn::GetAtt":
                return self._attribute(stack, *argument)
            if key == "Fn::ImportValue":
                return self._import(argument)
            if key == "Fn::Join":
                return argument[0].join(str(self.resolve(stack, part)) for part in argument[1])
            if key == "Fn::Sub" and isinstance(argument, str):
                for name, text in PSEUDO.items():
                    argument = argument.replace(f"${{{name}}}", text)
                return argument
        return {key: self.resolve(stack, item) for key, item in value.items()}

    def _ref(self, stack: str, name: str) -> str:
        if name in PSEUDO:
            return PSEUDO[name]
        raw = self.templates[stack]["Resources"].get(name)
        if raw is None:
            return f"<{name}>"
        return str(self.resolve(stack, raw.get("Properties", {}).get(NAMES.get(raw["Type"], ""), f"<{name}>")))

    def _attribute(self, stack: str, logical_id: str, attribute: str) -> str:
        raw = self.templates[stack]["Resources"][logical_id]
        if attribute == "StreamArn":
            return f"{self._attribute(stack, logical_id, 'Arn')}/stream/*"
        if attribute != "Arn" or raw["Type"] not in ARNS:
            return f"<{logical_id}.{attribute}>"
        name = NAMES.get(raw["Type"], "")
        properties = {name: f"<{logical_id}>"} | {
            key: self.resolve(stack, item) for key, item in raw.get("Properties", {}).items()
        }
        return ARNS[raw["Type"]].format(region=REGION, account=ACCOUNT, **properties)

    def _import(self, name: str) -> str:
        for stack, template in self.templates.items():
            for output in template.get("Outputs", {}).values():
                if output.get("Export", {}).get("Name") == name:
                    return str(self.resolve(stack, output["Value"]))
        raise KeyError(f"no stack exports {name}")


def synthesized_beside(target: Target) -> Deployment:
    """A second deployment in the same account: of another prefix, in one zone, without search, its alarms mailed."""
    settings = Settings(prefix="shop", zones=("c",), search=False, alarm_email="ops@example.org")
    return Deployment(build(target, ASSEMBLIES / f"other-{target}", layers="empty", checks=True, settings=settings))


def synthesized(target: Target) -> Deployment:
    """With cdk-nag's checks: a finding that nobody acknowledged ends it."""
    return Deployment(build(target, ASSEMBLIES / target, layers="empty", checks=True))
