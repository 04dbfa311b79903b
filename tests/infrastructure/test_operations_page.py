"""What docs/operations.md tells an operator to type names things that a deployment has."""

import re
from pathlib import Path

from tests.infrastructure.synthesized import Deployment

PAGE = (Path(__file__).parents[2] / "docs" / "operations.md").read_text(encoding="utf-8")


def names(aws: Deployment, kind: str, field: str) -> set[str]:
    found = {str(each.properties[field]) for each in aws.of(kind) if field in each.properties}
    assert found, f"no {kind} has a {field}"
    return found


def named(pattern: str) -> set[str]:
    found = set(re.findall(pattern, PAGE))
    assert found, pattern
    return found


def test_its_tables_are_those_of_the_templates(aws: Deployment) -> None:
    told = named(r"--table-name (mam-[a-z-]+)")
    assert {"mam-agents", "mam-market-opportunities", "mam-meters"} <= told
    assert told <= names(aws, "AWS::DynamoDB::GlobalTable", "TableName")


def test_its_workflows_are_those_of_the_templates(aws: Deployment) -> None:
    told = named(r"\$M:(mam-[a-z-]+)")
    assert told == names(aws, "AWS::StepFunctions::StateMachine", "StateMachineName")


def test_its_functions_are_those_of_the_templates(aws: Deployment) -> None:
    assert named(r"/aws/lambda/(mam-[a-z-]+)") <= names(aws, "AWS::Lambda::Function", "FunctionName")
