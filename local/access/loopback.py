"""HTTP to this machine's own listeners. Nothing of the shell has a say: no proxy, no netrc, no certificate."""

from typing import Any

import httpx2

from local.ports import Ports, url

PATIENCE_SECONDS = 60.0


def ask(method: str, address: str, *, timeout: float = PATIENCE_SECONDS, **arguments: Any) -> httpx2.Response:
    """One request, as anybody could send it."""
    with httpx2.Client(trust_env=False, timeout=timeout) as client:
        return client.request(method, address, **arguments)


def command(ports: Ports, port: int, method: str, path: str, **arguments: Any) -> httpx2.Response:
    """One request to what only our own programs may ask; `port` is one of `ports`."""
    return ask(method, url(port) + path, headers=ports.credentials.control_headers(), **arguments)
