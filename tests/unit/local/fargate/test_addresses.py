"""Every task listens at an address of its own on this machine, never at one of the machine's own services."""

import errno
from ipaddress import IPv4Address

import pytest

from local.fargate import addresses
from local.fargate.addresses import NETWORK, Addresses, NoAddress


def test_addresses_are_loopback_and_differ(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(addresses, "PORT", 0)
    given = Addresses()
    opened = [given.listener() for _ in range(20)]
    try:
        found = {IPv4Address(address) for address, _ in opened}
        assert len(found) == 20
        assert all(address in NETWORK and address.is_loopback for address in found)
        assert IPv4Address("127.0.0.1") not in NETWORK
    finally:
        for _, listener in opened:
            listener.close()


def test_a_program_on_every_address_is_named_as_the_likely_cause(monkeypatch: pytest.MonkeyPatch) -> None:
    def taken(address: str, port: int) -> None:
        raise OSError(errno.EADDRINUSE, "Address already in use")

    monkeypatch.setattr(addresses, "listen_at", taken)
    with pytest.raises(NoAddress, match=r"does a program listen on 0\.0\.0\.0:8080"):
        Addresses().listener()
