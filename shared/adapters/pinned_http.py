"""HTTP/1.1 to one address that was checked beforehand, for one name: no resolving here, no proxies, no redirects, a
hard deadline.
"""

import http.client
import socket
import ssl
import threading
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass

READ_BYTES = 64 * 1024


class RequestFailed(Exception):
    """No connection, no proper HTTP, or not within the time."""


@dataclass(frozen=True)
class RawResponse:
    """`body` is as it was sent (still compressed), `complete` false if it is longer than what may be read."""

    status: int
    headers: Mapping[str, str]
    body: bytes
    complete: bool


def get(
    *,
    scheme: str,
    host: str,
    address: str,
    port: int,
    target: str,
    headers: Mapping[str, str],
    max_bytes: int,
    seconds: float,
) -> RawResponse:
    """GET `target` of `host`, connected to `address`; reads no more than `max_bytes` and takes no longer than
    `seconds`.

    Raises RequestFailed.
    """
    connection = _Pinned(host, address, port, tls=scheme == "https", seconds=seconds)
    watchdog = threading.Timer(seconds, connection.cut)
    watchdog.daemon = True
    watchdog.start()
    try:
        connection.request("GET", target, headers=dict(headers))
        response = connection.getresponse()
        body, complete = _read(response, max_bytes)
        if connection.was_cut:
            raise RequestFailed("took too long")
        return RawResponse(
            response.status, {name.lower(): value for name, value in response.getheaders()}, body, complete
        )
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise RequestFailed("took too long" if connection.was_cut else _describe_error(error)) from error
    finally:
        watchdog.cancel()
        connection.close()


def _read(response: http.client.HTTPResponse, max_bytes: int) -> tuple[bytes, bool]:
    body = bytearray()
    while len(body) <= max_bytes:
        piece = response.read1(READ_BYTES)
        if not piece:
            if response.length:
                raise http.client.IncompleteRead(bytes(body), response.length)
            return bytes(body), True
        body += piece
    return bytes(body[:max_bytes]), False


class _Pinned(http.client.HTTPConnection):
    """`host` is what the request and the certificate name, `address` where the connection goes."""

    def __init__(self, host: str, address: str, port: int, *, tls: bool, seconds: float) -> None:
        super().__init__(host, port, timeout=seconds)
        self._address = address
        self._tls = tls
        self._open: socket.socket | None = None
        self.was_cut = False

    def connect(self) -> None:
        self._open = self.sock = socket.create_connection((self._address, self.port), self.timeout)
        if self._tls:
            context = ssl.create_default_context()
            tls = context.wrap_socket(self.sock, server_hostname=self.host, do_handshake_on_connect=False)
            self._open = self.sock = tls
            tls.do_handshake()
        if self.was_cut:
            raise TimeoutError

    def cut(self) -> None:
        """End it from outside: a server that sends a byte a second never runs into a time-out of its own."""
        self.was_cut = True
        if self._open is not None:
            with suppress(OSError):
                self._open.shutdown(socket.SHUT_RDWR)


def _describe_error(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "took too long"
    if isinstance(error, ssl.SSLCertVerificationError):
        return "its certificate is not valid"
    return "no proper answer"
