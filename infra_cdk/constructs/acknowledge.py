"""Findings of cdk-nag that stand, each with the reason why."""

from typing import Any, cast

from aws_cdk import Acknowledgment, Stack, Validations
from constructs import IConstruct


def acknowledge(construct: IConstruct, reasons: dict[str, str]) -> None:
    """Accept the findings named by the keys (rule ids without the pack's prefix) on this construct and below."""
    Validations.of(construct).acknowledge(
        *(Acknowledgment(id=f"AwsSolutions::AwsSolutions-{rule}", reason=reason) for rule, reason in reasons.items())
    )


def acknowledge_wildcards(construct: IConstruct, resources: list[str], reason: str) -> None:
    """Accept that a role's policy names these resources by a pattern."""
    stack = Stack.of(construct)
    patterns = [resource for resource in resources if "*" in resource]
    acknowledge(construct, {f"IAM5[Resource::{as_reported(stack.resolve(pattern))}]": reason for pattern in patterns})


def as_reported(value: object) -> str:
    """A resolved template value the way the findings print it: references in angle brackets, imports by their name."""
    match value:
        case {"Ref": str() as name}:
            return f"<{name}>"
        case {"Fn::GetAtt": [str() as name, str() as attribute]}:
            return f"<{name}.{attribute}>"
        case {"Fn::ImportValue": str() as name}:
            return name
        case {"Fn::Join": [str() as glue, list() as parts]}:
            return glue.join(as_reported(part) for part in cast(list[Any], parts))
        case _:
            return str(value)
