"""The composition root: the only place that builds adapters, each on first use, so a function loads only its own."""

from functools import cache
from typing import TYPE_CHECKING

from shared.runtime.settings import settings

if TYPE_CHECKING:
    from shared.adapters.agent_versions_table import AgentVersionsTable
    from shared.adapters.agents_table import AgentsTable
    from shared.adapters.artifacts import Artifacts
    from shared.adapters.catalogue_search import CatalogSearch
    from shared.adapters.claude import Claude, ModelUse
    from shared.adapters.code_linters import CodeLinters
    from shared.adapters.demo_limits_table import DemoLimitsTable
    from shared.adapters.deployment_assets import DeploymentAssets
    from shared.adapters.embeddings import Embeddings
    from shared.adapters.image_registry import ImageRegistry
    from shared.adapters.model_spend_table import ModelSpendTable
    from shared.adapters.oci_http import OciRepository
    from shared.adapters.opportunities_table import OpportunitiesTable
    from shared.adapters.problems_table import ProblemsTable
    from shared.adapters.reddit_posts import RedditPosts
    from shared.adapters.run_queue import SqsRunQueue
    from shared.adapters.runs_table import RunsTable
    from shared.adapters.seen_posts_table import SeenPostsTable
    from shared.adapters.web_pages import PublicWeb
    from shared.adapters.workflow_failures_table import WorkflowFailuresTable
    from shared.catalogue.shelf import Shelf
    from shared.runs.performed_effects import AgentModel
    from shared.runs.task_reaper import TaskReaper
    from shared.runs.tasks import AgentTasks


AGENT_MODEL_SECONDS = 30.0
FORWARD_SECONDS = 60
"""The forwarding function's own timeout: waiting longer for it gains nothing."""


@cache
def artifacts() -> "Artifacts":
    from shared.adapters.artifacts import Artifacts

    return Artifacts(settings().artifacts_bucket)


@cache
def claude() -> "Claude":
    from shared.adapters.claude import Claude
    from shared.adapters.secrets import secret_json

    key = secret_json(settings().anthropic_secret)["api_key"]
    return Claude(api_key=key, base_url=settings().claude_url, billed=lambda use: _charge(use, model_spend()))


@cache
def embeddings() -> "Embeddings":
    from pathlib import Path

    from shared.adapters.embeddings import Embeddings

    return Embeddings(Path(settings().embedder_model))


@cache
def reddit_posts() -> "RedditPosts":
    from shared.adapters.reddit_posts import RedditPosts
    from shared.adapters.secrets import secret_json

    secret = secret_json(settings().reddit_secret)
    return RedditPosts(
        client_id=secret["client_id"],
        client_secret=secret["client_secret"],
        user_agent=secret["user_agent"],
        url=settings().reddit_url,
    )


@cache
def opportunities() -> "OpportunitiesTable":
    from shared.adapters.opportunities_table import OpportunitiesTable

    return OpportunitiesTable(settings().opportunities_table)


@cache
def problems() -> "ProblemsTable":
    from shared.adapters.problems_table import ProblemsTable

    return ProblemsTable(settings().problems_table)


@cache
def seen_posts() -> "SeenPostsTable":
    from shared.adapters.seen_posts_table import SeenPostsTable

    return SeenPostsTable(settings().seen_posts_table)


@cache
def workflow_failures() -> "WorkflowFailuresTable":
    from shared.adapters.workflow_failures_table import WorkflowFailuresTable

    return WorkflowFailuresTable(settings().workflow_failures_table)


@cache
def catalog_search() -> "CatalogSearch":
    from shared.adapters.catalogue_search import CatalogSearch

    return CatalogSearch(settings().search_url)


@cache
def shelf() -> "Shelf":
    from shared.catalogue.shelf import Shelf
    from shared.runtime.observability import logger

    def tell(error: Exception) -> None:
        logger.warning("search is down", extra={"reason": str(error)})

    return Shelf(catalog_search(), agents(), failed=tell)


@cache
def agents() -> "AgentsTable":
    """For reading, reserving and rejecting."""
    from shared.adapters.agents_table import AgentsTable

    return AgentsTable(settings().agents_table)


@cache
def publishing_agents() -> "AgentsTable":
    """As `agents`, and able to publish, which also writes the table of versions."""
    from shared.adapters.agents_table import AgentsTable

    return AgentsTable(settings().agents_table, settings().agent_versions_table)


@cache
def agent_versions() -> "AgentVersionsTable":
    from shared.adapters.agent_versions_table import AgentVersionsTable

    return AgentVersionsTable(settings().agent_versions_table)


@cache
def model_spend() -> "ModelSpendTable":
    from shared.adapters.model_spend_table import ModelSpendTable

    return ModelSpendTable(settings().meters_table, cap_cents=settings().daily_model_spend_cents)


@cache
def code_linters() -> "CodeLinters":
    from shared.adapters.code_linters import CodeLinters

    return CodeLinters()


@cache
def demo_limits() -> "DemoLimitsTable":
    from shared.adapters.demo_limits_table import DemoLimitsTable

    return DemoLimitsTable(settings().meters_table)


@cache
def run_queue() -> "SqsRunQueue":
    from shared.adapters.run_queue import SqsRunQueue

    return SqsRunQueue(settings().run_queue_url)


@cache
def runs() -> "RunsTable":
    from shared.adapters.runs_table import RunsTable

    return RunsTable(settings().agent_runs_table, artifacts())


@cache
def public_web() -> "PublicWeb":
    from shared.adapters.web_pages import PublicWeb

    return PublicWeb(test_web_address=settings().test_web_address)


@cache
def agent_model() -> "AgentModel":
    """Claude for demos: somebody waits, so it gives up sooner; it has a purse of its own, which anybody may empty."""
    from shared.adapters.agent_model import ClaudeForAgents
    from shared.adapters.claude import Claude
    from shared.adapters.model_spend_table import ModelSpendTable
    from shared.adapters.secrets import secret_json

    key = secret_json(settings().anthropic_secret)["api_key"]
    spend = ModelSpendTable(
        settings().meters_table, cap_cents=settings().daily_model_spend_cents, purse="demo_model_spend"
    )
    hasty = Claude(
        api_key=key,
        base_url=settings().claude_url,
        billed=lambda use: _charge(use, spend),
        timeout=AGENT_MODEL_SECONDS,
        retries=1,
    )
    return ClaudeForAgents(hasty, settings().model_fast, spend)


def _charge(use: "ModelUse", purse: "ModelSpendTable") -> None:
    """Every call of the model comes through here once, whether or not its answer is of use: first the money."""
    from shared.runtime.observability import count_model_use

    purse.add(use.cost_microusd)
    count_model_use(use)


@cache
def image_registry() -> "ImageRegistry":
    from shared.adapters.aws_clients import ecr
    from shared.adapters.image_registry import ImageRegistry

    return ImageRegistry(ecr=ecr(), repository=settings().agent_repository, registry_url=settings().agent_registry_url)


@cache
def deployment_assets() -> "DeploymentAssets":
    from shared.adapters.aws_clients import s3
    from shared.adapters.deployment_assets import DeploymentAssets

    return DeploymentAssets(s3())


def public_python_images() -> "OciRepository":
    from shared.adapters.public_images import public_images

    return public_images()


@cache
def agent_tasks() -> "AgentTasks":
    from shared.adapters.agent_tasks import EcsTaskRunner, Network
    from shared.adapters.agent_tasks_table import AgentTasksTable
    from shared.adapters.aws_clients import ecs, lambda_invoker
    from shared.runs.tasks import AgentTasks

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
    )
    return AgentTasks(runner, AgentTasksTable(settings().agent_tasks_table))


@cache
def agent_task_reaper() -> "TaskReaper":
    from shared.adapters.agent_tasks_table import AgentTasksTable
    from shared.adapters.aws_clients import ecs
    from shared.adapters.ecs_cluster import EcsCluster
    from shared.runs.task_reaper import TaskReaper

    return TaskReaper(EcsCluster(ecs(), settings().agents_cluster), AgentTasksTable(settings().agent_tasks_table))


def origin_secret() -> str | None:
    """What our CloudFront proves itself with; None where there is none."""
    name = settings().origin_secret
    if name is None:
        return None
    from shared.adapters.secrets import secret_json

    return secret_json(name)["value"]
