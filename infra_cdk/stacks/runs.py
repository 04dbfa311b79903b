"""Agents at work: demos, their worker, and the functions that reach and clear away the tasks that agents run in."""

from datetime import timedelta
from functools import partial

from aws_cdk import Stack
from aws_cdk import aws_lambda_event_sources as sources
from constructs import Construct

from infra_cdk.config import ONE_VCPU_MB, Config
from infra_cdk.constructs.endpoint import GET, POST, Api, Endpoint
from infra_cdk.constructs.function import FolderFunction
from infra_cdk.constructs.queue import DeadLetters, WorkQueue
from infra_cdk.constructs.schedule import Every
from infra_cdk.stacks.data import DataStack
from infra_cdk.stacks.runtime import RuntimeStack


class RunsStack(Stack):
    """The functions of `functions/runs`. `allow_tasks` lets functions of other stacks work with tasks, too."""

    def __init__(
        self,
        scope: Construct,
        construct_id: str,
        *,
        config: Config,
        data: DataStack,
        runtime: RuntimeStack,
        api: Api,
    ) -> None:
        super().__init__(scope, construct_id, description="MAM: agents at work")
        self._data = data
        self._runtime = runtime
        endpoint = partial(Endpoint, self, api=api, config=config)
        reaction = partial(FolderFunction, self, config=config)
        self.queue = WorkQueue(
            self, "runs", config=config, visibility=config.run_visibility, attempts=config.run_attempts
        )

        self.forward_to_task = reaction(
            "runs/forward_to_task",
            timeout=timedelta(seconds=60),
            vpc=runtime.network.vpc,
            security_group=runtime.network.forwarder,
            settings={"TASK_NETWORK": config.task_network},
        )

        start_demo = endpoint("runs/start_demo", POST, "/agents/{slug}/demo", throttle=config.demo_throttle)
        data.agents.allow(start_demo, "GetItem")
        data.meters.allow(start_demo, "GetItem", "UpdateItem")
        data.agent_runs.allow(start_demo, "GetItem", "PutItem", "UpdateItem")
        data.artifacts.allow(start_demo, read=("listings/*", "demos/*"), write=("demos/*",))
        self.queue.allow(start_demo, "SendMessage", setting="RUN_QUEUE_URL")

        get_demo = endpoint("runs/get_demo", GET, "/demos/{token}")
        data.agent_runs.allow(get_demo, "GetItem", "UpdateItem")
        data.meters.allow(get_demo, "GetItem", "UpdateItem")
        data.artifacts.allow(get_demo, read=("demos/*",))
        self.queue.allow(get_demo, "SendMessage", setting="RUN_QUEUE_URL")

        perform_run = reaction(
            "runs/perform_run",
            uses=["llm"],
            memory=ONE_VCPU_MB,
            timeout=config.run_worker_timeout,
            settings={
                "MODEL_FAST": config.models.fast,
                "DAILY_MODEL_SPEND_CENTS": str(config.models.daily_demo_spend_cents),
            },
        )
        data.agent_runs.allow(perform_run, "GetItem", "UpdateItem")
        data.meters.allow(perform_run, "GetItem", "UpdateItem")
        data.artifacts.allow(perform_run, read=("demos/*",), write=("demos/*",))
        data.anthropic.allow(perform_run)
        self.allow_tasks(perform_run, kept_warm=True)
        perform_run.add_event_source(
            sources.SqsEventSource(
                self.queue, batch_size=1, max_concurrency=config.run_workers, report_batch_item_failures=True
            )
        )

        reaper_letters = DeadLetters(self, "reap-tasks", config=config)
        reap_tasks = reaction("runs/reap_tasks", timeout=timedelta(seconds=60), dead_letters=reaper_letters)
        data.agent_tasks.allow(reap_tasks, "Scan", "DeleteItem")
        runtime.allow_clearing(reap_tasks)
        Every(
            self,
            "reap-tasks",
            config=config,
            span=config.reap_every,
            starts=reap_tasks,
            dead_letters=reaper_letters,
            from_the_start=True,
        )
        self.dead_letters = [self.queue.dead_letters, reaper_letters]

    def allow_tasks(self, function: FolderFunction, *, kept_warm: bool) -> None:
        """Let a function start, wait for, call and stop tasks of agents; or take warm ones and leave them so."""
        self._runtime.allow_starting(function)
        function.add_environment("FORWARD_FUNCTION", self.forward_to_task.function_name)
        function.may(["lambda:InvokeFunction"], [self.forward_to_task.function_arn])
        self._data.agent_tasks.allow(function, "PutItem", "DeleteItem", *(("Query", "UpdateItem") if kept_warm else ()))
