"""Powertools, configured once: structured logs, and business metrics as EMF lines in the log."""

import os
from threading import Lock
from typing import TYPE_CHECKING

from aws_lambda_powertools import Logger, single_metric
from aws_lambda_powertools.metrics import MetricUnit

if TYPE_CHECKING:
    from shared.adapters.claude import ModelUse

logger = Logger(service="mam", use_rfc3339=True)
_one_line = Lock()


def metrics_namespace() -> str:
    """The namespace of this deployment's metrics: two deployments in one account count separately."""
    return os.environ.get("POWERTOOLS_METRICS_NAMESPACE", "MAM")


def count(name: str, value: float = 1, *, unit: MetricUnit = MetricUnit.Count, **dimensions: str) -> None:
    """Write one business metric at once, as a line of its own, so that a crash right afterwards does not lose it.

    A lock keeps the lines of different threads apart. The line carries the correlation id, like every log line.
    """
    with _one_line, single_metric(name=name, unit=unit, value=value, namespace=metrics_namespace()) as metric:
        for key, text in dimensions.items():
            metric.add_dimension(name=key, value=text)
        metric.add_metadata(key="correlation_id", value=logger.get_correlation_id() or "none")


def count_model_use(use: "ModelUse") -> None:
    """Count the tokens and cost of one call, by its purpose and by the model that answered."""
    count("ModelInputTokens", use.input_tokens, task=use.prompt, model=use.model)
    count("ModelOutputTokens", use.output_tokens, task=use.prompt, model=use.model)
    count("ModelCostMicrousd", use.cost_microusd, task=use.prompt, model=use.model)
