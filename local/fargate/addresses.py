"""Addresses of tasks: loopback addresses of this machine, the shape of a Fargate task's private IP."""

import itertools
import random
import socket
from ipaddress import IPv4Address, IPv4Network

from local.fargate.sandbox import listen_at

NETWORK = IPv4Network("127.64.0.0/10")
PORT = 8080


class NoAddress(Exception):
    """No free address was found: something listens on port 8080 of every one that was tried."""


class Addresses:
    """Gives every task an address that no task before it had for a long time: callers remember addresses."""

    def __init__(self) -> None:
        first = random.SystemRandom().randrange(1, NETWORK.num_addresses - 1)
        self._numbers = itertools.cycle(itertools.chain(range(first, NETWORK.num_addresses - 1), range(1, first)))

    def listener(self) -> tuple[str, socket.socket]:
        for number in itertools.islice(self._numbers, 64):
            address = str(IPv4Address(int(NETWORK.network_address) + number))
            try:
                return address, listen_at(address, PORT)
            except OSError as wrong:
                problem = wrong
        raise NoAddress(
            f"no address of {NETWORK} has port {PORT} free ({problem}): does a program listen on 0.0.0.0:{PORT}?"
        )
