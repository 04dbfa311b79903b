"""What cannot be trusted ends its connection, and what does not go on ends in time."""

import asyncio
import socket
import threading
from collections.abc import Iterator

import pytest
import uvicorn

from local.emulator.asgi import Receive, Scope, Send, respond
from local.emulator.front_door import FrontDoor
from local.emulator.gateway_protocol import GatewayProtocol
from local.emulator.http_api import HttpApiLimits

SECOND = b"GET /api/v1/second HTTP/1.1\r\nHost: x\r\n\r\n"


class Impatient(GatewayProtocol):
    head_seconds = 0.3
    body_seconds = 0.3


class Served:
    def __init__(self) -> None:
        self.asked: list[tuple[str, bytes]] = []
        self.listener = socket.create_server(("127.0.0.1", 0))
        door = FrontDoor(HttpApiLimits(self.answer), lambda: "api", "127.0.0.1:1")
        self.server = uvicorn.Server(
            uvicorn.Config(door, http=Impatient, ws="none", interface="asgi3", lifespan="off", log_level="critical")
        )
        self.thread = threading.Thread(target=lambda: asyncio.run(self.server.serve([self.listener])))
        self.thread.start()

    async def answer(self, scope: Scope, receive: Receive, send: Send) -> None:
        self.asked.append((scope["path"].rpartition("/")[2], (await receive()).get("body", b"")))
        await respond(send, 200, b"ok", "text/plain")

    def exchange(self, *pieces: bytes) -> bytes:
        """Everything that comes back until the connection ends, or nothing more comes."""
        with socket.create_connection(self.listener.getsockname(), timeout=5) as connection:
            for piece in pieces:
                connection.sendall(piece)
            answer = b""
            try:
                while read := connection.recv(65536):
                    answer += read
            except (ConnectionResetError, TimeoutError) as ended:
                answer += b"" if isinstance(ended, ConnectionResetError) else b"STILL OPEN"
        return answer


@pytest.fixture
def served() -> Iterator[Served]:
    door = Served()
    yield door
    door.server.should_exit = True
    door.thread.join(10)
    door.listener.close()


POST = b"POST /api/v1/first HTTP/1.1\r\nHost: x\r\n"


@pytest.mark.parametrize(
    "bad",
    [
        b"nonsense\r\n\r\n",
        b"GET /api/v1/first HTTP/1.1\r\n\r\n",
        b"GET /api/v1/first HTTP/1.1\r\nHost: a\r\nHost: b\r\n\r\n",
        b"GET /api/v1/\xff HTTP/1.1\r\nHost: x\r\n\r\n",
        b"GET /api/v1/first HTTP/1.1\r\nHost: x\r\nA : b\r\n\r\n",
        b"GET /api/v1/first HTTP/1.1\r\nHost: x\r\nA: b\x00\r\n\r\n",
        POST + b"Content-Length: 3\r\nContent-Length: 4\r\n\r\nabcd",
        POST + b"Content-Length: +3\r\n\r\nabc",
        POST + b"Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
        POST + b"Transfer-Encoding: chunked\r\nContent-Length: 0\r\n\r\n5\r\nhello\r\n0\r\n\r\n",
        POST + b"Transfer-Encoding: chunked\r\n\r\nzz\r\n",
        POST + b"Transfer-Encoding: chunked\r\n\r\n3\r\nabcXX0\r\n\r\n",
        POST + b"Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n",
    ],
)
def test_after_a_bad_request_nothing_is_answered_on_its_connection(served: Served, bad: bytes) -> None:
    for pieces in ([bad + SECOND], [bad, SECOND], [SECOND.replace(b"second", b"zeroth") + bad + SECOND]):
        answer = served.exchange(*pieces)
        bad_ones = answer.count(b"HTTP/1.1 4") + answer.count(b"HTTP/1.1 501")
        assert bad_ones == 1, (pieces, answer)
        assert b"STILL OPEN" not in answer
    assert not [asked for asked in served.asked if asked[0] in ("second", "first")]


def test_good_requests_share_a_connection(served: Served) -> None:
    answer = served.exchange(
        POST + b"Content-Length: 3\r\n\r\nabc" + SECOND + SECOND[:-2] + b"Connection: close\r\n\r\n"
    )
    assert answer.count(b"HTTP/1.1 200") == 3
    assert served.asked == [("first", b"abc"), ("second", b""), ("second", b"")]


@pytest.mark.parametrize(
    "half",
    [
        b"",
        b"GE",
        SECOND[:-2],
        POST + b"Content-Length: 10\r\n\r\nabc",
        POST + b"Transfer-Encoding: chunked\r\n\r\n3\r\nab",
    ],
)
def test_a_request_that_does_not_go_on_ends_in_time_and_reaches_nobody(served: Served, half: bytes) -> None:
    answer = served.exchange(half)
    assert answer.startswith(b"HTTP/1.1 408 ")
    assert answer.count(b"HTTP/1.1") == 1
    assert served.asked == []


def test_half_a_body_whose_sender_went_away_is_no_request(served: Served) -> None:
    with socket.create_connection(served.listener.getsockname()) as connection:
        connection.sendall(POST + b"Content-Length: 10\r\n\r\nabc")
    assert served.exchange(SECOND[:-2] + b"Connection: close\r\n\r\n").startswith(b"HTTP/1.1 200")
    assert served.asked == [("second", b"")]


@pytest.mark.parametrize("protocol", [b"websocket", b"h2c"])
def test_who_asks_to_speak_another_protocol_is_answered_in_this_one(served: Served, protocol: bytes) -> None:
    asked = SECOND[:-2] + b"Connection: Upgrade, close\r\nUpgrade: " + protocol + b"\r\n"
    asked += b"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    assert served.exchange(asked).startswith(b"HTTP/1.1 200 ")
