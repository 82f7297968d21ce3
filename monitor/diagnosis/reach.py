"""What `monitor doctor --network` asks: sources, mail servers, hosts of webhooks, records of senders."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from datetime import datetime
from urllib.parse import urlsplit

from aiosmtplib import SMTP, SMTPException
from httpcore2 import ConnectError

from monitor.channels import bare_address, post_url
from monitor.diagnosis.findings import Finding, Grade
from monitor.errors import MonitorError
from monitor.ingest.http import HttpClient
from monitor.net.guard import choose, resolve
from monitor.net.txt import NoAnswerError, Server, name_servers, txt_records
from monitor.settings import Settings, SmtpChannel
from monitor.settings.channels import ChannelTable, Security

_PATIENCE = 15.0
_AT_ONCE = 8


async def reach(settings: Settings, now: datetime, servers: Sequence[Server] | None = None) -> list[Finding]:
    """An answer of every feed, mail server and host of a webhook, and what is published about senders of mail.

    Feeds are fetched once more; nothing is stored or sent. `servers` are the name servers to ask for the records of
    senders, by default those of this machine.
    """
    gate = asyncio.Semaphore(_AT_ONCE)
    client = HttpClient(timeout=_PATIENCE)

    async def feed(name: str, url: str, allow_private: bool) -> Finding:
        async with gate:
            try:
                await client.get(url, now, allow_private=allow_private)
            except MonitorError as error:
                return Finding(
                    "network", Grade.WRONG, f"{name}: {error}", "open the address in a browser; mend it, or wait"
                )
            return Finding("network", Grade.GOOD, f"{name}: answers")

    asked = [feed(each.name, each.feed, each.allow_private) for each in settings.source if each.feed]
    asked += [
        _mail_server(name, each, gate) for name, each in settings.channel.items() if isinstance(each, SmtpChannel)
    ]
    asked += [
        _post_host(name, url, channel, gate) for name, channel in settings.channel.items() if (url := post_url(channel))
    ]
    asked += [_sender(domain, name_servers() if servers is None else servers) for domain in _senders(settings)]
    try:
        return list(await asyncio.gather(*asked))
    finally:
        await client.close()


async def _post_host(name: str, url: str, channel: ChannelTable, gate: asyncio.Semaphore) -> Finding:
    """Whether the host of a webhook may be reached. Nothing is posted, and of its address only the host is told."""
    parts = urlsplit(url)
    host, port = parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
    async with gate:
        try:
            async with asyncio.timeout(_PATIENCE):
                addresses = await resolve(host, port)
                if not getattr(channel, "allow_private", False):
                    choose(host, addresses)
                _, writer = await asyncio.open_connection(host, port)
                writer.close()
        except (ConnectError, OSError, TimeoutError) as error:
            why = " ".join(str(error).split()) or type(error).__name__
            return Finding("network", Grade.WRONG, f"{name}: {host}: {why}", "check the address and the firewall")
    return Finding("network", Grade.GOOD, f"{name}: {host} can be reached; nothing was posted")


async def _mail_server(name: str, channel: SmtpChannel, gate: asyncio.Semaphore) -> Finding:
    where = f"{name}: {channel.host}:{channel.effective_port}"
    server = SMTP(
        hostname=channel.host,
        port=channel.effective_port,
        timeout=_PATIENCE,
        use_tls=channel.security is Security.TLS,
        start_tls=channel.security is Security.STARTTLS,
        cert_bundle=str(channel.ca_file) if channel.ca_file else None,
    )
    async with gate:
        try:
            async with asyncio.timeout(2 * _PATIENCE):
                await server.connect()
                await server.quit()
        except (SMTPException, OSError, TimeoutError) as error:
            why = " ".join(str(error).split()) or type(error).__name__
            return Finding("network", Grade.WRONG, f"{where}: {why}", "check host, port, `security` and the firewall")
    return Finding("network", Grade.GOOD, f"{where} answers")


def _senders(settings: Settings) -> list[str]:
    """The domains that mails come from; what is no name of the open internet has no records."""
    mail = [each for each in settings.channel.values() if isinstance(each, SmtpChannel)]
    domains = {bare_address(each.sender).rpartition("@")[2].lower() for each in mail}
    return sorted(domain for domain in domains if "." in domain.strip("."))


async def _sender(domain: str, servers: Sequence[Server]) -> Finding:
    """What receivers look up about a sender. DKIM has a selector in its name, which only the mail server knows."""
    dkim = f"`dig +short TXT SELECTOR._domainkey.{domain}` shows the key that your mail server signs with"
    try:
        spf = [text for text in await txt_records(domain, servers) if text.lower().split(" ")[0] == "v=spf1"]
        policy = await _policy(domain, servers)
    except NoAnswerError as error:
        advice = f"look yourself: `dig +short TXT {domain}` for v=spf1, `dig +short TXT _dmarc.{domain}` for v=DMARC1; "
        return Finding("sender", Grade.WARNING, f"{domain}: its records cannot be looked up: {error}", advice + dkim)
    if len(spf) > 1:
        message = f"{domain}: {len(spf)} SPF records, and receivers take none where there are several"
        return Finding("sender", Grade.WRONG, message, "leave one of them")
    missing = [name for name, found in (("SPF", spf), ("DMARC", policy)) if not found]
    if missing:
        message = f"{domain}: no {' and no '.join(missing)} record; many receivers refuse such mail or call it spam"
        advice = f'publish TXT records: at {domain} "v=spf1 ..." with your mail server, at _dmarc.{domain} "v=DMARC1; '
        return Finding("sender", Grade.WARNING, message, f'{advice}p=none"; {dkim}')
    return Finding("sender", Grade.GOOD, f"{domain}: SPF and DMARC are published", dkim)


async def _policy(domain: str, servers: Sequence[Server]) -> str:
    """The DMARC record of a domain or of the nearest one above it that has one (RFC 7489, 6.6.3, as a walk)."""
    labels = domain.strip(".").split(".")
    for start in range(len(labels) - 1):
        for text in await txt_records("_dmarc." + ".".join(labels[start:]), servers):
            if text.upper().startswith("V=DMARC1"):
                return text
    return ""
