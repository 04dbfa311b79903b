"""Step Functions: finds why an item of a Distributed Map failed, since the Map itself does not report it."""

from collections.abc import Mapping
from typing import Any

from shared.adapters.aws_clients import states

MOST_LOOKED_AT = 100


class MapRuns:
    """Implements `shared.workflows.failures.ItemFailures`."""

    def first_of(self, execution: str) -> Mapping[str, Any] | None:
        runs = states().list_map_runs(executionArn=execution)["mapRuns"]
        if not runs:
            return None
        last = max(runs, key=lambda run: run["startDate"])["mapRunArn"]
        failed = states().list_executions(mapRunArn=last, statusFilter="FAILED", maxResults=MOST_LOOKED_AT)[
            "executions"
        ]
        if not failed:
            return None
        first = min(failed, key=lambda item: item["stopDate"])["executionArn"]
        item = states().describe_execution(executionArn=first)
        return {"Error": item.get("error"), "Cause": item.get("cause")}
