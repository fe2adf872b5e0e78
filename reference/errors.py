"""The documented error body, as an exception and as an answer."""

from __future__ import annotations

from fastapi.responses import JSONResponse


class ApiError(Exception):
    """A refusal that ends the request with ``status`` and the documented error body."""

    def __init__(self, status: int, code: str, message: str) -> None:
        super().__init__(message)
        self.status, self.code, self.message = status, code, message

    def response(self) -> JSONResponse:
        """The answer that goes out."""
        body = {"error_code": self.code, "message": self.message, "http_status": self.status}
        return JSONResponse(body, self.status)


class LimitReached(ApiError):  # noqa: N818
    """A documented limit was passed: 409."""

    def __init__(self, limit_id: str, message: str) -> None:
        super().__init__(409, "limit_reached", message)
        self.limit_id = limit_id
