"""An error in the API's own shape: `{"type": "error", "error": {"type", "message"}, "request_id"}`."""


class ApiError(Exception):
    def __init__(self, status: int, type: str, message: str):
        super().__init__(message)
        self.status = status
        self.type = type
        self.message = message


def invalid_request(message: str) -> ApiError:
    return ApiError(400, "invalid_request_error", message)
