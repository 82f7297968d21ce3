"""Connections for requests over HTTP: no proxies, no kept connections, and private networks only where allowed.

A transport and not a client, so there is nothing that could keep cookies, follow redirects, send a Referer or heed
proxy variables (R9, R10, case 41).
"""

from __future__ import annotations

import ssl
from dataclasses import dataclass

import httpcore2
import httpx2

from monitor.net.guard import GuardedBackend


@dataclass(frozen=True, slots=True)
class Transports:
    """The two ways out: through the guard, and past it for what the configuration marks `allow_private`."""

    guarded: httpx2.AsyncHTTPTransport
    open: httpx2.AsyncHTTPTransport

    @classmethod
    def build(cls) -> Transports:
        context = httpx2.create_ssl_context(trust_env=False)
        return cls(_transport(context, GuardedBackend()), _transport(context, None))

    def choose(self, *, allow_private: bool) -> httpx2.AsyncHTTPTransport:
        return self.open if allow_private else self.guarded

    async def close(self) -> None:
        await self.guarded.aclose()
        await self.open.aclose()


def _transport(context: ssl.SSLContext, backend: httpcore2.AsyncNetworkBackend | None) -> httpx2.AsyncHTTPTransport:
    """A transport that keeps no connections: a place is asked seldom, and no hop may skip the guard."""
    transport = httpx2.AsyncHTTPTransport(verify=context, trust_env=False)
    # httpx2 offers no way to set the network backend; the pin <3 and a test of the guard keep watch over this line.
    transport._pool = httpcore2.AsyncConnectionPool(
        ssl_context=context,
        max_connections=100,
        max_keepalive_connections=0,
        network_backend=backend,
    )
    return transport
