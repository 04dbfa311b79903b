"""A first deployment can fail, be repeated, and then starts nothing that costs money by itself."""

from collections.abc import Iterator

from shared.values import Json
from tests.infrastructure.synthesized import Deployment, Resource, every

NEEDED_FROM_THE_START = {"mam-reap-tasks", "mam-reconcile-subscriptions", "mam-renew-base-image"}


def retained(deployment: Deployment) -> list[Resource]:
    return [one for one in deployment.resources if "Retain" in one.raw.get("DeletionPolicy", "")]


def protected(deployment: Deployment) -> Iterator[Resource]:
    for table in deployment.of("AWS::DynamoDB::GlobalTable"):
        if any(replica.get("DeletionProtectionEnabled") for replica in table.properties["Replicas"]):
            yield table


def waits_for(deployment: Deployment, one: Resource) -> set[str]:
    """Logical ids of what is made before a resource of its stack, directly or not: what it names or refers to."""
    resources = deployment.templates[one.stack]["Resources"]
    before: set[str] = set()
    left = [one.logical_id]
    while left:
        raw = resources[left.pop()]
        named = raw.get("DependsOn", [])
        found = ({named} if isinstance(named, str) else set(named)) | set(references(raw.get("Properties", {})))
        left += (found & resources.keys()) - before
        before |= found
    return before


def references(value: Json) -> Iterator[str]:
    match value:
        case {"Ref": str() as name}:
            yield name
        case {"Fn::GetAtt": [str() as name, *_]}:
            yield name
        case dict():
            yield from (found for item in value.values() for found in references(item))
        case list():
            yield from (found for item in value for found in references(item))
        case _:
            return


def test_what_is_kept_goes_again_when_its_creation_is_rolled_back(deployment: Deployment) -> None:
    found = retained(deployment)

    assert {one.kind for one in found} >= {"AWS::DynamoDB::GlobalTable", "AWS::SecretsManager::Secret"}
    assert [one.logical_id for one in found if one.raw["DeletionPolicy"] != "RetainExceptOnCreate"] == []
    assert {one.raw["UpdateReplacePolicy"] for one in found} == {"Retain"}


def test_every_kind_that_holds_what_nobody_could_bring_back_is_kept(deployment: Deployment) -> None:
    holding = (
        "AWS::DynamoDB::GlobalTable",
        "AWS::S3::Bucket",
        "AWS::SecretsManager::Secret",
        "AWS::ECR::Repository",
        "AWS::OpenSearchService::Domain",
    )
    kept = {(one.stack, one.logical_id) for one in retained(deployment)}
    held = {(one.stack, one.logical_id) for kind in holding for one in deployment.any_of(kind)}

    assert held
    assert held <= kept


def test_what_a_rollback_cannot_delete_is_made_last(deployment: Deployment) -> None:
    tables = list(protected(deployment))
    assert tables
    for table in every(tables):
        others = {
            one.logical_id
            for one in deployment.resources
            if one.stack == table.stack and one.kind in ("AWS::S3::Bucket", "AWS::SecretsManager::Secret")
        }
        assert others <= waits_for(deployment, table), table.logical_id


def test_schedules_that_spend_money_wait_for_the_parameter(aws: Deployment) -> None:
    schedules = list(aws.of("AWS::Scheduler::Schedule"))
    waiting = [one for one in schedules if one.raw["Properties"].get("State") == {"Ref": "Schedules"}]

    names = {one.properties["Name"] for one in schedules}
    assert names - {one.properties["Name"] for one in waiting} == NEEDED_FROM_THE_START
    assert waiting
    for one in every(waiting):
        parameter = aws.templates[one.stack]["Parameters"]["Schedules"]
        assert (parameter["Default"], parameter["AllowedValues"]) == ("DISABLED", ["ENABLED", "DISABLED"])


def test_on_one_machine_schedules_run_from_the_start(local: Deployment) -> None:
    states = {
        one.properties["Name"]: one.properties.get("State", "ENABLED") for one in local.of("AWS::Scheduler::Schedule")
    }

    assert set(states.values()) == {"ENABLED"}


def test_the_address_of_the_api_is_told(deployment: Deployment) -> None:
    outputs = [
        template["Outputs"] for template in deployment.templates.values() if "ApiUrl" in template.get("Outputs", {})
    ]

    assert len(outputs) == 1
