"""Agents have no way out: no route, no name, no endpoint but those that starting a task needs."""

import json

from shared.values import Json
from tests.infrastructure.synthesized import ACCOUNT, REGION, Deployment

REPOSITORY = f"arn:aws:ecr:{REGION}:{ACCOUNT}:repository/mam-agents"
LAYERS = f"arn:aws:s3:::prod-{REGION}-starport-layer-bucket/*"


def endpoints(deployment: Deployment) -> dict[str, Json]:
    return {
        endpoint.properties["ServiceName"].removeprefix(f"com.amazonaws.{REGION}."): endpoint.properties
        for endpoint in deployment.of("AWS::EC2::VPCEndpoint")
    }


def rules(deployment: Deployment, kind: str) -> list[Json]:
    return [rule.properties for rule in deployment.of(f"AWS::EC2::SecurityGroup{kind}")]


def test_nothing_leads_to_the_internet(deployment: Deployment) -> None:
    ways_out = (
        "AWS::EC2::InternetGateway",
        "AWS::EC2::NatGateway",
        "AWS::EC2::Route",
        "AWS::EC2::VPCPeeringConnection",
    )

    assert not any(deployment.any_of(kind) for kind in ways_out)
    assert not any(subnet.properties["MapPublicIpOnLaunch"] for subnet in deployment.of("AWS::EC2::Subnet"))


def test_only_what_starting_a_task_takes_has_an_endpoint(deployment: Deployment) -> None:
    assert endpoints(deployment).keys() == {"ecr.api", "ecr.dkr", "s3"}


def test_endpoints_serve_the_agents_repository_only(deployment: Deployment) -> None:
    found = endpoints(deployment)
    for service in ("ecr.api", "ecr.dkr"):
        assert allowed(found[service]["PolicyDocument"]) == {
            ("ecr:GetAuthorizationToken", "*"),
            ("ecr:BatchCheckLayerAvailability", REPOSITORY),
            ("ecr:BatchGetImage", REPOSITORY),
            ("ecr:GetDownloadUrlForLayer", REPOSITORY),
        }
    assert allowed(found["s3"]["PolicyDocument"]) == {("s3:GetObject", LAYERS)}


def allowed(document: Json) -> set[tuple[str, str]]:
    return {
        (action, statement["Resource"])
        for statement in document["Statement"]
        for action in ([statement["Action"]] if isinstance(statement["Action"], str) else statement["Action"])
    }


def test_tasks_are_reached_by_the_forwarder_alone(aws: Deployment) -> None:
    groups = {
        group.raw["Properties"]["GroupDescription"]: group.logical_id for group in aws.of("AWS::EC2::SecurityGroup")
    }
    agents, forwarder = f"<{groups['Tasks of agents']}.GroupId>", f"<{groups['The function that calls tasks']}.GroupId>"
    into_tasks = [rule for rule in rules(aws, "Ingress") if rule["GroupId"] == agents]

    assert [(rule["SourceSecurityGroupId"], rule["FromPort"], rule["ToPort"]) for rule in into_tasks] == [
        (forwarder, 8080, 8080)
    ]
    assert {rule["FromPort"] for rule in rules(aws, "Egress") if rule["GroupId"] == agents} == {443}


def test_the_forwarder_may_be_placed_in_the_network(deployment: Deployment) -> None:
    """With a role of its own, CDK leaves this to whoever made the role."""
    inside = [name for name, one in deployment.functions.items() if "VpcConfig" in one.properties]

    assert inside == ["mam-forward-to-task"]
    granted = [one for one in deployment.statements_of(inside[0]) if "ec2:CreateNetworkInterface" in one["Action"]]
    assert [one["Resource"] for one in granted] == ["*"]


def test_names_that_no_task_needs_do_not_resolve(aws: Deployment) -> None:
    lists = {one.logical_id: one.properties["Domains"] for one in aws.of("AWS::Route53Resolver::FirewallDomainList")}
    [group] = aws.of("AWS::Route53Resolver::FirewallRuleGroup")
    by_action = {
        rule["Action"]: lists[rule["FirewallDomainListId"].strip("<>").partition(".")[0]]
        for rule in group.properties["FirewallRules"]
    }

    assert by_action["BLOCK"] == ["*"]
    assert by_action["ALLOW"] == [
        f"api.ecr.{REGION}.amazonaws.com",
        f"{ACCOUNT}.dkr.ecr.{REGION}.amazonaws.com",
        f"prod-{REGION}-starport-layer-bucket.s3.{REGION}.amazonaws.com",
    ]


def test_an_allowed_name_may_be_an_alias_of_any_other(aws: Deployment) -> None:
    """S3 answers for a bucket's name with an alias: without this trust no image layer could be fetched."""
    found = [
        rule
        for group in aws.of("AWS::Route53Resolver::FirewallRuleGroup")
        for rule in group.properties["FirewallRules"]
    ]
    trusted = {rule["Action"]: rule.get("FirewallDomainRedirectionAction") for rule in found}

    assert trusted == {"ALLOW": "TRUST_REDIRECTION_DOMAIN", "BLOCK": None}


def test_a_task_gets_an_execution_role_that_only_pulls(deployment: Deployment) -> None:
    role = f"mam-agents-execution-{REGION}"
    [policy] = [one for one in deployment.of("AWS::IAM::Policy") if role in one.properties["Roles"]]

    assert allowed(policy.properties["PolicyDocument"]) == {
        ("ecr:GetAuthorizationToken", "*"),
        ("ecr:BatchCheckLayerAvailability", REPOSITORY),
        ("ecr:BatchGetImage", REPOSITORY),
        ("ecr:GetDownloadUrlForLayer", REPOSITORY),
    }


def test_images_are_scanned_and_only_the_base_tag_moves(deployment: Deployment) -> None:
    [repository] = deployment.of("AWS::ECR::Repository")

    assert repository.properties["RepositoryName"] == "mam-agents"
    assert repository.properties["ImageScanningConfiguration"] == {"ScanOnPush": True}
    assert repository.properties["ImageTagMutability"] == "IMMUTABLE_WITH_EXCLUSION"
    filters = repository.properties["ImageTagMutabilityExclusionFilters"]
    assert [one["ImageTagMutabilityExclusionFilterValue"] for one in filters] == ["base"]


def test_only_images_without_a_tag_expire_so_no_published_agent_loses_its_own(deployment: Deployment) -> None:
    [repository] = deployment.of("AWS::ECR::Repository")
    policy = json.loads(repository.properties["LifecyclePolicy"]["LifecyclePolicyText"])
    assert [rule["selection"]["tagStatus"] for rule in policy["rules"]] == ["untagged"]
