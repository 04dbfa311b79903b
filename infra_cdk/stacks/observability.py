"""The first alarms: an execution failed, something became a dead letter, the API answered 5xx. A topic tells people."""

from collections.abc import Sequence
from datetime import timedelta

from aws_cdk import CfnOutput, Stack
from aws_cdk import aws_apigatewayv2 as apigw
from aws_cdk import aws_cloudwatch as cloudwatch
from aws_cdk import aws_cloudwatch_actions as actions
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sns as sns
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra_cdk.config import PREFIX
from infra_cdk.constructs.durations import duration

MINUTES_5 = duration(timedelta(minutes=5))


class ObservabilityStack(Stack):
    """Operators subscribe to the topic; every alarm also tells when its cause is gone."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        state_machines: Sequence[sfn.StateMachine],
        dead_letters: Sequence[sqs.IQueue],
        api: apigw.HttpApi,
    ) -> None:
        super().__init__(scope, construct_id, description="MAM: alarms")
        self._topic = sns.Topic(self, "Alarms", topic_name=f"{PREFIX}-alarms", enforce_ssl=True)
        # A policy that refuses plain HTTP replaces the default one, which let this account's alarms in.
        self._topic.add_to_resource_policy(
            iam.PolicyStatement(
                principals=[iam.ServicePrincipal("cloudwatch.amazonaws.com")],
                actions=["sns:Publish"],
                resources=[self._topic.topic_arn],
                conditions={"StringEquals": {"aws:SourceAccount": self.account}},
            )
        )
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
        CfnOutput(self, "AlarmTopic", value=self._topic.topic_arn)

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
