"""EventBridge rules: what happens because something else has."""

from aws_cdk import Stack
from aws_cdk import aws_events as events
from aws_cdk import aws_events_targets as targets
from aws_cdk import aws_iam as iam
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra_cdk.config import Config


class AfterSuccess(events.Rule):
    """Starts a state machine each time another one has succeeded; what cannot be delivered becomes a dead letter.

    Its input is `{"<key>": "<name of the execution that succeeded>"}` and nothing else, so an event that is delivered
    twice starts two executions with the same input: the first stage lets the first of them go on.
    """

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        config: Config,
        of: sfn.StateMachine,
        starts: sfn.StateMachine,
        key: str,
        dead_letters: sqs.IQueue,
    ) -> None:
        role = iam.Role(
            scope,
            f"{name.title().replace('-', '')}RuleRole",
            assumed_by=iam.ServicePrincipal(
                "events.amazonaws.com", conditions={"StringEquals": {"aws:SourceAccount": Stack.of(scope).account}}
            ),
            description=f"What the rule {config.settings.prefix}-{name} may start",
        )
        role.add_to_policy(iam.PolicyStatement(actions=["states:StartExecution"], resources=[starts.state_machine_arn]))
        super().__init__(
            scope,
            f"{name.title().replace('-', '')}Rule",
            rule_name=f"{config.settings.prefix}-{name}",
            event_pattern=events.EventPattern(
                source=["aws.states"],
                detail_type=["Step Functions Execution Status Change"],
                detail={"status": ["SUCCEEDED"], "stateMachineArn": [of.state_machine_arn]},
            ),
        )
        self.add_target(
            targets.SfnStateMachine(
                starts,
                input=events.RuleTargetInput.from_object({key: events.EventField.from_path("$.detail.name")}),
                dead_letter_queue=dead_letters,
                retry_attempts=3,
                role=role.without_policy_updates(),
            )
        )
