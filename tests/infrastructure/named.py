"""What a template names without depending on it: CloudFormation makes such things in any order, so that a deployment
works or fails by chance, and the first one mostly fails.

A reference (Ref, GetAtt, ImportValue) orders what it joins; a name written out as text does not. That takes a
DependsOn, a way of references, or a stack that is deployed after the other.
"""

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

# Which property gives a resource of a kind the name by which others could mean it.
NAMING = {
    "AWS::ApiGatewayV2::Route": "RouteKey",
    "AWS::ApiGatewayV2::Stage": "StageName",
    "AWS::CloudWatch::Alarm": "AlarmName",
    "AWS::DynamoDB::GlobalTable": "TableName",
    "AWS::ECR::Repository": "RepositoryName",
    "AWS::ECS::Cluster": "ClusterName",
    "AWS::Events::EventBus": "Name",
    "AWS::IAM::Role": "RoleName",
    "AWS::Lambda::Function": "FunctionName",
    "AWS::Lambda::LayerVersion": "LayerName",
    "AWS::Logs::LogGroup": "LogGroupName",
    "AWS::OpenSearchService::Domain": "DomainName",
    "AWS::S3::Bucket": "BucketName",
    "AWS::SNS::Topic": "TopicName",
    "AWS::SQS::Queue": "QueueName",
    "AWS::SSM::Parameter": "Name",
    "AWS::Scheduler::ScheduleGroup": "Name",
    "AWS::SecretsManager::Secret": "Name",
    "AWS::StepFunctions::StateMachine": "StateMachineName",
}
# Texts for people, and the names of other things: neither means a resource.
NOT_MEANT = {"Description", "AlarmDescription", "GroupDescription", "Tags", "PolicyName", "ServiceName"}
# What is allowed may not exist yet: IAM does not look whether it does.
POLICIES = {"AWS::IAM::Policy", "AWS::IAM::ManagedPolicy"}
# `$default` is the stage's name and the default route's key, each in a place of its own.
NO_NAMES = {"$default"}

Template = Mapping[str, Any]


@dataclass(frozen=True)
class Place:
    """A resource, or (with an empty id) the parameters of a stack."""

    stack: str
    logical_id: str

    def __str__(self) -> str:
        return f"{self.stack}/{self.logical_id or 'Parameters'}"


@dataclass(frozen=True)
class Templates:
    """The templates of a deployment by stack, and for each stack those that are deployed before it by its own word."""

    by_stack: Mapping[str, Template]
    after: Mapping[str, frozenset[str]]

    @classmethod
    def of(cls, assembly: Path) -> "Templates":
        artifacts = json.loads((assembly / "manifest.json").read_text())["artifacts"]
        stacks = {name: one for name, one in artifacts.items() if one["type"] == "aws:cloudformation:stack"}
        return cls(
            {
                name: json.loads((assembly / one["properties"]["templateFile"]).read_text())
                for name, one in stacks.items()
            },
            {name: frozenset(one.get("dependencies", ())) & stacks.keys() for name, one in stacks.items()},
        )

    @cached_property
    def names(self) -> dict[str, list[Place]]:
        found: dict[str, list[Place]] = {}
        for stack, template in self.by_stack.items():
            for logical_id, resource in template["Resources"].items():
                name = resource.get("Properties", {}).get(NAMING.get(resource["Type"], ""))
                if isinstance(name, str) and name not in NO_NAMES:
                    found.setdefault(name, []).append(Place(stack, logical_id))
        return found

    @cached_property
    def mentions(self) -> list[tuple[Place, str]]:
        """Each place that has a text in which a name occurs, with the name."""
        patterns = {name: re.compile(rf"(?<![\w.-]){re.escape(name)}(?![\w.-])") for name in self.names}
        return [
            (place, name)
            for place, text in self._texts()
            for name, pattern in patterns.items()
            if name in text and pattern.search(text)
        ]

    def _texts(self) -> Iterator[tuple[Place, str]]:
        for stack, template in self.by_stack.items():
            yield Place(stack, ""), "\n".join(texts(template.get("Parameters", {})))
            for logical_id, resource in template["Resources"].items():
                if resource["Type"] in POLICIES:
                    continue
                own = {NAMING.get(resource["Type"]), "Name"}
                properties = {key: value for key, value in resource.get("Properties", {}).items() if key not in own}
                yield Place(stack, logical_id), "\n".join(texts(properties))

    def unordered(self) -> list[str]:
        """One line for each name that a place has without waiting for the resource that bears it.

        Two resources of different kinds may bear one name: it is enough to wait for one of them.
        """
        return sorted(
            f"{place} names {name}, which it does not depend on ({', '.join(map(str, self.names[name]))})"
            for place, name in self.mentions
            if not any(self.waits(place, bearer) for bearer in self.names[name])
        )

    def waits(self, place: Place, bearer: Place) -> bool:
        if place.stack != bearer.stack:
            return bearer.stack in self._before(place.stack)
        return place == bearer or bearer.logical_id in self._needed(place)

    def _before(self, stack: str) -> set[str]:
        return _reached(stack, lambda each: self.after.get(each, frozenset()))

    def _needed(self, place: Place) -> set[str]:
        resources = self.by_stack[place.stack]["Resources"]
        return _reached(place.logical_id, lambda each: references(resources.get(each, {})) & resources.keys())


def _reached(start: str, neighbours: Any) -> set[str]:
    found: set[str] = set()
    waiting = [start]
    while waiting:
        for each in neighbours(waiting.pop()):
            if each not in found:
                found.add(each)
                waiting.append(each)
    return found


def texts(value: Any) -> Iterator[str]:
    """Every text and key in it, but for references and what means no resource."""
    match value:
        case str():
            yield value
        case list():
            for item in value:
                yield from texts(item)
        case dict():
            for key, item in value.items():
                if key not in NOT_MEANT and key not in {"Ref", "Fn::GetAtt", "Fn::ImportValue"}:
                    yield key
                    yield from texts(item)
        case _:
            pass


def references(value: Any) -> set[str]:
    """Logical ids that a resource waits for."""
    match value:
        case {"Ref": str() as name} if len(value) == 1:
            return {name}
        case {"Fn::GetAtt": [str() as name, *_]} if len(value) == 1:
            return {name}
        case {"Fn::Sub": str() as text} if len(value) == 1:
            return set(re.findall(r"\$\{(\w+)", text))
        case dict():
            named = value.get("DependsOn", [])
            return set([named] if isinstance(named, str) else named).union(*map(references, value.values()))
        case list():
            return set().union(*map(references, value))
        case _:
            return set()
