"""Opportunity cards that the offline scan made from real posts."""

import json
from functools import cache
from pathlib import Path

from shared.opportunities.models import Opportunity

FILE = Path(__file__).parent.parent / "data/opportunities.jsonl"


@cache
def opportunity_cards() -> tuple[Opportunity, ...]:
    return tuple(Opportunity.model_validate(json.loads(line)) for line in FILE.read_text().splitlines())
