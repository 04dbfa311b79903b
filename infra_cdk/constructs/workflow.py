"""A state machine whose every stage is one Lambda: retried, recorded when it fails, resumed when it is redriven.

    stage ──(any error)──▶ "<stage>_failed" ──▶ record_failure ──(it raises)──▶ the execution is FAILED
      ▲                                              │ redriven: {"resume": "<stage>"}
      └──────────────── resume ◀────────────────────┘ with the state as the stage first got it

A redrive re-enters the state that failed, which is always `record_failure`, with the input it had. "<stage>_failed" has
noted there how often the execution had been redriven when the stage failed: a higher count now means a second chance,
even if `record_failure` itself could not run before. Stages hand on their whole state, ids and S3 keys only.
"""

from collections.abc import Mapping

from aws_cdk import ArnFormat, RemovalPolicy, Stack
from aws_cdk import aws_iam as iam
from aws_cdk import aws_logs as logs
from aws_cdk import aws_stepfunctions as sfn
from aws_cdk import aws_stepfunctions_tasks as tasks
from constructs import Construct

from infra_cdk.config import RETRYABLE_ERRORS, Config
from infra_cdk.constructs.acknowledge import acknowledge, acknowledge_wildcards
from infra_cdk.constructs.bucket import ArtifactsBucket
from infra_cdk.constructs.durations import duration, retention
from infra_cdk.constructs.function import FolderFunction

REDRIVES = "$$.Execution.RedriveCount"
LAMBDA_ERRORS = [name for name in RETRYABLE_ERRORS if name.startswith("Lambda.")]
# What the way through the failure states adds to the state; the resumed stage must not see it. Where nothing is left,
# $sift gives no result at all, and an execution that was started with {} could never go on from its first stage.
WITHOUT_FAILURE = (
    "{% $merge([{}, $sift($states.input, function($v, $key) { $not($key in ['failure', 'failed', 'recovery']) })]) %}"
)

DELIVER_LOGS = [
    "logs:CreateLogDelivery",
    "logs:GetLogDelivery",
    "logs:UpdateLogDelivery",
    "logs:DeleteLogDelivery",
    "logs:ListLogDeliveries",
    "logs:PutResourcePolicy",
    "logs:DescribeResourcePolicies",
    "logs:DescribeLogGroups",
]


class Workflow(Construct):
    """Collects stages, then becomes a state machine. `state_machine` exists after `run`."""

    def __init__(self, scope: Construct, name: str, *, config: Config, record_failure: FolderFunction) -> None:
        super().__init__(scope, name.title().replace("-", ""))
        self.name = name
        self._config = config
        self._functions = [record_failure]
        self._reads: list[ArtifactsBucket] = []
        self._resume = sfn.Choice.jsonata(self, "resume")
        self._record = self._failure_recorder(record_failure)
        self._record.next(self._resume)

    def stage(
        self,
        function: FolderFunction,
        payload: Mapping[str, object] | None = None,
        *,
        again_from: Mapping[str, sfn.IChainable] | None = None,
    ) -> sfn.TaskStateBase:
        """A stage: the whole state in (or `payload`), the function's answer as the whole state out.

        `again_from`: errors that are no failures but mean that the work is to be taken up at an earlier stage.
        """
        task = self._task(function, payload)
        for error, earlier in (again_from or {}).items():
            task.add_catch(earlier, errors=[error], result_path="$.again_because")
        self._catch(task, task.id)
        return task

    def each(self, function: FolderFunction, *, bucket: ArtifactsBucket, items: str, concurrency: int) -> sfn.MapBase:
        """A stage once per line of the object whose key is at `items`; the state goes on as it was.

        Every item is an execution of its own: one execution may have 25,000 events, which is 3,500 items of a plain
        Map. Items answer nothing, for all answers together may have 256 KB.
        """
        task = self._task(function, None, suffix="_item", output=sfn.JsonPath.DISCARD)
        name = task.id.removesuffix("_item")
        each = sfn.DistributedMap(
            self,
            name,
            label=name,
            item_reader=sfn.S3JsonLItemReader(bucket=bucket, key=sfn.JsonPath.string_at(items)),
            map_execution_type=sfn.StateMachineType.STANDARD,
            max_concurrency=concurrency,
            result_path=sfn.JsonPath.DISCARD,
        )
        each.item_processor(task)
        self._reads.append(bucket)
        self._catch(each, name)
        return each

    def run(self, definition: sfn.IChainable) -> sfn.StateMachine:
        """The state machine of this chain, with logs and a time limit."""
        log_group = logs.LogGroup(
            self,
            "Logs",
            # Step Functions appends to the log groups' resource policy, which holds few; this prefix is exempt.
            log_group_name=f"/aws/vendedlogs/states/{self._config.settings.prefix}-{self.name}",
            retention=retention(self._config.log_days),
            removal_policy=RemovalPolicy.DESTROY,
        )
        timeout = self._config.scan_timeout if self.name == "market-scan" else self._config.build_timeout
        state_machine = sfn.StateMachine(
            self,
            "StateMachine",
            state_machine_name=f"{self._config.settings.prefix}-{self.name}",
            definition_body=sfn.DefinitionBody.from_chainable(definition),
            timeout=duration(timeout),
            role=self._role().without_policy_updates(),
            logs=sfn.LogOptions(destination=log_group, level=sfn.LogLevel.ALL, include_execution_data=False),
        )
        # CDK's own grant for a Distributed Map; the role has all that the items need, and by name.
        state_machine.node.try_remove_child("DistributedMapPolicy")
        acknowledge(state_machine, {"SF2": "a request's story is put together from logs (docs/operations.md)"})
        return state_machine

    def _task(
        self,
        function: FolderFunction,
        payload: Mapping[str, object] | None,
        suffix: str = "",
        output: str | None = None,
    ) -> tasks.LambdaInvoke:
        task = tasks.LambdaInvoke(
            self,
            function.folder.split("/")[1] + suffix,
            lambda_function=function,
            payload=sfn.TaskInput.from_object(dict(payload)) if payload else None,
            payload_response_only=True,
            retry_on_service_exceptions=False,
            output_path=output,
        )
        self._functions.append(function)
        retries = self._config.retries
        task.add_retry(
            errors=list(RETRYABLE_ERRORS),
            interval=duration(retries.interval),
            backoff_rate=retries.backoff,
            max_delay=duration(retries.longest),
            max_attempts=retries.attempts,
            jitter_strategy=sfn.JitterType.FULL,
        )
        return task

    def _catch(self, state: tasks.LambdaInvoke | sfn.MapBase, stage: str) -> None:
        failed = sfn.Pass(
            self,
            f"{stage}_failed",
            parameters={"stage": stage, "redrives": sfn.JsonPath.number_at(REDRIVES)},
            result_path="$.failed",
        )
        failed.next(self._record)
        state.add_catch(failed, errors=["States.ALL"], result_path="$.failure")
        self._resume.when(
            sfn.Condition.jsonata(f"{{% $states.input.recovery.resume = '{stage}' %}}"), state, outputs=WITHOUT_FAILURE
        )

    def _failure_recorder(self, function: FolderFunction) -> tasks.LambdaInvoke:
        record = tasks.LambdaInvoke(
            self,
            "record_failure",
            lambda_function=function,
            payload=sfn.TaskInput.from_object(
                {
                    "workflow": self.name,
                    "execution": sfn.JsonPath.execution_id,
                    "redrives": sfn.JsonPath.number_at(REDRIVES),
                    "redrives_at_failure": sfn.JsonPath.number_at("$.failed.redrives"),
                    "failed_stage": sfn.JsonPath.string_at("$.failed.stage"),
                    "failure": sfn.JsonPath.object_at("$.failure"),
                    "state": sfn.JsonPath.entire_payload,
                }
            ),
            payload_response_only=True,
            retry_on_service_exceptions=False,
            result_path="$.recovery",
        )
        record.add_retry(
            errors=LAMBDA_ERRORS, interval=duration(self._config.retries.interval), backoff_rate=2, max_attempts=3
        )
        return record

    def _allow_items(self, role: iam.Role) -> None:
        """By name: the machine itself needs this role first."""
        name = f"{self._config.settings.prefix}-{self.name}"
        stack = Stack.of(self)
        machine = stack.format_arn(
            service="states", resource="stateMachine", resource_name=name, arn_format=ArnFormat.COLON_RESOURCE_NAME
        )
        items = stack.format_arn(
            service="states", resource="execution", resource_name=f"{name}/*", arn_format=ArnFormat.COLON_RESOURCE_NAME
        )
        role.add_to_policy(iam.PolicyStatement(actions=["states:StartExecution"], resources=[machine]))
        role.add_to_policy(
            iam.PolicyStatement(
                actions=["states:DescribeExecution", "states:StopExecution", "states:RedriveExecution"],
                resources=[items],
            )
        )
        acknowledge_wildcards(role, [items], "executions of items have names that are made when they start")

    def _role(self) -> iam.Role:
        """Calls the stages' functions and nothing else; CDK's own grants would reach every version of them, too."""
        role = iam.Role(
            self,
            "Role",
            assumed_by=iam.ServicePrincipal(
                "states.amazonaws.com", conditions={"StringEquals": {"aws:SourceAccount": Stack.of(self).account}}
            ),
            description=f"What the state machine {self.name} may do",
        )
        role.add_to_policy(
            iam.PolicyStatement(
                actions=["lambda:InvokeFunction"], resources=[function.function_arn for function in self._functions]
            )
        )
        for bucket in self._reads:
            bucket.allow_items(role)
            self._allow_items(role)
        role.add_to_policy(iam.PolicyStatement(actions=DELIVER_LOGS, resources=["*"]))
        acknowledge(role, {"IAM5[Resource::*]": "the delivery of vended logs knows no resources"})
        return role
