"""cfn-lint over every template; cdk-nag has run when there is one."""

import pytest
from cfnlint.api import lint_file  # pyright: ignore[reportMissingTypeStubs]
from cfnlint.config import ManualArgs  # pyright: ignore[reportMissingTypeStubs]

from tests.infrastructure.synthesized import Deployment

# CDK writes a DependsOn beside each reference to a role, so that a function waits for the role's policy, too.
IGNORED = ["W3005"]


@pytest.mark.parametrize("stack", ["Data", "Layers", "Runtime", "Market", "Factory", "Api", "Observability"])
def test_templates_are_clean(deployment: Deployment, stack: str) -> None:
    template = deployment.assembly / f"Mam-{stack}.template.json"
    if stack == "Layers" and not template.exists():
        assert "Mam-Layers" not in deployment.templates
        return

    assert lint_file(template, config=ManualArgs(ignore_checks=IGNORED, regions=["us-east-1"])) == []
