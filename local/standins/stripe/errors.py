"""An error in Stripe's own shape: `{"error": {"type", "code", "message", "param"}}`."""

from typing import Any


class StripeError(Exception):
    def __init__(
        self, status: int, message: str, *, type: str = "invalid_request_error", code: str = "", param: str = ""
    ) -> None:
        super().__init__(message)
        self.status = status
        self.type = type
        self.code = code
        self.param = param
        self.message = message

    @property
    def body(self) -> dict[str, Any]:
        error = {"type": self.type, "message": self.message}
        optional = {"code": self.code, "param": self.param}
        return {"error": {**error, **{name: text for name, text in optional.items() if text}}}


def missing(kind: str, object_id: str, param: str = "id") -> StripeError:
    return StripeError(404, f"No such {kind}: '{object_id}'", code="resource_missing", param=param)


def invalid(message: str, param: str = "", code: str = "") -> StripeError:
    return StripeError(400, message, param=param, code=code)
