"""Where each process of the embedded cloud listens: one block of ports, always on 127.0.0.1."""

import os
import socket
from dataclasses import dataclass, field, replace

from local.access.credentials import NO_CREDENTIALS, Credentials

HOST = "127.0.0.1"
DEFAULT_PORT = 8080
BLOCK = 9


class PortsUnavailable(Exception):
    """A port of the block is taken, or MAM_PORT is not a usable number."""


@dataclass(frozen=True)
class Ports:
    """`credentials` open what listens there; NO_CREDENTIALS tell only where it is."""

    base: int
    credentials: Credentials = field(default=NO_CREDENTIALS, repr=False, compare=False)

    def opened_with(self, credentials: Credentials) -> "Ports":
        return replace(self, credentials=credentials)

    @property
    def front_door(self) -> int:
        return self.base

    @property
    def aws(self) -> int:
        return self.base + 1

    @property
    def function_host(self) -> int:
        return self.base + 2

    @property
    def fargate(self) -> int:
        return self.base + 3

    @property
    def reddit(self) -> int:
        return self.base + 4

    @property
    def claude(self) -> int:
        return self.base + 5

    @property
    def search(self) -> int:
        return self.base + 6

    @property
    def web(self) -> int:
        return self.base + 7

    @property
    def stripe(self) -> int:
        return self.base + 8

    def named(self) -> dict[str, int]:
        return {
            "front door": self.front_door,
            "AWS endpoint": self.aws,
            "function host": self.function_host,
            "ECS stand-in": self.fargate,
            "Reddit stand-in": self.reddit,
            "Claude stand-in": self.claude,
            "search stand-in": self.search,
            "web stand-in": self.web,
            "Stripe stand-in": self.stripe,
        }


def ports_of_ecs(port: int, credentials: Credentials) -> Ports:
    """Of a block in which only the ECS stand-in runs, for tests and benchmarks of it alone."""
    return Ports(port - 3, credentials)


def url(port: int) -> str:
    return f"http://{HOST}:{port}"


def ports_from_environment() -> Ports:
    text = os.environ.get("MAM_PORT", str(DEFAULT_PORT))
    if not text.isdigit() or not 1024 <= int(text) <= 65535 - BLOCK:
        raise PortsUnavailable(f"MAM_PORT={text!r} must be a number from 1024 to {65535 - BLOCK}.")
    return Ports(int(text))


def is_free(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return False
    return True


def free_block() -> Ports:
    """A block of ports that nobody uses now, for tests that start a cloud of their own."""
    for _ in range(200):
        with socket.socket() as probe:
            probe.bind((HOST, 0))
            base = probe.getsockname()[1]
        if base + BLOCK < 65535 and all(is_free(base + offset) for offset in range(BLOCK)):
            return Ports(base)
    raise PortsUnavailable("no block of free ports was found")
