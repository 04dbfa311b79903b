"""Wiring of runs: agents' tasks, the targets of their effects, and the stored runs."""

from functools import cache
from typing import TYPE_CHECKING

from shared.billing.spend import DEMO_PURSE
from shared.runtime.settings import settings
from shared.runtime.wiring import platform

if TYPE_CHECKING:
    from shared.adapters.demo_limits_table import DemoLimitsTable
    from shared.adapters.ecs_cluster import EcsCluster
    from shared.adapters.run_queue import SqsRunQueue
    from shared.adapters.runs_table import RunsTable
    from shared.adapters.task_refusals_table import TaskRefusalsTable
    from shared.adapters.web_pages import PublicWeb
    from shared.runs.performed_effects import AgentModel
    from shared.runs.task_reaper import TaskReaper
    from shared.runs.tasks import AgentTasks

AGENT_MODEL_SECONDS = 30.0
FORWARD_SECONDS = 60
"""The forwarding function's own timeout, so waiting longer for it is useless."""


@cache
def stored_runs() -> "RunsTable":
    from shared.adapters.runs_table import RunsTable

    return RunsTable(settings().agent_runs_table, platform.artifacts())


@cache
def demo_limits() -> "DemoLimitsTable":
    from shared.adapters.demo_limits_table import DemoLimitsTable

    return DemoLimitsTable(settings().meters_table)


@cache
def run_queue() -> "SqsRunQueue":
    from shared.adapters.run_queue import SqsRunQueue

    return SqsRunQueue(settings().run_queue_url)


@cache
def public_web() -> "PublicWeb":
    from shared.adapters.web_pages import PublicWeb

    return PublicWeb(test_web_address=settings().test_web_address)


@cache
def agent_model() -> "AgentModel":
    """Claude for demos. It gives up sooner, since somebody is waiting, and pays from a separate purse, since anybody
    can empty it.
    """
    from shared.adapters.agent_model import ClaudeForAgents
    from shared.adapters.claude import Claude
    from shared.adapters.model_spend_table import ModelSpendTable
    from shared.adapters.secrets import read_secret

    key = read_secret(settings().anthropic_secret)["api_key"]
    spend = ModelSpendTable(settings().meters_table, cap_cents=settings().daily_model_spend_cents, purse=DEMO_PURSE)
    hasty = Claude(
        api_key=key,
        base_url=settings().claude_url,
        billed=lambda use: platform.charge(use, spend),
        timeout=AGENT_MODEL_SECONDS,
        retries=1,
    )
    return ClaudeForAgents(hasty, settings().model_fast, spend)


@cache
def agent_tasks() -> "AgentTasks":
    from shared.adapters.agent_tasks import EcsTaskRunner, Network
    from shared.adapters.agent_tasks_table import AgentTasksTable
    from shared.adapters.aws_clients import ecs, lambda_invoker
    from shared.runs.tasks import AgentTasks
    from shared.runtime.observability import logger

    network = Network(
        cluster=settings().agents_cluster,
        subnets=settings().agent_subnets,
        security_group=settings().agent_security_group,
        execution_role=settings().agent_execution_role,
    )
    runner = EcsTaskRunner(
        ecs=ecs(),
        invoker=lambda_invoker(FORWARD_SECONDS),
        network=network,
        repository=settings().agent_repository,
        forward_function=settings().forward_function,
        correlation_id=logger.get_correlation_id,
    )
    return AgentTasks(runner, AgentTasksTable(settings().agent_tasks_table))


@cache
def agents_cluster() -> "EcsCluster":
    from shared.adapters.aws_clients import ecs
    from shared.adapters.ecs_cluster import EcsCluster

    return EcsCluster(ecs(), settings().agents_cluster)


@cache
def task_refusals() -> "TaskRefusalsTable":
    from shared.adapters.task_refusals_table import TaskRefusalsTable

    return TaskRefusalsTable(settings().meters_table)


@cache
def agent_task_reaper() -> "TaskReaper":
    from shared.adapters.agent_tasks_table import AgentTasksTable
    from shared.runs.task_reaper import TaskReaper

    return TaskReaper(agents_cluster(), AgentTasksTable(settings().agent_tasks_table))
