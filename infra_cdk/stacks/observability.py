"""The alarms: failed executions, dead letters, 5xx answers, flaws of the agents' base image. A topic tells people."""

from collections.abc import Sequence
from datetime import timedelta

from aws_cdk import CfnOutput, Stack
from aws_cdk import aws_apigatewayv2 as apigw
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_ecr as ecr
from aws_cdk import aws_events as events
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sns_subscriptions as subscriptions
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra_cdk.config import Config
from infra_cdk.constructs.durations import duration
from infra_cdk.stacks.runtime import BASE_TAG

SERIOUS = ("CRITICAL", "HIGH")
FLAWS_FOUND = (
    "\"The registry looked at the agents' base image <image>: <status>, findings by severity <found>. "
    "Renew it (docs/operations.md, Agents' images); agents move to it when they are next built.\""
)
NOT_INDEXED = "AgentsNotIndexed"
"""Counted by index_agent for each record that it passes over."""

MINUTES_5 = duration(timedelta(minutes=5))


class ObservabilityStack(Stack):
    """The topic mails to `config.settings.alarm_email`; who else wants to know subscribes to it.

    Every alarm also tells when its cause is gone, but for findings of the registry, which are events."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: Config,
        repository: ecr.IRepository,
        state_machines: Sequence[sfn.StateMachine],
        dead_letters: Sequence[sqs.IQueue],
        api: apigw.HttpApi,
    ) -> None:
        super().__init__(scope, construct_id, description="MAM: alarms")
        self._topic = sns.Topic(self, "Alarms", topic_name=f"{config.settings.prefix}-alarms", enforce_ssl=True)
        # A policy that refuses plain HTTP replaces the default one, which let this account's alarms in.
        for service in ("cloudwatch.amazonaws.com", "events.amazonaws.com"):
            self._topic.add_to_resource_policy(
                iam.PolicyStatement(
                    principals=[iam.ServicePrincipal(service)],
                    actions=["sns:Publish"],
                    resources=[self._topic.topic_arn],
                    conditions={"StringEquals": {"aws:SourceAccount": self.account}},
                )
            )
        if config.settings.alarm_email:
            self._topic.add_subscription(subscriptions.EmailSubscription(config.settings.alarm_email))
        for machine in state_machines:
            name = machine.node.scope.node.id if machine.node.scope else machine.node.id
            self._alarm(
                f"{name}Failed", machine.metric_failed(period=MINUTES_5), "An execution failed: redrive or read it"
            )
            self._alarm(f"{name}TimedOut", machine.metric_timed_out(period=MINUTES_5), "An execution ran out of time")
        for queue in dead_letters:
            waiting = queue.metric_approximate_number_of_messages_visible(period=MINUTES_5, statistic="Maximum")
            self._alarm(f"{queue.node.id}Waiting", waiting, "Something could not be processed and waits for a person")
        self._alarm("ApiErrors", api.metric_server_error(period=MINUTES_5, statistic="Sum"), "The API answered 5xx")
        not_indexed = cloudwatch.Metric(
            namespace=config.settings.metrics_namespace,
            metric_name=NOT_INDEXED,
            period=MINUTES_5,
            statistic="Sum",
        )
        self._alarm("AgentNotIndexed", not_indexed, "An agent cannot be listed: index_agent's log says why")
        self._tell_of_flaws(config, repository)
        CfnOutput(self, "AlarmTopic", value=self._topic.topic_arn)

    def _tell_of_flaws(self, config: Config, repository: ecr.IRepository) -> None:
        """An agent's image is the base and three files of text, so what the registry finds, it finds in the base."""
        events.CfnRule(
            self,
            "BaseImageFlaws",
            name=f"{config.settings.prefix}-base-image-flaws",
            description="The registry found serious flaws in the agents' base image, or could not look for any",
            event_pattern={
                "source": ["aws.ecr"],
                "detail-type": ["ECR Image Scan"],
                "detail": {
                    "repository-name": [repository.repository_name],
                    "image-tags": [BASE_TAG],
                    "$or": [
                        *({"finding-severity-counts": {severity: [{"numeric": [">", 0]}]}} for severity in SERIOUS),
                        {"scan-status": ["FAILED"]},
                    ],
                },
            },
            targets=[
                events.CfnRule.TargetProperty(
                    id="Alarms",
                    arn=self._topic.topic_arn,
                    input_transformer=events.CfnRule.InputTransformerProperty(
                        input_paths_map={
                            "image": "$.detail.image-digest",
                            "status": "$.detail.scan-status",
                            "found": "$.detail.finding-severity-counts",
                        },
                        input_template=FLAWS_FOUND,
                    ),
                )
            ],
        )

    def _alarm(self, name: str, metric: cloudwatch.IMetric, description: str) -> None:
        alarm = cloudwatch.Alarm(
            self,
            name,
            metric=metric,
            alarm_description=description,
            threshold=1,
            evaluation_periods=1,
            comparison_operator=cloudwatch.ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
            treat_missing_data=cloudwatch.TreatMissingData.NOT_BREACHING,
        )
        action = actions.SnsAction(self._topic)
        alarm.add_alarm_action(action)
        alarm.add_ok_action(action)
