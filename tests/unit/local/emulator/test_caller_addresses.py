"""A function is told the address that really called it."""

import asyncio
from typing import Any

from local.emulator.caller_addresses import with_caller
from local.emulator.http_api import PREFIX, HttpApiLimits
from tests.unit.local.emulator.asgi_calls import call

EVENT: dict[str, Any] = {"version": "2.0", "requestContext": {"http": {"method": "GET", "sourceIp": "127.0.0.1"}}}


def called_from(address: str | None) -> str:
    """What the event says of a request that came from there."""
    told: list[str] = []

    async def function(_scope: Any, _receive: Any, send: Any) -> None:
        event = await asyncio.to_thread(with_caller, EVENT)
        told.append(event["requestContext"]["http"]["sourceIp"])
        await send({"type": "http.response.start", "status": 200, "headers": []})
        await send({"type": "http.response.body", "body": b""})

    async def placed(scope: Any, receive: Any, send: Any) -> None:
        await HttpApiLimits(function)({**scope, "client": (address, 50_000) if address else None}, receive, send)

    assert call(placed, path=f"{PREFIX}api/$default/api/v1/agents").status == 200
    return told[0]


def test_each_caller_counts_for_itself() -> None:
    assert called_from("127.0.0.7") == "127.0.0.7"
    assert called_from("127.0.0.8") == "127.0.0.8"
    assert called_from(None) == "127.0.0.1"


def test_the_event_itself_and_all_other_events_stay_as_they_are() -> None:
    called_from("127.0.0.7")
    assert EVENT["requestContext"]["http"]["sourceIp"] == "127.0.0.1"
    for event in ({"Records": []}, [], None, "text", {"requestContext": None}, {"requestContext": {"http": None}}):
        assert with_caller(event) is event
