"""`[channel.NAME]` of config.toml: the ways out, one table per kind.

A secret is written in the file, in the environment, or in a file of its own (`password_file`), which is also how
systemd hands over credentials. To take a kind of channel out, delete its folder in `monitor/deliver/`, its table here,
and its lines in `monitor/channels.py`.
"""

from __future__ import annotations

from enum import StrEnum
from importlib.util import find_spec
from pathlib import Path
from typing import Annotated, ClassVar, Literal, Self

from pydantic import Field, model_validator

from monitor.settings.kinds import Line, Secret, Strict

_LOOPBACK_HOSTS = {"localhost", "127.0.0.1", "::1"}

OnAmbiguous = Literal["resend", "hold"]
_ON_AMBIGUOUS = "When nobody knows whether it was taken: send the same bytes again, or park it."


class Security(StrEnum):
    """How the connection to a mail server is protected."""

    STARTTLS = "starttls"
    TLS = "tls"
    NONE = "none"


class ChannelTable(Strict):
    """What the tables of all kinds have in common.

    `by_address`: each recipient of a subscription gets a message; otherwise the channel itself is the only recipient.
    `secrets` are the keys that may come from a file instead (`KEY_file`); those in `needed` have to be there.
    """

    by_address: ClassVar[bool] = False
    secrets: ClassVar[tuple[str, ...]] = ()
    needed: ClassVar[tuple[str, ...]] = ()

    @model_validator(mode="after")
    def _one_form(self) -> Self:
        for key in self.secrets:
            given = [form for form in (key, f"{key}_file") if getattr(self, form) is not None]
            if len(given) > 1:
                raise ValueError(f"`{key}` and `{key}_file` exclude each other")
            if not given and key in self.needed:
                raise ValueError(f"`{key}` or `{key}_file` is missing")
        return self

    @property
    def secret_files(self) -> dict[str, Path]:
        """The files that hold secrets, by their keys (`password_file`)."""
        files = {f"{key}_file": getattr(self, f"{key}_file") for key in self.secrets}
        return {key: path for key, path in files.items() if path is not None}

    @property
    def holds_secret(self) -> bool:
        """Whether the configuration itself holds a secret of this channel."""
        return any(getattr(self, key) is not None and f"{key}_file" not in self.secret_files for key in self.secrets)

    @property
    def written(self) -> Path | None:
        """The folder that the daemon writes to, if any."""
        return None

    def revealed(self, key: str) -> str:
        """The value of a secret; empty if there is none."""
        value = getattr(self, key)
        return "" if value is None else str(value.get_secret_value())


class MailTable(ChannelTable):
    """Channels whose messages are mails."""

    by_address: ClassVar[bool] = True
    sender: Line


class FilesChannel(MailTable):
    """`[channel.NAME]` with kind = "files": every digest becomes an .html, a .txt and an .eml file."""

    kind: Literal["files"]
    folder: Path = Field(description="Where the files go; made if missing.")
    sender: Line = Field(
        default="Watchlist monitor <monitor@localhost>", alias="from", description="The From of the .eml files."
    )
    index: bool = Field(default=False, description="Keep a page `index.html` in the folder that lists the digests.")

    @property
    def written(self) -> Path | None:
        return self.folder


class SmtpChannel(MailTable):
    """`[channel.NAME]` with kind = "smtp": every digest is mailed, one message per recipient."""

    secrets: ClassVar[tuple[str, ...]] = ("password",)

    kind: Literal["smtp"]
    host: Line = Field(description="The mail server.")
    port: int | None = Field(default=None, ge=1, le=65535, description="587 with starttls, 465 with tls, 25 with none.")
    security: Security = Field(
        default=Security.STARTTLS, description='"starttls", "tls", or "none" for a server on this host.'
    )
    username: str | None = Field(default=None, min_length=1, description="Log in as.")
    password: Secret | None = Field(
        default=None, description="Better in the environment: MONITOR_CHANNEL__NAME__PASSWORD."
    )
    password_file: Path | None = Field(default=None, description="A file that holds nothing but the password.")
    sender: Line = Field(alias="from", description='The From of the mails: "Watch <watch@example.org>".')
    ca_file: Path | None = Field(
        default=None, description="Certificates (PEM) of further authorities to trust, for a server of one's own."
    )
    on_ambiguous: OnAmbiguous = Field(default="resend", description=_ON_AMBIGUOUS)

    @model_validator(mode="after")
    def _login(self) -> Self:
        has_password = self.password is not None or self.password_file is not None
        if has_password != (self.username is not None):
            raise ValueError("`username` and a password (`password` or `password_file`) go together")
        if has_password and self.security is Security.NONE and self.host not in _LOOPBACK_HOSTS:
            raise ValueError('a password would travel in the clear; use security = "starttls" or "tls"')
        return self

    @property
    def effective_port(self) -> int:
        """The port that is used: the one given, else the usual one for the kind of protection."""
        return self.port or {Security.STARTTLS: 587, Security.TLS: 465, Security.NONE: 25}[self.security]


class PostTable(ChannelTable):
    """Channels that post to one address over HTTP. The address is a secret: who knows it can post there."""

    secrets: ClassVar[tuple[str, ...]] = ("url",)
    needed: ClassVar[tuple[str, ...]] = ("url",)

    url: Secret | None = Field(default=None, description="Where to post; https, but for addresses inside the house.")
    url_file: Path | None = Field(default=None, description="A file that holds nothing but the address.")
    allow_private: bool = Field(default=False, description="Let it live at a private or loopback address, or at http.")
    on_ambiguous: OnAmbiguous = Field(default="resend", description=_ON_AMBIGUOUS)


class WebhookChannel(PostTable):
    """`[channel.NAME]` with kind = "webhook": every digest is posted as JSON, signed."""

    secrets: ClassVar[tuple[str, ...]] = ("url", "secret")

    kind: Literal["webhook"]
    secret: Secret | None = Field(
        default=None, description="The key of the signature, 16 characters at least; whsec_... is base64."
    )
    secret_file: Path | None = Field(default=None, description="A file that holds nothing but the key.")


class SlackChannel(PostTable):
    """`[channel.NAME]` with kind = "slack": every digest is posted to an incoming webhook."""

    kind: Literal["slack"]
    style: Literal["blocks", "markdown"] = Field(
        default="blocks", description='"markdown" for Mattermost, Rocket.Chat and others that know no blocks.'
    )


class TeamsChannel(PostTable):
    """`[channel.NAME]` with kind = "teams": every digest is posted to a workflow of Microsoft Teams."""

    kind: Literal["teams"]


class TelegramChannel(ChannelTable):
    """`[channel.NAME]` with kind = "telegram": a bot sends every digest to a chat."""

    secrets: ClassVar[tuple[str, ...]] = ("token",)
    needed: ClassVar[tuple[str, ...]] = ("token",)

    kind: Literal["telegram"]
    chat: Line = Field(description='The chat: its number as text ("-1001234567890"), or the "@name" of a channel.')
    token: Secret | None = Field(default=None, description="The token that @BotFather gave.")
    token_file: Path | None = Field(default=None, description="A file that holds nothing but the token.")
    server: Line = Field(default="https://api.telegram.org", description="A Bot API server of one's own.")
    allow_private: bool = Field(default=False, description="Let that server live at a private or loopback address.")
    on_ambiguous: OnAmbiguous = Field(default="resend", description=_ON_AMBIGUOUS)


class FeedChannel(ChannelTable):
    """`[channel.NAME]` with kind = "feed": every story becomes an entry of an Atom feed in a file."""

    kind: Literal["feed"]
    path: Path = Field(description="The file; its folder is made if missing.")
    title: Line = Field(default="Watchlist alerts", description="What feed readers call it.")
    url: Line | None = Field(default=None, description="Where the feed can be read, if a web server serves it.")
    entries: int = Field(default=200, ge=1, le=5000, description="The most entries; the oldest leave.")

    @property
    def written(self) -> Path | None:
        return self.path.parent


class AppriseChannel(ChannelTable):
    """`[channel.NAME]` with kind = "apprise": every digest goes to a service that apprise knows (extra `channels`)."""

    secrets: ClassVar[tuple[str, ...]] = ("url",)
    needed: ClassVar[tuple[str, ...]] = ("url",)

    kind: Literal["apprise"]
    url: Secret | None = Field(
        default=None, description="An address of apprise: ntfy://..., discord://..., matrix://..."
    )
    url_file: Path | None = Field(default=None, description="A file that holds nothing but the address.")
    on_ambiguous: OnAmbiguous = Field(default="resend", description=_ON_AMBIGUOUS)

    @model_validator(mode="after")
    def _extra(self) -> Self:
        if find_spec("apprise") is None:
            raise ValueError("`apprise` needs more: pip install 'watchlist-monitor[channels]'")
        return self


Channel = Annotated[
    FilesChannel
    | SmtpChannel
    | WebhookChannel
    | SlackChannel
    | TeamsChannel
    | TelegramChannel
    | FeedChannel
    | AppriseChannel,
    Field(discriminator="kind"),
]

KINDS: dict[str, type[ChannelTable]] = {
    "files": FilesChannel,
    "smtp": SmtpChannel,
    "webhook": WebhookChannel,
    "slack": SlackChannel,
    "teams": TeamsChannel,
    "telegram": TelegramChannel,
    "feed": FeedChannel,
    "apprise": AppriseChannel,
}
"""The tables by their `kind`."""
