"""The base of every error that is shown over HTTP. Each error is defined beside the code that raises it;
`shared.runtime.problems` renders it.
"""

from collections.abc import Mapping
from typing import Any, ClassVar


class DomainProblem(Exception):
    """A refusal that the caller can understand. Subclasses set the class attributes; the instance says what happened.

    `type` is a stable slug for programs, and `title` says the same for people. `detail` describes this occurrence and
    how to fix it. `extra` holds further members of the problem document, `headers` further response headers
    (Retry-After, …).
    """

    status: ClassVar[int] = 500
    type: ClassVar[str] = "internal"
    title: ClassVar[str] = "Something went wrong on our side"

    def __init__(
        self, detail: str, *, extra: Mapping[str, Any] | None = None, headers: Mapping[str, str] | None = None
    ) -> None:
        super().__init__(detail)
        self.detail = detail
        self.extra: dict[str, Any] = dict(extra or {})
        self.headers: dict[str, str] = dict(headers or {})
