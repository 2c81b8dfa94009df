"""Whose address a host is, and what a picture's host may be connected to."""

from __future__ import annotations

import socket

import pytest

from reapi_nb.client.addresses import addresses_of, resolve
from reapi_nb.errors import BadPicture, Unreachable
from reapi_nb.settings import is_inside, is_loopback, is_public

CLOSED = {
    "this machine": "127.0.0.1",
    "all of this machine's network": "127.255.255.254",
    "unspecified": "0.0.0.0",
    "this network": "0.1.2.3",
    "private, 10": "10.0.0.1",
    "private, 172": "172.31.255.255",
    "private, 192": "192.168.1.1",
    "carriers' NAT": "100.64.0.1",
    "a metadata service behind carriers' NAT": "100.100.100.200",
    "link-local": "169.254.0.1",
    "the metadata service of most clouds": "169.254.169.254",
    "a metadata service in a public range": "168.63.129.16",
    "protocols' own": "192.0.0.8",
    "documentation": "203.0.113.7",
    "benchmarks": "198.19.0.1",
    "6to4 relays": "192.88.99.1",
    "multicast": "224.0.0.1",
    "reserved": "240.0.0.1",
    "broadcast": "255.255.255.255",
    "IPv6, this machine": "::1",
    "IPv6, unspecified": "::",
    "IPv6, link-local": "fe80::1",
    "IPv6, link-local with a zone": "fe80::1%eth0",
    "IPv6, site-local": "fec0::1",
    "IPv6, unique local": "fd00::1",
    "IPv6, a metadata service": "fd00:ec2::254",
    "IPv6, multicast": "ff02::1",
    "IPv6, documentation": "2001:db8::1",
    "IPv6, new documentation": "3fff::1",
    "IPv6, discard only": "100::1",
    "IPv6, segment routing": "5f00::1",
    "IPv6, ORCHID": "2001:20::1",
    "IPv4-mapped": "::ffff:127.0.0.1",
    "IPv4-mapped, metadata": "::ffff:a9fe:a9fe",
    "IPv4-compatible": "::127.0.0.1",
    "IPv4-translated": "::ffff:0:127.0.0.1",
    "NAT64": "64:ff9b::7f00:1",
    "NAT64, private": "64:ff9b::10.0.0.1",
    "NAT64 of a network's own": "64:ff9b:1::808:808",
    "6to4": "2002:7f00:1::",
    "6to4, private": "2002:c0a8:101::1",
    "Teredo, a private client": "2001:0:808:808:0:0:f5ff:fffe",
    "Teredo, a private server": "2001:0:a00:1:0:0:f7f7:f7f7",
    "no address": "cdn.example",
    "nothing": "",
}
OPEN = {
    "IPv4": "8.8.8.8",
    "beside carriers' NAT": "100.63.255.255",
    "behind carriers' NAT": "100.128.0.0",
    "beside a private network": "172.32.0.1",
    "beside protocols' own": "192.0.1.1",
    "the last one before multicast": "223.255.255.255",
    "IPv6": "2606:4700::6810:1",
    "IPv4-mapped": "::ffff:8.8.8.8",
    "NAT64, as networks without IPv4 have it": "64:ff9b::808:808",
    "6to4": "2002:808:808::1",
    "Teredo": "2001:0:808:808:0:0:f7f7:f7f7",
}


@pytest.mark.parametrize("address", CLOSED.values(), ids=CLOSED)
def test_an_address_that_not_everybody_reaches_is_not_public(address):
    """However it is wrapped, whatever this version of Python thinks of it."""
    assert not is_public(address)


@pytest.mark.parametrize("address", OPEN.values(), ids=OPEN)
def test_everybodys_addresses_are_public(address):
    """Also right beside those that are not, and where IPv6 only wraps them."""
    assert is_public(address)


SPELLINGS = (
    *("127.0.0.1", "2130706433", "0x7f000001", "0x7F.0.0.1", "0177.0.0.1", "017700000001"),
    *(
        "127.1",
        "127.0.1",
        "0",
        "①②⑦.⓪.⓪.①",
        "\uff11\uff12\uff17.0.0.1",
        "127。0。0。1",
        "127.0.0.1.",
    ),
    *("127%2e0.0.1", "[::1]".strip("[]"), "0:0:0:0:0:0:0:1", "::ffff:7f00:1"),
    *("0xa9fea9fe", "2852039166", "169.254.43518", "localhost", "LOCALHOST", "localhost."),
    *("cdn.localhost", "cdn.localhost..", "printer.local", "Printer.LOCAL.", "router", "nas.lan"),
    *("metadata.google.internal", "nas.home.arpa", "localhost.localdomain"),
)
"""How people write addresses of this machine and its network when they should not be seen."""


@pytest.mark.parametrize("host", SPELLINGS)
def test_a_host_is_judged_however_it_is_spelled(host):
    """Numbers in any base, shortened, circled, with dots behind them; and names of networks."""
    assert is_inside(host)


@pytest.mark.parametrize(
    "host",
    [
        *("reapi.ai", "cdn.reapi.ai.", "localhost.example.com", "127.0.0.1.example.com"),
        *("8.8.8.8", "134744072", "2606:4700::6810:1", "xn--bcher-kva.example", "notlocal.example"),
    ],
)
def test_a_public_host_passes(host):
    """A name that only looks like one of those means what its resolver says."""
    assert not is_inside(host)


@pytest.mark.parametrize("host", ["localhost.", "127.1", "2130706433", "::ffff:10.0.0.1", "::2"])
def test_only_plain_loopback_names_may_go_without_encryption(host):
    """What a resolver could be asked about, or what is odd, is not taken for this machine."""
    assert not is_loopback(host)


def test_a_mapped_loopback_address_is_this_machine():
    """In every version of Python."""
    assert is_loopback("::ffff:127.0.0.1")


# -- resolving


def _answering(*answers):
    """A resolver that gives these answers, one after the other, and what it was asked."""
    asked, coming = [], list(answers)

    async def answer(host, port):
        asked.append((host, port))
        return coming.pop(0)

    return answer, asked


async def test_all_answers_of_a_public_name_may_be_used():
    """In the resolver's order."""
    resolver, asked = _answering(["2606:4700::1", "8.8.8.8"])

    assert ["2606:4700::1", "8.8.8.8"] == await addresses_of("cdn.example", 443, resolver)
    assert [("cdn.example", 443)] == asked


@pytest.mark.parametrize("address", CLOSED.values(), ids=CLOSED)
async def test_one_answer_that_leads_inside_spoils_all(address):
    """Which of its answers a connection would use is nobody's promise."""
    resolver, _ = _answering(["8.8.8.8", address])

    with pytest.raises(BadPicture, match="inside"):
        await addresses_of("cdn.example", 443, resolver)


@pytest.mark.parametrize("host", [one for one in SPELLINGS if not is_loopback(one.lower())])
async def test_the_systems_resolver_leads_no_spelling_inside(host):
    """With the real resolver behind it, a spelling of this machine ends at the same table."""
    with pytest.raises(BadPicture):
        await addresses_of(host, 443, resolve)


@pytest.mark.parametrize("host", ["2130706433", "0x7f000001", "0177.0.0.1", "127.1", "①②⑦.⓪.⓪.①"])
async def test_what_the_system_understands_is_judged_by_what_it_answers(host):
    """Were a spelling overlooked, its answer would still be this machine's address."""
    answers = await resolve(host, 443)

    assert answers
    assert not any(is_public(answer) for answer in answers)


@pytest.mark.parametrize("host", ["localhost", "cdn.localhost", "127.0.0.1", "::1"])
async def test_a_loopback_host_is_never_asked_for(host):
    """A resolver that says otherwise has no say."""
    resolver, asked = _answering()

    answers = await addresses_of(host, 8000, resolver)

    assert all(is_loopback(answer) for answer in answers)
    assert [] == asked


@pytest.mark.parametrize("host", [f"{'a' * 70}.com", "a..b.com"])
async def test_a_name_that_cannot_be_asked_for_is_refused(host):
    """It would be an error of the codec's, in the middle of a fetch."""
    with pytest.raises(BadPicture, match="no name"):
        await addresses_of(host, 443, resolve)


async def test_a_name_without_an_answer_may_have_one_later():
    """A resolver that stumbles says nothing about the picture."""
    resolver, _ = _answering([])

    with pytest.raises(Unreachable, match=r"cdn\.example has no address"):
        await addresses_of("cdn.example", 443, resolver)


async def test_a_name_that_is_not_found_is_the_systems_error():
    """Who fetches turns it into a try again."""
    with pytest.raises(socket.gaierror):
        await addresses_of("reapi.invalid", 443, resolve)
