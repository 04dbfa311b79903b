"""EventBridge Scheduler with what every schedule of ours has: a group, retries, and dead letters."""

from datetime import timedelta

from aws_cdk import Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_scheduler as scheduler
from aws_cdk import aws_scheduler_targets as targets
from aws_cdk import aws_sqs as sqs
from aws_cdk import aws_stepfunctions as sfn
from constructs import Construct

from infra_cdk.config import PREFIX
from infra_cdk.constructs.durations import duration
from infra_cdk.constructs.function import FolderFunction


class Every(scheduler.Schedule):
    """Starts a state machine or calls a function once in every span; what cannot be delivered becomes a dead letter."""

    def __init__(
        self,
        scope: Construct,
        name: str,
        *,
        span: timedelta,
        starts: sfn.StateMachine | FolderFunction,
        dead_letters: sqs.IQueue,
    ) -> None:
        role = iam.Role(
            scope,
            f"{name.title().replace('-', '')}ScheduleRole",
            assumed_by=iam.ServicePrincipal(
                "scheduler.amazonaws.com", conditions={"StringEquals": {"aws:SourceAccount": Stack.of(scope).account}}
            ),
            description=f"Starts {PREFIX}-{name} on time",
        )
        # The target would grant itself every version of a function, too; this is all that it needs.
        arn, action = (
            (starts.state_machine_arn, "states:StartExecution")
            if isinstance(starts, sfn.StateMachine)
            else (starts.function_arn, "lambda:InvokeFunction")
        )
        role.add_to_policy(iam.PolicyStatement(actions=[action], resources=[arn]))
        role.add_to_policy(iam.PolicyStatement(actions=["sqs:SendMessage"], resources=[dead_letters.queue_arn]))
        nothing = scheduler.ScheduleTargetInput.from_object({})
        target: scheduler.IScheduleTarget
        if isinstance(starts, sfn.StateMachine):
            target = targets.StepFunctionsStartExecution(
                starts,
                input=nothing,
                dead_letter_queue=dead_letters,
                retry_attempts=3,
                role=role.without_policy_updates(),
            )
        else:
            target = targets.LambdaInvoke(
                starts,
                input=nothing,
                dead_letter_queue=dead_letters,
                retry_attempts=3,
                role=role.without_policy_updates(),
            )
        super().__init__(
            scope,
            f"{name.title().replace('-', '')}Schedule",
            schedule_name=f"{PREFIX}-{name}",
            schedule=scheduler.ScheduleExpression.rate(duration(span)),
            target=target,
        )
