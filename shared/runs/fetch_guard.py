"""Which addresses the platform fetches for an agent: only names that the spec allows, and only on public addresses.

First the name is checked (`may_redirect`). Then every address the name resolves to has to be public
(`refuse_private`). The connection goes to the address that was checked: resolving again would let the name's owner
change the answer.
"""

import ipaddress
from collections.abc import Iterable
from ipaddress import IPv4Address, IPv6Address

from shared.runs.allowance import read_url_host

# Ranges that `is_global` accepts, at least in some versions of Python: reserved, shared, transitional and documentation
# ranges.
NEVER = tuple(
    ipaddress.ip_network(network)
    for network in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",
        "127.0.0.0/8",
        "169.254.0.0/16",
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.31.196.0/24",
        "192.52.193.0/24",
        "192.88.99.0/24",
        "192.168.0.0/16",
        "192.175.48.0/24",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",
        "240.0.0.0/4",
        "::/96",
        "64:ff9b:1::/48",
        "100::/64",
        "2001::/23",
        "2001:db8::/32",
        "3fff::/20",
        "5f00::/16",
        "fc00::/7",
        "fe80::/10",
        "fec0::/10",
        "ff00::/8",
    )
)
NAT64 = ipaddress.ip_network("64:ff9b::/96")


class FetchRefused(Exception):
    """The address is not one that may be fetched. The message may be shown to the agent."""


def may_redirect(url: str, hosts: Iterable[str]) -> bool:
    """Whether the spec's hosts cover this address. A host and its `www.` form count as one, since sites redirect
    between them.
    """
    host = read_url_host(url)
    if host is None:
        return False
    allowed = set(hosts)
    return host in allowed or f"www.{host}" in allowed or host.removeprefix("www.") in allowed


def refuse_private(host: str, addresses: Iterable[str]) -> list[str]:
    """The addresses, if all of them are public. A single private address is an attack or a mistake, so all are
    refused.
    """
    checked = list(addresses)
    if not checked:
        raise FetchRefused(f"{host} has no address")
    for address in checked:
        if not is_public(address):
            raise FetchRefused(f"{host} leads to an address that is not public")
    return checked


def is_public(address: str) -> bool:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return False
    return all(_is_public(part) for part in (parsed, *_list_embedded(parsed)))


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    mapped = isinstance(address, IPv6Address) and address.ipv4_mapped is not None
    if mapped or any(address in network for network in NEVER if network.version == address.version):
        return False
    return address.is_global and not address.is_multicast and not address.is_reserved


def _list_embedded(address: IPv4Address | IPv6Address) -> list[IPv4Address]:
    """The IPv4 addresses embedded in an IPv6 address, to which a gateway on the way would connect."""
    if isinstance(address, IPv4Address):
        return []
    found = [address.ipv4_mapped, address.sixtofour]
    if address.teredo is not None:
        found.extend(address.teredo)
    if address in NAT64:
        found.append(IPv4Address(int(address) & 0xFFFFFFFF))
    return [inner for inner in found if inner is not None]
