"""Errors in OpenSearch's own shape, so that the client raises what it would raise in production."""

from typing import Any


class SearchError(Exception):
    def __init__(self, status: int, kind: str, reason: str) -> None:
        super().__init__(f"{kind}: {reason}")
        self.status, self.kind, self.reason = status, kind, reason

    def document(self) -> dict[str, Any]:
        cause = {"type": self.kind, "reason": self.reason}
        return {"error": {"root_cause": [cause], **cause}, "status": self.status}


def index_missing(name: str) -> SearchError:
    return SearchError(404, "index_not_found_exception", f"no such index [{name}]")


def unsupported(what: str) -> SearchError:
    """What the real service would accept but the product does not use: refused, so that nobody starts relying on it
    here.
    """
    return SearchError(400, "parsing_exception", f"{what} is not supported by the search stand-in")


def illegal(reason: str) -> SearchError:
    return SearchError(400, "illegal_argument_exception", reason)
