"""Runs of agent-factory until one ends with a published agent.

Which opportunities the model can serve follows from the posts and from the model: turning one down with a reason is a
good end too, and no test here is about which.
"""

from collections.abc import Callable

from local.embedded_cloud import EmbeddedCloud
from local.workflows import Execution

_MOST_RUNS = 6


def until_published(run: Callable[[], Execution]) -> Execution:
    """The first of `run`'s executions that published; those before it have to have been rejected for a reason."""
    for _ in range(_MOST_RUNS):
        execution = run()
        assert execution.succeeded, execution.cause
        if execution.output["outcome"] == "published":
            return execution
        assert execution.output["outcome"] == "rejected", execution.output
        assert execution.output["reason"]
    raise AssertionError(f"nothing published in {_MOST_RUNS} runs of agent-factory")


def publish_an_agent(cloud: EmbeddedCloud) -> Execution:
    return until_published(lambda: cloud.run_workflow("agent-factory"))
