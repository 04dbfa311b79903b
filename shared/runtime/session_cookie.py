"""The cookie that carries a refresh token. Only the sign-in routes receive it, and scripts cannot read it."""

from typing import Annotated, Any

from fastapi import Cookie

NAME = "__Secure-mam_refresh"
PATH = "/api/v1/auth"
_ATTRIBUTES = f"Path={PATH}; HttpOnly; Secure; SameSite=Strict"

RefreshCookie = Annotated[
    str | None,
    Cookie(alias=NAME, description="The refresh token, as `POST /auth/login` has set it", examples=["ses_….…"]),
]


def keep_cookie(token: str, seconds: int) -> str:
    """The value of a Set-Cookie header."""
    return f"{NAME}={token}; Max-Age={seconds}; {_ATTRIBUTES}"


def drop_cookie() -> str:
    return f"{NAME}=; Max-Age=0; {_ATTRIBUTES}"


SET_COOKIE: dict[str, Any] = {
    "Set-Cookie": {
        "description": f"`{NAME}`, for {PATH} alone, out of the reach of scripts",
        "schema": {"type": "string"},
    }
}
