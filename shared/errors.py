"""The base of every error that has an HTTP face. It lives beside what raises it; `shared.runtime.problems` renders
it.
"""

from collections.abc import Mapping
from typing import Any, ClassVar


class DomainProblem(Exception):
    """A refusal that the caller can understand. Subclasses set the class attributes; the instance says what happened.

    `type` is a stable slug that programs match on, `title` the same for people, `detail` this occurrence (and how to
    fix it), `extra` further members of the problem document, `headers` further headers of the response (Retry-After,
    …).
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
