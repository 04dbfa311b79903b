"""Powertools, configured once: structured logs, traces, and business metrics as EMF lines in the log."""

from typing import TYPE_CHECKING, Any

from aws_lambda_powertools import Logger, Tracer, single_metric
from aws_lambda_powertools.metrics import MetricUnit

if TYPE_CHECKING:
    from shared.adapters.claude import Answer

NAMESPACE = "MAM"

logger = Logger(service="mam", use_rfc3339=True)
tracer = Tracer(service="mam", auto_patch=False)


def count(name: str, value: float = 1, *, unit: MetricUnit = MetricUnit.Count, **dimensions: str) -> None:
    """Write one business metric at once, as a line of its own: a crash right afterwards does not lose it."""
    with single_metric(name=name, unit=unit, value=value, namespace=NAMESPACE) as metric:
        for key, text in dimensions.items():
            metric.add_dimension(name=key, value=text)


def count_model_use(answer: "Answer[Any]", task: str) -> None:
    """Tokens and cost of one call, by what it was for and by the model that answered."""
    count("ModelInputTokens", answer.input_tokens, task=task, model=answer.model)
    count("ModelOutputTokens", answer.output_tokens, task=task, model=answer.model)
    count("ModelCostMicrousd", answer.cost_microusd, task=task, model=answer.model)
