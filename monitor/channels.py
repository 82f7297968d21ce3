"""The ways out, joined: for each kind of table in the configuration, how its channel is built and how it is dressed.

Whoever takes a kind out deletes its folder in `monitor/deliver/`, its table in `monitor/settings/channels.py`, and its
lines here.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from email.utils import parseaddr

from monitor.deliver.apprise import AppriseChannel, address_is_known
from monitor.deliver.apprise import posts as apprise_posts
from monitor.deliver.channel import Channel
from monitor.deliver.feed import FeedChannel
from monitor.deliver.feed import posts as feed_posts
from monitor.deliver.files import FileChannel
from monitor.deliver.policy import OnAmbiguous
from monitor.deliver.post import Clock, Place
from monitor.deliver.slack import SlackChannel, block_posts, markdown_posts
from monitor.deliver.smtp import Security, SmtpChannel, SmtpSettings
from monitor.deliver.teams import TeamsChannel
from monitor.deliver.teams import posts as teams_posts
from monitor.deliver.telegram import TelegramChannel
from monitor.deliver.telegram import posts as telegram_posts
from monitor.deliver.webhook import WebhookChannel, secret_fault
from monitor.deliver.webhook import posts as webhook_posts
from monitor.model.record import Posts
from monitor.net.exchange import Exchange
from monitor.net.urls import url_fault
from monitor.settings import ChannelTable, Code, Fault, MailTable, PostTable
from monitor.settings import channels as tables


@dataclass(frozen=True, slots=True)
class Ways:
    """What channels are built with."""

    exchange: Exchange
    clock: Clock


def channel_of(name: str, table: ChannelTable, ways: Ways) -> Channel:
    """The channel that a table of the configuration describes."""
    match table:
        case tables.FilesChannel():
            return FileChannel(name, table.folder, index=table.index)
        case tables.SmtpChannel():
            return _smtp(name, table)
        case tables.WebhookChannel():
            return WebhookChannel(name, ways.exchange, _place(table), ways.clock, table.revealed("secret"))
        case tables.SlackChannel():
            return SlackChannel(name, ways.exchange, _place(table), ways.clock)
        case tables.TeamsChannel():
            return TeamsChannel(name, ways.exchange, _place(table), ways.clock)
        case tables.TelegramChannel():
            return TelegramChannel(name, ways.exchange, _telegram(table), ways.clock, table.chat)
        case tables.FeedChannel():
            return FeedChannel(name, table.path, table.title, table.url or "", table.entries)
        case tables.AppriseChannel():
            return AppriseChannel(name, table.revealed("url"), OnAmbiguous(table.on_ambiguous))
    raise TypeError(f"{type(table).__name__} is the table of no channel")


def posts_of(table: ChannelTable) -> Posts | None:
    """How a channel puts a digest; None where it is a mail."""
    match table:
        case tables.WebhookChannel():
            return webhook_posts
        case tables.SlackChannel():
            return block_posts if table.style == "blocks" else markdown_posts
        case tables.TeamsChannel():
            return teams_posts
        case tables.TelegramChannel():
            return telegram_posts
        case tables.FeedChannel():
            return feed_posts
        case tables.AppriseChannel():
            return apprise_posts
    return None


def sender_of(table: ChannelTable) -> str:
    """The From of a channel's mails; empty where there are none."""
    return table.sender if isinstance(table, MailTable) else ""


def post_url(table: ChannelTable) -> str:
    """Where a channel posts to; empty where it does not. A secret."""
    match table:
        case PostTable():
            return table.revealed("url")
        case tables.TelegramChannel():
            return table.server
    return ""


def bare_address(mailbox: str) -> str:
    """`watch@example.org` of `Watch <watch@example.org>`; empty where there is none."""
    return parseaddr(mailbox)[1]


def channel_faults(name: str, table: ChannelTable) -> Iterator[Fault]:
    """What is wrong with addresses and keys of a channel. No message repeats them: they are secrets."""
    match table:
        case PostTable():
            yield from _address_faults(name, "url", table.revealed("url"), allow_private=table.allow_private)
        case tables.TelegramChannel():
            yield from _address_faults(name, "server", table.server, allow_private=table.allow_private)
        case tables.FeedChannel() if table.url and (why := url_fault(table.url)):
            yield _fault(name, "url", why)
        case tables.AppriseChannel() if not address_is_known(table.revealed("url")):
            yield _fault(name, "url", "apprise knows no service for this address")
    if isinstance(table, tables.WebhookChannel) and (key := table.revealed("secret")) and (why := secret_fault(key)):
        yield _fault(name, "secret", why)


def _address_faults(name: str, key: str, url: str, *, allow_private: bool) -> Iterator[Fault]:
    if why := url_fault(url):
        yield _fault(name, key, why)
    elif not url.lower().startswith("https://") and not allow_private:
        yield _fault(name, key, "it would travel in the clear; use https (allow_private = true lets http through)")


def _fault(name: str, key: str, why: str) -> Fault:
    return Fault(("channel", name, key), Code.BAD_VALUE, f"`channel.{name}.{key}`: {why}")


def _place(table: PostTable) -> Place:
    return Place(table.revealed("url"), table.allow_private, OnAmbiguous(table.on_ambiguous))


def _telegram(table: tables.TelegramChannel) -> Place:
    url = f"{table.server.rstrip('/')}/bot{table.revealed('token')}/sendMessage"
    return Place(url, table.allow_private, OnAmbiguous(table.on_ambiguous))


def _smtp(name: str, table: tables.SmtpChannel) -> SmtpChannel:
    settings = SmtpSettings(
        host=table.host,
        port=table.effective_port,
        sender=bare_address(table.sender),
        security=Security(table.security.value),
        username=table.username or "",
        password=table.revealed("password"),
        ca_file=str(table.ca_file) if table.ca_file else None,
    )
    return SmtpChannel(name, settings, OnAmbiguous(table.on_ambiguous))
