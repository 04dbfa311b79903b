"""HTTP as the gateway speaks it: what is no HTTP at all (or has letters in its address that an address cannot have) is
answered in its words, before any application is asked.

After a request that cannot be trusted nothing more is read from its connection: what follows it may be a request that
somebody hid in it. A request that is begun and not finished in time ends its connection.
"""

import asyncio
import http

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

HEAD_SECONDS = 10.0
"""From the first byte of a request, or of a connection, to the end of its headers."""
BODY_SECONDS = 20.0
"""Between two pieces of a body."""


class GatewayProtocol(H11Protocol):
    head_seconds = HEAD_SECONDS
    body_seconds = BODY_SECONDS
    _refused = False
    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._wait(self.head_seconds)

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        if self._refused:
            return
        super().data_received(data)
        if not self._refused:
            self._wait_for_the_rest()

    def handle_events(self) -> None:
        if not self._refused:
            super().handle_events()

    def on_response_complete(self) -> None:
        super().on_response_complete()
        self._wait_for_the_rest()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002 (uvicorn's words)
        self._refuse(400)

    def _wait_for_the_rest(self) -> None:
        """For the rest of what has begun; between two requests the keep-alive time counts."""
        self._stop_waiting()
        if self.conn.their_state is h11.SEND_BODY:
            self._wait(self.body_seconds)
        elif self.conn.their_state is h11.IDLE and self.conn.trailing_data[0]:
            self._wait(self.head_seconds)

    def _wait(self, seconds: float) -> None:
        self._deadline = self.loop.call_later(seconds, self._refuse, 408)

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None

    def _refuse(self, status: int) -> None:
        """The last answer on this connection; the application, if it was asked, finds the caller gone."""
        self._refused = True
        self._stop_waiting()
        if self.conn.our_state in (h11.IDLE, h11.SEND_RESPONSE):
            self.transport.write(_answer(status))
        if self.cycle is not None and not self.cycle.response_complete:
            self.cycle.disconnected = True
            self.cycle.message_event.set()
        self.transport.close()


def _answer(status: int) -> bytes:
    phrase = http.HTTPStatus(status).phrase
    body = f'{{"message": "{phrase}"}}'
    head = f"HTTP/1.1 {status} {phrase}\r\ncontent-type: application/json\r\ncontent-length: {len(body)}\r\n"
    return f"{head}connection: close\r\n\r\n{body}".encode()
