"""cfn-lint over every template; cdk-nag has run when there is one."""

import json
from pathlib import Path

from cfnlint.api import lint_by_config  # pyright: ignore[reportMissingTypeStubs]
from cfnlint.config import ManualArgs  # pyright: ignore[reportMissingTypeStubs]

from tests.infrastructure.synthesized import Deployment

# CDK writes a DependsOn beside each reference to a role, so that a function waits for the role's policy, too.
IGNORED = ["W3005"]


def findings(templates: list[Path]) -> list[str]:
    options = ManualArgs(templates=[str(file) for file in templates], ignore_checks=IGNORED, regions=["us-east-1"])
    return [f"{match.filename}: {match.rule.id} {match.message}" for match in lint_by_config(options)]


def test_templates_are_clean(deployment: Deployment) -> None:
    templates = [deployment.assembly / f"{stack}.template.json" for stack in deployment.templates]

    assert templates
    assert findings(templates) == []


def test_a_wrong_template_is_found(tmp_path: Path) -> None:
    wrong = tmp_path / "wrong.template.json"
    queue = {"Type": "AWS::SQS::Queue", "Properties": {"VisibilityTimeout": "for ever"}}
    wrong.write_text(json.dumps({"Resources": {"Queue": queue}}))

    assert findings([wrong])
