"""The emulator's process: MiniStack on one port, the front door on another, in one event loop."""

import asyncio
import socket
import sys

import uvicorn

from local.emulator import settings
from local.emulator.gateway_protocol import GatewayProtocol
from local.emulator.recovery import NoWholeCheckpoint
from local.ports import HOST, Ports
from local.state import StateDir


def serve(ports: Ports, state: StateDir) -> None:
    settings.apply(ports, state)
    from local.emulator.assembly import assemble  # imports MiniStack, which reads its environment then

    sockets = [_listen(port) for port in (ports.aws, ports.front_door)]
    try:
        app = assemble(ports, state)
    except NoWholeCheckpoint as error:
        sys.exit(str(error))
    config = uvicorn.Config(
        app,
        http=GatewayProtocol,
        interface="asgi3",
        ws="none",
        proxy_headers=False,
        lifespan="on",
        log_level="warning",
        access_log=False,
        timeout_keep_alive=3600,
        server_header=False,
        date_header=False,
        timeout_graceful_shutdown=5,
    )
    asyncio.run(uvicorn.Server(config).serve(sockets=sockets))


def _listen(port: int) -> socket.socket:
    # With the protocol named, asyncio turns Nagle off; without, every kept-alive answer waits 40 ms.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        listener.bind((HOST, port))
    except OSError as error:
        sys.exit(f"port {port} is in use: {error}")
    listener.listen(1024)
    return listener
