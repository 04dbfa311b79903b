"""Functions that hash passwords have the room for it, are held tighter, and nobody may invoke set_role by a route."""

import ast

from infra_cdk.app import ROOT
from infra_cdk.config import ONE_VCPU_MB
from tests.infrastructure.synthesized import Deployment, every

HASHING = {"mam-change-email", "mam-login", "mam-register", "mam-reset-password"}


def hashing_functions() -> set[str]:
    """Those whose own modules give a password to bcrypt."""
    return {
        f"mam-{file.parent.name.replace('_', '-')}"
        for file in (ROOT / "functions" / "accounts").glob("*/*.py")
        for node in ast.walk(ast.parse(file.read_text()))
        if isinstance(node, ast.Name) and node.id == "digest_password"
    }


def test_what_hashes_a_password_has_a_whole_vcpu(deployment: Deployment) -> None:
    """Cost 12 takes .2 to .3 s of one: half a second on Lambda leaves room for the tables."""
    assert hashing_functions() == HASHING
    memory = {name: deployment.functions[name].properties["MemorySize"] for name in HASHING}
    assert memory == dict.fromkeys(HASHING, ONE_VCPU_MB)


def test_what_hashes_a_password_is_throttled_at_the_gateway(deployment: Deployment) -> None:
    [stage] = deployment.of("AWS::ApiGatewayV2::Stage")
    settings = stage.properties["RouteSettings"]
    for path in ("/auth/login", "/auth/register", "/auth/reset-password", "/me/email"):
        assert settings[f"POST /api/v1{path}"] == {"ThrottlingRateLimit": 10, "ThrottlingBurstLimit": 20}


def test_no_route_leads_to_who_makes_administrators(deployment: Deployment) -> None:
    invoked = [
        permission.properties["FunctionName"]
        for permission in deployment.of("AWS::Lambda::Permission")
        if permission.properties["Principal"] == "apigateway.amazonaws.com"
    ]
    assert every(invoked)
    assert not [name for name in invoked if "set-role" in str(name)]


def test_mail_leaves_from_a_domain_that_the_deployment_verifies(deployment: Deployment) -> None:
    [identity] = deployment.of("AWS::SES::EmailIdentity")
    sender = deployment.functions["mam-send-mail"].properties["Environment"]["Variables"]["MAIL_FROM"]
    assert sender.endswith("@" + identity.properties["EmailIdentity"])


def test_the_access_log_names_routes_and_no_paths(deployment: Deployment) -> None:
    [stage] = deployment.of("AWS::ApiGatewayV2::Stage")
    logged = stage.properties["AccessLogSettings"]["Format"]
    assert "$context.routeKey" in logged
    assert not [word for word in ("$context.path", "queryString", "header") if word in logged]
