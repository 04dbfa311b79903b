"""One batch of the Map: finds the problems that the posts describe and keeps those that the posts bear out."""

from functions.market.extract_problems.extract import Extractor
from shared.opportunities.scan import Batch, Extracted
from shared.runtime import wiring
from shared.runtime.observability import count, count_model_use
from shared.runtime.settings import settings
from shared.runtime.stage import stage


@stage(Batch)
def handler(request: Batch) -> Extracted:
    extractor = Extractor(wiring.claude(), wiring.artifacts(), wiring.model_spend(), settings().model_fast)
    extracted, outcome = extractor.extract(request)
    count("ProblemsKept", extracted.kept)
    for reason, number in extracted.dropped.items():
        count("ProblemsDropped", number, reason=reason)
    count("TextsNeutralised", outcome.neutralised)
    for answer in outcome.answers:
        count_model_use(answer, "extract_problems")
    return extracted
