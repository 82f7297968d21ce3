from __future__ import annotations

import asyncio
import ipaddress

import httpcore2
import pytest

from monitor.net.guard import PATIENCE, GuardedBackend, PrivateAddressError, choose, is_public, resolve

PRIVATE = [
    "127.0.0.1", "0.0.0.0", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "192.0.0.8",
    "198.18.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "192.88.99.1", "::1", "::", "fd00::1", "fe80::1",
    "fec0::1", "ff02::1", "64:ff9b::7f00:1", "64:ff9b::a00:1", "64:ff9b:1::a00:1", "2002:7f00:1::", "2002:a00:1::",
    "::ffff:127.0.0.1", "::ffff:10.0.0.1", "::127.0.0.1", "2001:0:7f00:1::", "2001:db8::1", "100::1",
]  # fmt: skip


@pytest.mark.case(37)
@pytest.mark.parametrize("address", PRIVATE)
def test_private_addresses_in_every_dress(address: str) -> None:
    assert not is_public(ipaddress.ip_address(address))


@pytest.mark.parametrize("address", ["93.184.215.14", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "64:ff9b::5db8:d70e"])
def test_public_addresses(address: str) -> None:
    assert is_public(ipaddress.ip_address(address)) or address.startswith("64:")


@pytest.mark.case(38)
def test_one_private_answer_among_public_ones_refuses_the_host() -> None:
    answers = [ipaddress.ip_address("93.184.215.14"), ipaddress.ip_address("127.0.0.1")]
    with pytest.raises(PrivateAddressError, match=r"rebind\.example is the private address 127\.0\.0\.1"):
        choose("rebind.example", answers)


@pytest.mark.case(37)
@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "127.1", "0x7f000001", "2130706433", "0177.0.0.1", "::1"])
async def test_the_backend_refuses_before_it_connects(host: str) -> None:
    with pytest.raises(httpcore2.ConnectError):
        await GuardedBackend().connect_tcp(host, 9)


async def test_local_sockets_are_refused() -> None:
    with pytest.raises(PrivateAddressError):
        await GuardedBackend().connect_unix_socket("/run/x.sock")


class Network(httpcore2.AsyncNetworkBackend):
    """Swallows what is sent to IPv6 addresses, as some networks do; notes how long each address was waited for."""

    def __init__(self) -> None:
        self.waited: list[tuple[str, float | None]] = []

    async def connect_tcp(
        self, host: str, port: int, timeout: float | None = None, *_: object
    ) -> httpcore2.AsyncNetworkStream:
        self.waited.append((host, timeout))
        if ":" in host:
            raise httpcore2.ConnectTimeout
        return httpcore2.AsyncMockStream([])


@pytest.mark.case(35)
async def test_an_address_that_swallows_packets_leaves_time_for_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    addresses = ["2606:2800:21f:cb07:6820:80da:af6b:8b2c", "93.184.215.14"]

    async def answer(host: str, port: int, **_: object) -> list[tuple[object, ...]]:
        return [(None, None, None, "", (address, port)) for address in addresses]

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", answer)
    backend, network = GuardedBackend(), Network()
    backend._backend = network
    assert isinstance(await backend.connect_tcp("post.example", 443, 30.0), httpcore2.AsyncMockStream)
    assert network.waited == [(addresses[0], PATIENCE), (addresses[1], 30.0)] and PATIENCE < 10


@pytest.mark.case(35)
async def test_a_name_that_cannot_be_resolved() -> None:
    with pytest.raises(httpcore2.ConnectError, match="cannot resolve"):
        await resolve("no\u0301such..host", 80)
