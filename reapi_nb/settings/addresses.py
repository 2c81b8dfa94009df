"""
Whose address a host is: this machine's, the local network's, or everybody's.

One table for all that asks. It resolves nothing and opens nothing: what a name leads to is
judged by those who resolve it, answer by answer, with `is_public`.
"""

from __future__ import annotations

import socket
import unicodedata
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from urllib.parse import unquote

# The tables are our own: `ipaddress.is_global` calls multicast, NAT64 and IPv4-compatible forms
# of private addresses global, and its opinion changes between versions of Python.
_CLOSED_4 = tuple(
    IPv4Network(network)
    for network in (
        "0.0.0.0/8",  # this network; Linux takes it for this machine
        "10.0.0.0/8",
        "100.64.0.0/10",  # carriers' NAT, and the metadata service of one cloud
        "127.0.0.0/8",
        "168.63.129.16/32",  # the metadata service of another, in a public range
        "169.254.0.0/16",  # link-local, and the metadata service of most
        "172.16.0.0/12",
        "192.0.0.0/24",  # protocols' own, and the metadata service of a third
        "192.0.2.0/24",  # documentation
        "192.88.99.0/24",  # relays into 6to4
        "192.168.0.0/16",
        "198.18.0.0/15",  # benchmarks of networks
        "198.51.100.0/24",  # documentation
        "203.0.113.0/24",  # documentation
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
)
_OPEN_6 = IPv6Network("2000::/3")
"""All that is handed out as public; what lies outside is local, multicast or reserved."""

_CLOSED_6 = tuple(
    IPv6Network(network)
    for network in (
        "2001::/23",  # protocols' own
        "2001:db8::/32",  # documentation
        "3fff::/20",  # documentation
    )
)
_CARRIERS: tuple[tuple[IPv6Network, tuple[tuple[int, int], ...]], ...] = (
    (IPv6Network("::ffff:0:0/96"), ((12, 0x00),)),  # IPv4-mapped
    (IPv6Network("::/96"), ((12, 0x00),)),  # IPv4-compatible; `::` and `::1` as well
    (IPv6Network("64:ff9b::/96"), ((12, 0x00),)),  # NAT64
    (IPv6Network("2002::/16"), ((2, 0x00),)),  # 6to4
    (IPv6Network("2001::/32"), ((4, 0x00), (12, 0xFF))),  # Teredo: its server, its client
)
"""IPv6 networks that only wrap IPv4: where its four bytes start, and what they are xor-ed with."""

_INSIDE = ("localhost", "local", "localdomain", "internal", "home.arpa", "lan", "intranet")
"""Domains that mean another machine in every network; mDNS answers for `.local`."""


def is_loopback(host: str) -> bool:
    """Whether a host name can only mean this machine."""
    if host == "localhost" or host.endswith(".localhost"):
        return True
    try:
        found = ip_address(host)
    except ValueError:
        return False
    if isinstance(found, IPv6Address) and found.ipv4_mapped is not None:
        return found.ipv4_mapped.is_loopback
    return found.is_loopback


def is_public(address: str) -> bool:
    """
    Whether an address is one that everybody reaches at the same machine.

    Args:
        address: As a resolver answers it. An IPv4 address inside an IPv6 one is what counts.
    """
    try:
        found = ip_address(address)
    except ValueError:
        return False
    return all(_is_open(one) for one in _carried(found) or (found,))


def is_inside(host: str) -> bool:
    """
    Whether a host can only mean this machine or its network, as far as its spelling tells.

    An address counts however it is written: in one number, in hexadecimal or octal, shortened,
    in circled digits, with dots behind it.
    """
    name = unicodedata.normalize("NFKC", unquote(host)).replace("\u3002", ".").rstrip(".").lower()
    written = _written(name)
    if written is not None:
        return not is_public(str(written))
    return "." not in name or name.endswith(tuple(f".{domain}" for domain in _INSIDE))


def _written(name: str) -> IPv4Address | IPv6Address | None:
    """The address that is written out in a host's name."""
    try:
        return ip_address(name)
    except ValueError:
        pass
    try:
        return IPv4Address(socket.inet_aton(name))  # reads what getaddrinfo reads
    except (OSError, ValueError):
        return None


def _carried(address: IPv4Address | IPv6Address) -> tuple[IPv4Address, ...]:
    """The IPv4 addresses that an IPv6 one only wraps."""
    if isinstance(address, IPv4Address):
        return ()
    raw = address.packed
    for network, places in _CARRIERS:
        if address in network:
            return tuple(
                IPv4Address(bytes(byte ^ mask for byte in raw[start : start + 4]))
                for start, mask in places
            )
    return ()


def _is_open(address: IPv4Address | IPv6Address) -> bool:
    if isinstance(address, IPv4Address):
        return not any(address in network for network in _CLOSED_4)
    return address in _OPEN_6 and not any(address in network for network in _CLOSED_6)
