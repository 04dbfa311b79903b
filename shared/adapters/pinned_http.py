"""HTTP/1.1 for one host name to one address that was checked beforehand, with a hard deadline. Resolves no names, uses
no proxies and follows no redirects.
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
    """There was no connection, no valid HTTP, or no complete answer within the time."""


@dataclass(frozen=True)
class RawResponse:
    """`body` is as sent, still compressed. `complete` is false if the body is longer than the limit."""

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
    """GET `target` of `host` over a connection to `address`. Reads at most `max_bytes` and takes at most `seconds`.

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
    """`host` is the name in the request and the certificate; `address` is the target of the connection."""

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
        """End the connection from outside. A server that sends one byte a second would never reach a socket
        time-out.
        """
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
