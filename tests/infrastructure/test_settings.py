"""What an operator may say about a deployment, and what it changes."""

import re

import pytest

from infra_cdk.settings import SettingInvalid, Settings, settings_of
from shared.values import Json
from tests.infrastructure.synthesized import Deployment, Resource, every

# Named within their own API.
WITHIN_ANOTHER = {"AWS::ApiGatewayV2::Stage"}


def physical_names(deployment: Deployment) -> set[tuple[str, str]]:
    """Every name that a template gives: of resources, exports and stacks."""
    named = {
        (one.kind, str(value))
        for one in deployment.resources
        if one.kind not in WITHIN_ANOTHER
        for key, value in one.properties.items()
        if is_name(one, key) and isinstance(value, str)
    }
    exports = {
        ("export", output["Export"]["Name"])
        for template in deployment.templates.values()
        for output in template.get("Outputs", {}).values()
        if "Export" in output
    }
    return named | exports | {("stack", stack) for stack in deployment.templates}


def is_name(one: Resource, key: str) -> bool:
    """`Name`, and `<Type>Name`, as in FunctionName; other keys that end so refer to something else.

    A role's policy (`PolicyName` of AWS::IAM::Policy) is named within its role."""
    noun = one.kind.split("::")[-1].removeprefix("Global").removeprefix("Resource").removesuffix("Version")
    return key in {"Name", f"{noun}Name"} and one.kind != "AWS::IAM::Policy"


def test_two_deployments_in_one_account_have_no_name_in_common(
    aws: Deployment, local: Deployment, other: Deployment
) -> None:
    first = aws if "Shop-Layers" in other.templates else local
    names = physical_names(first)

    assert len(names) > 60
    assert names & physical_names(other) == set()
    assert {kind for kind, _ in names} >= {
        "AWS::DynamoDB::GlobalTable",
        "AWS::ECR::Repository",
        "AWS::ECS::Cluster",
        "AWS::IAM::Role",
        "AWS::Lambda::Function",
        "AWS::Logs::LogGroup",
        "AWS::SQS::Queue",
        "AWS::Scheduler::Schedule",
        "AWS::SecretsManager::Secret",
        "AWS::StepFunctions::StateMachine",
        "export",
    }


def test_no_text_of_the_other_deployment_names_the_first(other: Deployment) -> None:
    """Grants, settings and patterns, too: wherever a name of ours is written, it begins with the prefix."""
    for stack in every(other.templates):
        text = (other.assembly / f"{stack}.template.json").read_text()
        assert not [word for word in ('"mam-', '"mam/', "/mam-", "/mam/", ":mam-", '"MAM"', "Mam-") if word in text]


def test_names_that_belong_to_the_account_hold_the_region(deployment: Deployment) -> None:
    """Roles are the account's in every region: a name without the region would clash with a deployment in another."""
    named = [
        one
        for kind in ("Role", "ManagedPolicy", "User", "Group", "InstanceProfile")
        for one in named_of(deployment, kind)
    ]

    assert named
    for one in every(named):
        assert "AWS::Region" in str(one.raw["Properties"])
    assert not [one for one in deployment.of("AWS::S3::Bucket") if "BucketName" in one.properties]


def named_of(deployment: Deployment, kind: str) -> list[Resource]:
    return [one for one in deployment.any_of(f"AWS::IAM::{kind}") if f"{kind}Name" in one.properties]


def test_zones_are_those_that_were_said(deployment: Deployment, other: Deployment) -> None:
    def zones(of: Deployment) -> list[str]:
        return [subnet.properties["AvailabilityZone"] for subnet in of.of("AWS::EC2::Subnet")]

    assert zones(deployment) == ["us-east-1a", "us-east-1b"]
    assert zones(other) == ["us-east-1c"]


def test_no_template_asks_which_zones_there_are(deployment: Deployment) -> None:
    for stack in every(deployment.templates):
        assert "Fn::GetAZs" not in (deployment.assembly / f"{stack}.template.json").read_text()


def test_interface_endpoints_stand_in_one_zone(deployment: Deployment) -> None:
    interfaces = [
        one for one in deployment.of("AWS::EC2::VPCEndpoint") if one.properties["VpcEndpointType"] == "Interface"
    ]

    assert [len(one.properties["SubnetIds"]) for one in interfaces] == [1, 1]


def test_without_search_there_is_no_domain_and_nobody_is_told_of_one(other: Deployment) -> None:
    assert not list(other.any_of("AWS::OpenSearchService::Domain"))
    functions = other.functions.values()
    assert functions
    assert not [one for one in functions if "SEARCH_URL" in one.properties["Environment"]["Variables"]]
    assert not [
        name
        for name in other.functions
        for grant in other.statements_of(name)
        if re.search(r"\bes:", str(grant["Action"]))
    ]


def test_with_search_whoever_searches_is_told_where(aws: Deployment) -> None:
    assert [one for one in aws.functions.values() if "SEARCH_URL" in one.properties["Environment"]["Variables"]]


def test_alarms_are_mailed_where_the_setting_says(deployment: Deployment, other: Deployment) -> None:
    [subscription] = other.of("AWS::SNS::Subscription")

    assert (subscription.properties["Protocol"], subscription.properties["Endpoint"]) == ("email", "ops@example.org")
    assert not list(deployment.any_of("AWS::SNS::Subscription"))


def test_a_context_is_read_from_the_command_line_and_from_cdk_json() -> None:
    said = {"prefix": "shop", "zones": "a, c", "search": "off", "alarm_email": "ops@example.org", "target": "aws"}
    of_cdk = {"@aws-cdk/core:checkSecretUsage": True, "aws:cdk:enable-path-metadata": True}
    expected = Settings(prefix="shop", zones=("a", "c"), search=False, alarm_email="ops@example.org")

    assert settings_of(said | of_cdk) == expected
    assert settings_of({**said, "zones": ["a", "c"], "search": False}) == expected
    assert settings_of({}) == Settings()


@pytest.mark.parametrize(
    ("context", "message"),
    [
        ({"prefix": "Shop"}, "small letters"),
        ({"prefix": "a"}, "2 to 16"),
        ({"prefix": "a-b"}, "small letters"),
        ({"prefix": "shop" * 5}, "2 to 16"),
        ({"prefix": 7}, "a text"),
        ({"zones": ""}, "letters"),
        ({"zones": "a,a"}, "each once"),
        ({"zones": "us-east-1a"}, "zones=a,b"),
        ({"zones": 2}, "letters"),
        ({"search": "perhaps"}, "on or off"),
        ({"alarm_email": "ops"}, "one address"),
        ({"alarm_email": "a@b.de, c@d.de"}, "one address"),
        ({"mail_from": "mam"}, "one address"),
        ({"site_url": "https://example.org/"}, "without a slash"),
        ({"site_url": "http://example.org"}, "https"),
        ({"prefx": "shop"}, "no such setting; there are alarm_email, layers, mail_from, prefix"),
    ],
)
def test_what_cannot_be_deployed_is_refused_with_what_may_be_said(context: dict[str, Json], message: str) -> None:
    with pytest.raises(SettingInvalid, match=message):
        settings_of(context)
