"""`python -m local reindex`: the same invocation as on AWS (docs/operations.md)."""

import json
from typing import Any

from local import aws
from local.ports import Ports

FUNCTION = "mam-index-agent"


class NotIndexed(Exception):
    """The function failed: the search index or the table does not answer."""


def reindex(ports: Ports) -> int:
    """How many agents were written, with those that are off the shelf."""
    answer: Any = aws.client("lambda", ports).invoke(FunctionName=FUNCTION, Payload=json.dumps({"reindex": True}))
    found = json.loads(answer["Payload"].read() or b"{}")
    if answer.get("FunctionError") or "agents" not in found:
        reason = found.get("errorMessage") or found.get("message") or "no answer"
        raise NotIndexed(f"{FUNCTION} failed: {reason}. Try again; `python -m local logs index-agent` tells more.")
    return int(found["agents"])
