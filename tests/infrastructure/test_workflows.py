"""Both state machines: every stage is retried, caught, recorded, and can be taken up again."""

import json

import pytest

from infra_cdk.config import RETRYABLE_ERRORS
from shared.values import Json
from tests.infrastructure.synthesized import ACCOUNT, Deployment, every

STAGES = {
    "market-scan": ["scan_posts", "extract_problems", "cluster_problems", "score_opportunities", "save_opportunities"],
    "agent-factory": [
        "pick_opportunity",
        "generate_spec",
        "generate_code",
        "build_image",
        "test_agent",
        "score_quality",
        "publish_agent",
        "reject_agent",
    ],
}


def definition(deployment: Deployment, name: str) -> Json:
    [machine] = [
        one
        for one in deployment.of("AWS::StepFunctions::StateMachine")
        if one.properties["StateMachineName"] == f"mam-{name}"
    ]
    return json.loads(machine.properties["DefinitionString"])


def task_of(state: Json) -> Json:
    return next(iter(state["ItemProcessor"]["States"].values())) if state["Type"] == "Map" else state


@pytest.mark.parametrize("name", STAGES)
def test_every_stage_is_retried_caught_and_taken_up_again(deployment: Deployment, name: str) -> None:
    states = definition(deployment, name)["States"]
    resumed = {choice["Next"] for choice in states["resume"]["Choices"]}

    assert resumed == set(STAGES[name])
    for stage in every(STAGES[name]):
        [retry] = task_of(states[stage])["Retry"]
        assert retry["ErrorEquals"] == list(RETRYABLE_ERRORS)
        assert states[stage]["Catch"][-1] == {
            "ErrorEquals": ["States.ALL"],
            "ResultPath": "$.failure",
            "Next": f"{stage}_failed",
        }
        assert states[f"{stage}_failed"] == {
            "Type": "Pass",
            "Parameters": {"stage": stage, "redrives.$": "$$.Execution.RedriveCount"},
            "ResultPath": "$.failed",
            "Next": "record_failure",
        }


@pytest.mark.parametrize("name", STAGES)
def test_a_resumed_stage_sees_its_state_as_it_was(deployment: Deployment, name: str) -> None:
    for choice in every(definition(deployment, name)["States"]["resume"]["Choices"]):
        assert all(added in choice["Output"] for added in ("'failure'", "'failed'", "'recovery'"))


@pytest.mark.parametrize("name", STAGES)
def test_a_recorded_failure_is_not_retried(deployment: Deployment, name: str) -> None:
    record = definition(deployment, name)["States"]["record_failure"]

    assert "Catch" not in record
    assert all(error.startswith("Lambda.") for retry in every(record["Retry"]) for error in every(retry["ErrorEquals"]))
    assert record["Parameters"]["redrives.$"] == "$$.Execution.RedriveCount"
    assert record["Parameters"]["redrives_at_failure.$"] == "$.failed.redrives"
    assert record["Parameters"]["failed_stage.$"] == "$.failed.stage"


def test_the_stages_follow_each_other(deployment: Deployment) -> None:
    for name, stages in STAGES.items():
        assert definition(deployment, name)["StartAt"] == stages[0]
    market = definition(deployment, "market-scan")["States"]
    stages = STAGES["market-scan"]
    assert [market[stage].get("Next") for stage in stages] == [*stages[1:], None]
    assert market["extract_problems"]["MaxConcurrency"] == 4


def test_the_factory_goes_where_its_stages_say(deployment: Deployment) -> None:
    states = definition(deployment, "agent-factory")["States"]

    def choices(name: str) -> dict[str, str]:
        return {choice["StringEquals"]: choice["Next"] for choice in states[name]["Choices"]}

    assert choices("anything_to_build") == {"nothing_to_build": "nothing_to_build"}
    assert choices("code_passed") == {"generate_code": "generate_code", "reject_agent": "reject_agent"}
    assert choices("good_enough") == {"publish_agent": "publish_agent", "generate_code": "generate_code"}
    assert [states[name]["Default"] for name in ("anything_to_build", "code_passed", "good_enough")] == [
        "generate_spec",
        "build_image",
        "reject_agent",
    ]


def test_state_machines_log(deployment: Deployment) -> None:
    for machine in deployment.of("AWS::StepFunctions::StateMachine"):
        assert machine.properties["LoggingConfiguration"]["Level"] == "ALL"
        assert machine.properties["LoggingConfiguration"]["IncludeExecutionData"] is False


def test_schedules_start_both_and_keep_what_cannot_be_delivered(deployment: Deployment) -> None:
    schedules = {one.properties["Name"]: one.properties for one in deployment.of("AWS::Scheduler::Schedule")}
    everywhere = {
        "mam-market-scan": "rate(4 hours)",
        "mam-agent-factory": "rate(1 hour)",
        "mam-reap-tasks": "rate(1 minute)",
        "mam-reconcile-subscriptions": "rate(30 minutes)",
    }

    found = {name: one["ScheduleExpression"] for name, one in schedules.items()}
    assert found in (everywhere, everywhere | {"mam-renew-base-image": "rate(7 days)"})
    assert all(one["Target"]["DeadLetterConfig"]["Arn"].endswith("-dead-letters") for one in every(schedules.values()))


def test_a_scan_that_succeeded_starts_one_build_with_its_name_and_nothing_else(deployment: Deployment) -> None:
    [rule] = [one for one in deployment.of("AWS::Events::Rule") if one.properties["Name"] == "mam-scan-succeeded"]
    [target] = rule.properties["Targets"]
    pattern = rule.properties["EventPattern"]

    assert pattern["source"] == ["aws.states"]
    assert pattern["detail-type"] == ["Step Functions Execution Status Change"]
    assert pattern["detail"]["status"] == ["SUCCEEDED"]
    assert len(pattern["detail"]["stateMachineArn"]) == 1
    assert rule.properties["State"] == "ENABLED"
    assert target["InputTransformer"] == {
        "InputPathsMap": {"detail-name": "$.detail.name"},
        "InputTemplate": '{"scan_id":<detail-name>}',
    }
    assert target["RetryPolicy"]["MaximumRetryAttempts"] == 3
    assert str(target["DeadLetterConfig"]["Arn"]).endswith("agent-factory-dead-letters")


def test_the_rule_may_start_the_factory_and_nothing_else(deployment: Deployment) -> None:
    policies = [
        statement
        for policy in deployment.of("AWS::IAM::Policy")
        if "RuleRole" in str(policy.properties["Roles"])
        for statement in policy.properties["PolicyDocument"]["Statement"]
    ]
    [factory] = [
        one
        for one in deployment.of("AWS::StepFunctions::StateMachine")
        if one.properties["StateMachineName"] == "mam-agent-factory"
    ]

    assert [(one["Effect"], one["Action"]) for one in policies] == [("Allow", "states:StartExecution")]
    assert str(policies[0]["Resource"]) == f"<{factory.logical_id}>"


def test_alarms_may_publish_to_their_topic(deployment: Deployment) -> None:
    [policy] = deployment.of("AWS::SNS::TopicPolicy")
    statements = policy.properties["PolicyDocument"]["Statement"]

    assert [(one["Principal"], one["Condition"]) for one in statements if one["Effect"] == "Allow"] == [
        (
            {"Service": ["cloudwatch.amazonaws.com", "events.amazonaws.com"]},
            {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
        )
    ]


def test_serious_flaws_of_the_base_image_and_looks_that_failed_are_told(deployment: Deployment) -> None:
    [rule] = [one for one in deployment.of("AWS::Events::Rule") if one.properties["Name"] == "mam-base-image-flaws"]
    [topic] = deployment.of("AWS::SNS::Topic")
    [target] = rule.properties["Targets"]
    pattern = rule.properties["EventPattern"]

    assert (pattern["source"], pattern["detail-type"]) == (["aws.ecr"], ["ECR Image Scan"])
    assert (pattern["detail"]["repository-name"], pattern["detail"]["image-tags"]) == (["mam-agents"], ["base"])
    assert pattern["detail"]["$or"] == [
        {"finding-severity-counts": {"CRITICAL": [{"numeric": [">", 0]}]}},
        {"finding-severity-counts": {"HIGH": [{"numeric": [">", 0]}]}},
        {"scan-status": ["FAILED"]},
    ]
    assert target["Arn"] == f"<{topic.logical_id}>"


def test_whatever_waits_for_a_person_raises_an_alarm(deployment: Deployment) -> None:
    alarms = deployment.of("AWS::CloudWatch::Alarm")
    watched = {(one.properties["Namespace"], one.properties["MetricName"]) for one in alarms}
    letters = [one for one in deployment.of("AWS::SQS::Queue") if one.properties["QueueName"].endswith("-dead-letters")]

    assert watched == {
        ("AWS/States", "ExecutionsFailed"),
        ("MAM", "AgentsNotIndexed"),
        ("AWS/States", "ExecutionsTimedOut"),
        ("AWS/SQS", "ApproximateNumberOfMessagesVisible"),
        ("AWS/ApiGateway", "5xx"),
    }
    assert len([one for one in alarms if one.properties["Namespace"] == "AWS/SQS"]) == len(letters)
    assert all(one.properties["AlarmActions"] and one.properties["OKActions"] for one in every(alarms))
