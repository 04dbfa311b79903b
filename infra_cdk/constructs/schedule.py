"""EventBridge Scheduler with what every schedule of ours has: a group, retries, and dead letters."""

from collections.abc import Mapping
from datetime import timedelta
from typing import cast

from aws_cdk import CfnParameter, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_scheduler_targets as targets
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra_cdk.config import Config
from infra_cdk.constructs.durations import duration
from infra_cdk.constructs.function import FolderFunction

SWITCH = "Schedules"


class Every(scheduler.Schedule):
    """Starts a state machine or calls a function once in every span; what cannot be delivered becomes a dead letter.

    Where schedules wait (`config.schedules_wait`), it does nothing until an operator sets its stack's parameter
    `Schedules` to ENABLED, unless it is needed `from_the_start`. Later deployments keep what the parameter was.
    """

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        config: Config,
        span: timedelta,
        starts: sfn.StateMachine | FolderFunction,
        dead_letters: sqs.IQueue,
        payload: Mapping[str, object] | None = None,
        from_the_start: bool = False,
    ) -> None:
        schedule_name = f"{config.settings.prefix}-{name}"
        role = iam.Role(
            scope,
            f"{name.title().replace('-', '')}ScheduleRole",
            assumed_by=iam.ServicePrincipal(
                "scheduler.amazonaws.com", conditions={"StringEquals": {"aws:SourceAccount": Stack.of(scope).account}}
            ),
            description=f"Starts {schedule_name} on time",
        )
        # The target would grant itself every version of a function, too; this is all that it needs.
        arn, action = (
            (starts.state_machine_arn, "states:StartExecution")
            if isinstance(starts, sfn.StateMachine)
            else (starts.function_arn, "lambda:InvokeFunction")
        )
        role.add_to_policy(iam.PolicyStatement(actions=[action], resources=[arn]))
        role.add_to_policy(iam.PolicyStatement(actions=["sqs:SendMessage"], resources=[dead_letters.queue_arn]))
        given = scheduler.ScheduleTargetInput.from_object(dict(payload or {}))
        target: scheduler.IScheduleTarget
        if isinstance(starts, sfn.StateMachine):
            target = targets.StepFunctionsStartExecution(
                starts,
                input=given,
                dead_letter_queue=dead_letters,
                retry_attempts=3,
                role=role.without_policy_updates(),
            )
        else:
            target = targets.LambdaInvoke(
                starts,
                input=given,
                dead_letter_queue=dead_letters,
                retry_attempts=3,
                role=role.without_policy_updates(),
            )
        super().__init__(
            scope,
            f"{name.title().replace('-', '')}Schedule",
            schedule_name=schedule_name,
            schedule=scheduler.ScheduleExpression.rate(duration(span)),
            target=target,
        )
        if config.schedules_wait and not from_the_start:
            cast(scheduler.CfnSchedule, self.node.default_child).state = switch(Stack.of(scope))


def switch(stack: Stack) -> str:
    """The value of the stack's parameter for all its schedules that wait: CloudFormation remembers it."""
    known = stack.node.try_find_child(SWITCH)
    parameter = known or CfnParameter(
        stack,
        SWITCH,
        allowed_values=["ENABLED", "DISABLED"],
        default="DISABLED",
        description="Whether the schedules run that spend money on the model; fill in the secrets first",
    )
    return cast(CfnParameter, parameter).value_as_string
