"""
Names into addresses, for the links of pictures.

A name is resolved once for each hop, all its answers are judged, and who asked connects to one
of them and to nothing else: a name that means something else a moment later changes nothing.
"""

from __future__ import annotations

import asyncio
import socket
from collections.abc import Awaitable, Callable, Sequence

from reapi_nb.errors import BadPicture, Unreachable
from reapi_nb.settings import is_inside, is_loopback, is_public

Resolve = Callable[[str, int], Awaitable[Sequence[str]]]
"""A host's name and a port into addresses, the best one first."""

_HERE = ("127.0.0.1", "::1")
"""What `localhost` and names under it mean, whatever a resolver says."""


async def resolve(host: str, port: int) -> list[str]:
    """
    All addresses of a host, by the system's own resolver.

    Raises:
        OSError: There are none, or nobody says.
    """
    loop = asyncio.get_running_loop()
    answers = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in answers))


async def addresses_of(host: str, port: int, resolve: Resolve) -> Sequence[str]:
    """
    Where a picture's host may be connected to: its answers, if everybody can reach every one.

    Args:
        host: In ASCII. Whether a loopback host is welcome has been decided before.

    Raises:
        BadPicture: One answer or more leads into this machine or its network.
        Unreachable: There is no answer now.
    """
    if is_loopback(host):
        return _HERE if host.endswith("localhost") else (host,)
    refuse_inside(host)
    try:
        answers = await resolve(host, port)
    except UnicodeError:  # a label that no name server can be asked for
        raise BadPicture(f"the picture's link leads to {host}, which is no name") from None
    if not answers:
        raise Unreachable(f"{host} has no address")
    # One bad answer spoils all: which of them a connection would use is nobody's promise.
    if not all(is_public(answer) for answer in answers):
        raise BadPicture(f"the picture's link leads to {host}, which is inside this network")
    return answers


def refuse_inside(host: str) -> None:
    """
    Refuse a host whose very spelling leads into this machine or its network.

    Raises:
        BadPicture: It does.
    """
    if is_inside(host):
        raise BadPicture(f"the picture's link leads to {host}")
