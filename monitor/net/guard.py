"""The guard against requests into private networks, at connect time, on the resolved address (cases 37 and 38).

The name is resolved once, every address that it gives is judged, and the connection goes to the judged address
itself: a second answer of a rebinding name server is never asked for. Each redirect hop connects anew and is judged
anew. TLS still verifies the name, since httpcore takes it from the URL and not from the address.
"""

from __future__ import annotations

import asyncio
import ipaddress
import socket
from collections.abc import Iterable, Sequence

import httpcore2

Address = ipaddress.IPv4Address | ipaddress.IPv6Address
SocketOption = tuple[int, int, int] | tuple[int, int, bytes | bytearray] | tuple[int, int, None, int]

_NAT64 = (ipaddress.IPv6Network("64:ff9b::/96"), ipaddress.IPv6Network("64:ff9b:1::/48"))
_V4_COMPATIBLE = ipaddress.IPv6Network("::/96")
_SITE_LOCAL = ipaddress.IPv6Network("fec0::/10")
_SPECIAL_V4 = (
    ipaddress.IPv4Network("192.0.0.0/24"),  # IETF assignments; Python 3.11 takes most of it for global
    ipaddress.IPv4Network("192.88.99.0/24"),  # 6to4 relays
)


PATIENCE = 5.0
"""Seconds to wait for one of a host's addresses while there are others: a network may swallow what goes to IPv6 (case
35), and the request as a whole has a deadline."""


class PrivateAddressError(httpcore2.ConnectError):
    """The host stands in a private network, and the source does not say `allow_private`."""


def is_public(address: Address) -> bool:
    """Whether an address lies on the open internet, also when it carries another address inside itself."""
    if isinstance(address, ipaddress.IPv4Address):
        return address.is_global and not address.is_multicast and not any(address in net for net in _SPECIAL_V4)
    if address.scope_id or not address.is_global or address.is_multicast or address in _SITE_LOCAL:
        return False
    return all(is_public(inner) for inner in _carried(address))


def _carried(address: ipaddress.IPv6Address) -> list[ipaddress.IPv4Address]:
    """The IPv4 addresses inside an IPv6 address: mapped, compatible, 6to4, Teredo, NAT64."""
    low = ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    carried = [inner for inner in (address.ipv4_mapped, address.sixtofour) if inner]
    if address.teredo:
        carried.extend(address.teredo)
    if address in _V4_COMPATIBLE or any(address in network for network in _NAT64):
        carried.append(low)
    return carried


async def resolve(host: str, port: int) -> list[Address]:
    """Every address of a host, in the resolver's order. Raises ConnectError."""
    loop = asyncio.get_running_loop()
    try:
        answers = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise httpcore2.ConnectError(f"cannot resolve {host}") from error
    return list(dict.fromkeys(ipaddress.ip_address(answer[4][0]) for answer in answers))


def choose(host: str, addresses: Sequence[Address]) -> Sequence[Address]:
    """The addresses to connect to. One private address among public ones refuses the host (case 38)."""
    for address in addresses:
        if not is_public(address):
            raise PrivateAddressError(f"{host} is the private address {address}; set allow_private to read it")
    return addresses


class GuardedBackend(httpcore2.AsyncNetworkBackend):
    """Connects to public addresses only."""

    def __init__(self) -> None:
        self._backend = httpcore2.AnyIOBackend()

    async def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[SocketOption] | None = None,
    ) -> httpcore2.AsyncNetworkStream:
        addresses = choose(host, await resolve(host, port))
        failure: Exception = httpcore2.ConnectError(f"{host} has no address")
        for address in addresses:
            wait = timeout if timeout is None or address is addresses[-1] else min(timeout, PATIENCE)
            try:
                return await self._backend.connect_tcp(str(address), port, wait, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                failure = error
        raise failure

    async def connect_unix_socket(
        self,
        path: str,
        timeout: float | None = None,  # noqa: ARG002 - the base class names it
        socket_options: Iterable[SocketOption] | None = None,  # noqa: ARG002 - the base class names it
    ) -> httpcore2.AsyncNetworkStream:
        raise PrivateAddressError(f"{path} is a local socket")

    async def sleep(self, seconds: float) -> None:
        await self._backend.sleep(seconds)
