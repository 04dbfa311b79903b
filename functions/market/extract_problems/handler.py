"""One batch of the Map: finds the problems in the posts and keeps those that the posts support."""

from functions.market.extract_problems.extract import Extraction, Extractor
from shared.opportunities.scan import Batch, Extracted
from shared.runtime import wiring
from shared.runtime.cold_start import load_adapters
from shared.runtime.observability import count
from shared.runtime.settings import settings
from shared.runtime.stage import run_as_stage

load_adapters("artifacts", "aws_clients", "model_spend_table", "secrets")


@run_as_stage(Batch)
def handler(request: Batch) -> Extracted:
    extractor = Extractor(wiring.platform.claude(), wiring.platform.artifacts(), settings().model_fast)
    outcome = Extraction()
    try:
        extracted = extractor.extract(request, outcome)
    finally:
        _count_refused(outcome)
    count("ProblemsKept", extracted.kept)
    return extracted


def _count_refused(outcome: Extraction) -> None:
    """Count refused answers, also of failed batches, where the counts show the operator the cause."""
    for reason, number in outcome.dropped.items():
        count("ProblemsDropped", number, reason=reason)
    count("AnswersNotUsed", outcome.unused)
    count("TextsNeutralised", outcome.neutralised)
