"""Assigns each problem of the scan to an opportunity."""

from functions.market.cluster_problems.place import place
from shared.opportunities.scan import Clustered, Scanned
from shared.runtime import wiring
from shared.runtime.stage import run_as_stage


@run_as_stage(Scanned)
def handler(request: Scanned) -> Clustered:
    return place(
        request,
        embedder=wiring.market.embeddings(),
        opportunities=wiring.market.opportunities(),
        problems=wiring.market.problems(),
        artifacts=wiring.platform.artifacts(),
    )
