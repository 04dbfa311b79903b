"""Sends one HTTP request to one task. Only this function may reach tasks, and it sends to no other addresses."""

import http.client
import ipaddress
import re
from typing import Any

MAX_REPLY_BYTES = 1_200_000
MOST_SECONDS = 50.0
CONNECT_SECONDS = 3.0
PORT = 8080
METHODS = {"/run": "POST", "/health": "GET"}


class Refused(Exception):
    """The request names an address that is not an agent's task."""


def forward(request: dict[str, Any], network: str) -> dict[str, Any]:
    """`{"status", "body"}` as the task answered, or status 502 or 504 with a `reason` if it did not.

    `network`: the CIDR block of the tasks' own addresses. Raises Refused for an address outside of it.
    """
    address, body, seconds = _check(request, network)
    connection = http.client.HTTPConnection(address, PORT, timeout=CONNECT_SECONDS)
    headers = {"Content-Type": "application/json", "x-mam-nonce": str(request["nonce"])}
    headers["x-correlation-id"] = re.sub(r"[^\w.:#-]", "", str(request.get("correlation_id", "")), flags=re.ASCII)[:100]
    try:
        connection.connect()
        connection.sock.settimeout(seconds)
        connection.request(METHODS[request["path"]], request["path"], body or None, headers)
        response = connection.getresponse()
        data = response.read(MAX_REPLY_BYTES + 1)
    except TimeoutError:
        return {"status": 504, "reason": f"the task did not answer within {seconds:g} s"}
    except (OSError, http.client.HTTPException) as wrong:
        return {"status": 502, "reason": f"the task cannot be reached: {type(wrong).__name__}"}
    finally:
        connection.close()
    if len(data) > MAX_REPLY_BYTES:
        return {"status": 502, "reason": f"the task's reply is over {MAX_REPLY_BYTES} bytes"}
    return {"status": response.status, "body": data.decode("utf-8", "replace")}


def _check(request: dict[str, Any], network: str) -> tuple[str, bytes, float]:
    try:
        address = ipaddress.IPv4Address(str(request["address"]))
        port, path = int(request["port"]), str(request["path"])
        body, nonce = str(request["body"]).encode(), str(request["nonce"])
        seconds = min(max(float(request["timeout_seconds"]), 0.1), MOST_SECONDS)
    except (KeyError, ValueError, TypeError) as wrong:
        raise Refused(f"the request lacks a usable {wrong}") from wrong
    if address not in ipaddress.IPv4Network(network) or port != PORT or path not in METHODS:
        raise Refused(f"{address}:{port}{path} is not a task of an agent")
    if not nonce.isascii() or not nonce.isprintable():
        raise Refused("the nonce is not a header's value")
    return str(address), body, seconds
