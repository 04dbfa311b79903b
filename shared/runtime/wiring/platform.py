"""Wiring shared by all domains: artifacts, the model and its spend, secrets."""

from functools import cache
from typing import TYPE_CHECKING

from shared.runtime.settings import settings

if TYPE_CHECKING:
    from shared.adapters.artifacts import Artifacts
    from shared.adapters.claude import Claude, ModelUse
    from shared.adapters.deployment_assets import DeploymentAssets
    from shared.adapters.item_failures import MapRuns
    from shared.adapters.model_spend_table import ModelSpendTable
    from shared.adapters.oci_http import OciRepository
    from shared.adapters.workflow_failures_table import WorkflowFailuresTable


@cache
def artifacts() -> "Artifacts":
    from shared.adapters.artifacts import Artifacts

    return Artifacts(settings().artifacts_bucket)


@cache
def claude() -> "Claude":
    from shared.adapters.claude import Claude
    from shared.adapters.secrets import read_secret

    key = read_secret(settings().anthropic_secret)["api_key"]
    return Claude(api_key=key, base_url=settings().claude_url, billed=lambda use: charge(use, model_spend()))


@cache
def model_spend() -> "ModelSpendTable":
    from shared.adapters.model_spend_table import ModelSpendTable

    return ModelSpendTable(settings().meters_table, cap_cents=settings().daily_model_spend_cents)


@cache
def workflow_failures() -> "WorkflowFailuresTable":
    from shared.adapters.workflow_failures_table import WorkflowFailuresTable

    return WorkflowFailuresTable(settings().workflow_failures_table)


@cache
def item_failures() -> "MapRuns":
    from shared.adapters.item_failures import MapRuns

    return MapRuns()


def origin_secret() -> str | None:
    """The secret by which our CloudFront proves its identity; None if there is no CloudFront."""
    name = settings().origin_secret
    if name is None:
        return None
    from shared.adapters.secrets import read_secret

    return read_secret(name)["value"]


@cache
def deployment_assets() -> "DeploymentAssets":
    from shared.adapters.aws_clients import s3
    from shared.adapters.deployment_assets import DeploymentAssets

    return DeploymentAssets(s3())


def public_python_images() -> "OciRepository":
    from shared.adapters.public_images import public_images

    return public_images()


def charge(use: "ModelUse", purse: "ModelSpendTable") -> None:
    """Record the cost of one model call. Called once for every call, before anybody looks at the answer."""
    from shared.runtime.observability import count_model_use

    purse.add(use.cost_microusd)
    count_model_use(use)
