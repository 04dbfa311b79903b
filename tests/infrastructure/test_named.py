"""Nothing names what may not be there yet."""

from dataclasses import replace
from typing import Any

from tests.infrastructure.named import Templates
from tests.infrastructure.synthesized import Deployment

ROUTE_KEY = "POST /api/v1/agents/{slug}/demo"


def test_whatever_is_named_is_there_before(deployment: Deployment) -> None:
    templates = Templates.of(deployment.assembly)

    assert templates.mentions
    assert templates.unordered() == []


def test_the_stage_comes_after_every_domain(deployment: Deployment) -> None:
    [stage] = deployment.of("AWS::ApiGatewayV2::Stage")
    routed = {route.stack for route in deployment.of("AWS::ApiGatewayV2::Route")}

    assert ROUTE_KEY in stage.properties["RouteSettings"]
    assert routed <= Templates.of(deployment.assembly).after[stage.stack]


def test_a_stage_that_does_not_wait_for_the_stack_of_a_route_is_found(deployment: Deployment) -> None:
    templates = Templates.of(deployment.assembly)
    careless = replace(templates, after={**templates.after, "Mam-Stage": frozenset({"Mam-Api"})})

    found = careless.unordered()

    assert [each for each in found if f"names {ROUTE_KEY}, which it does not depend on (Mam-Runs/" in each]
    assert {each.partition(" names ")[0] for each in found} == {"Mam-Stage/Stage"}


def of_one_stack(**resources: Any) -> Templates:
    return Templates({"One": {"Resources": resources}}, {})


def route(key: str = "GET /a") -> dict[str, Any]:
    return {"Type": "AWS::ApiGatewayV2::Route", "Properties": {"RouteKey": key}}


def stage(**more: Any) -> dict[str, Any]:
    return {"Type": "AWS::ApiGatewayV2::Stage", "Properties": {"RouteSettings": {"GET /a": {}}}, **more}


def test_within_a_stack_a_dependency_or_a_reference_orders() -> None:
    assert of_one_stack(Route=route(), Stage=stage()).unordered() == [
        "One/Stage names GET /a, which it does not depend on (One/Route)"
    ]
    assert of_one_stack(Route=route(), Stage=stage(DependsOn=["Route"])).unordered() == []
    assert of_one_stack(Route=route("GET /ab"), Stage=stage()).unordered() == []


def test_a_way_of_references_orders() -> None:
    group = {"Type": "AWS::Logs::LogGroup", "Properties": {"LogGroupName": "/aws/lambda/one"}}
    function = {"Type": "AWS::Lambda::Function", "Properties": {"LoggingConfig": {"LogGroup": {"Ref": "Group"}}}}
    text = {"Fn::Join": ["", ["arn:aws:logs:::log-group:/aws/lambda/one:*", {"Ref": "Function"}]]}
    reader = {"Type": "AWS::CloudWatch::Dashboard", "Properties": {"DashboardBody": text}}
    templates = of_one_stack(Group=group, Function=function, Reader=reader)

    assert [name for _, name in templates.mentions] == ["/aws/lambda/one"]
    assert templates.unordered() == []


def test_a_policy_may_allow_what_does_not_exist_yet() -> None:
    machine = {"Type": "AWS::StepFunctions::StateMachine", "Properties": {"StateMachineName": "scan"}}
    statement = {"Action": "states:StartExecution", "Resource": "arn:aws:states:::stateMachine:scan"}
    policy = {"Type": "AWS::IAM::Policy", "Properties": {"PolicyDocument": {"Statement": [statement]}}}

    assert of_one_stack(Machine=machine, Policy=policy).unordered() == []


def test_a_queue_a_table_and_a_parameter_that_are_named_by_text_are_found() -> None:
    bearers = {
        "Queue": {"Type": "AWS::SQS::Queue", "Properties": {"QueueName": "work"}},
        "Table": {"Type": "AWS::DynamoDB::GlobalTable", "Properties": {"TableName": "rows"}},
        "Value": {"Type": "AWS::SSM::Parameter", "Properties": {"Name": "/values/one"}},
    }
    function = {
        "Type": "AWS::Lambda::Function",
        "Properties": {"Environment": {"Variables": {"QUEUE": "https://sqs/0/work", "TABLE": "rows"}}},
    }
    other = {"Parameters": {"One": {"Default": "/values/one"}}, "Resources": {"Function": function}}
    by_stack = {"Bearers": {"Resources": bearers}, "Other": other}

    assert len(Templates(by_stack, {}).unordered()) == 3
    assert Templates(by_stack, {"Other": frozenset({"Bearers"})}).unordered() == []
