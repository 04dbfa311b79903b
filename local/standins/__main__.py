"""`python -m local.standins --port P --state-dir DIR`: the outside world of the embedded cloud, in one process.

Reddit, Claude, Stripe, the search engine and a small web of `*.test` hosts, each on its own port of the block that
begins at P.
"""

import argparse
import asyncio
import contextlib
import importlib
import signal
import socket
from collections.abc import Iterator
from pathlib import Path

import uvicorn

from local.access.credentials import Credentials, made_credentials
from local.access.doors import claude_gate, reddit_gate, signed_gate, stripe_gate, web_gate
from local.access.gate import Gate
from local.ports import HOST, Ports, url
from local.standins.reddit.tokens import tokens_of
from local.standins.stripe.app import create_app as stripe_app
from local.state import StateDir


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m local.standins")
    parser.add_argument("--port", type=int, required=True)
    parser.add_argument("--state-dir", type=Path, required=True)
    arguments = parser.parse_args()
    state = StateDir(arguments.state_dir.resolve()).create()
    asyncio.run(_serve_all(Ports(arguments.port, made_credentials(state)), state.standins))


async def _serve_all(ports: Ports, folder: Path) -> None:
    by_name = {"reddit": ports.reddit, "claude": ports.claude, "opensearch": ports.search, "web": ports.web}
    gates = {port: _gated(name, folder / name, port, ports.credentials) for name, port in by_name.items()}
    gates[ports.stripe] = _stripe(folder / "stripe", ports)
    servers = [(_server(gate), _listen(port)) for port, gate in gates.items()]

    def stop() -> None:
        for server, _ in servers:
            server.should_exit = True

    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, stop)
    await asyncio.gather(*(server.serve(sockets=[listener]) for server, listener in servers))


class _Server(uvicorn.Server):
    """Leaves signals alone: five servers in one process cannot each have their own handler."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


def _gated(name: str, folder: Path, port: int, credentials: Credentials) -> Gate:
    folder.mkdir(parents=True, exist_ok=True)
    app = importlib.import_module(f"local.standins.{name}.app").create_app(folder)
    match name:
        case "claude":
            return claude_gate(app, port, credentials)
        case "reddit":
            return reddit_gate(app, port, credentials, tokens_of(folder).valid)
        case "web":
            return web_gate(app, port, credentials)
        case _:
            return signed_gate(app, port, credentials)


def _stripe(folder: Path, ports: Ports) -> Gate:
    """It calls others, too: its events go to the front door."""
    app = stripe_app(
        folder,
        url=url(ports.stripe),
        webhook=f"{url(ports.front_door)}/webhooks/stripe",
        secret=ports.credentials.stripe_webhook_secret,
    )
    return stripe_gate(app, ports.stripe, ports.credentials)


def _server(app: Gate) -> uvicorn.Server:
    return _Server(
        uvicorn.Config(
            app,
            interface="asgi3",
            log_level="warning",
            access_log=False,
            proxy_headers=False,
            ws="none",
            timeout_keep_alive=75,
            timeout_graceful_shutdown=3,
        )
    )


def _listen(port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((HOST, port))
    listener.listen(512)
    return listener


if __name__ == "__main__":
    main()
