"""The models of config.toml. Every key is a field with its description; every unknown key is an error."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from importlib.util import find_spec
from pathlib import Path
from typing import Self

from pydantic import Field, model_validator
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict

from monitor.settings.channels import Channel
from monitor.settings.kinds import Duration, Line, Slug, Strict
from monitor.settings.subscriptions import SubscriptionSettings

ENV_PREFIX = "MONITOR_"
ENV_DELIMITER = "__"


class StoreSettings(Strict):
    """`[store]`: where the database lies."""

    path: Path = Field(
        default=Path("state/monitor.sqlite"), description="The SQLite database; its folder is made if missing."
    )


class HealthSettings(Strict):
    """`[health]`: for those who watch the daemon."""

    listen: str | None = Field(
        default=None,
        pattern=r"^(\[[0-9a-f:]+\]|[A-Za-z0-9.-]+):[0-9]{1,5}$",
        description='Answer /healthz, /readyz and /metrics at this address: "127.0.0.1:9464".',
    )
    ping: str | None = Field(
        default=None,
        min_length=1,
        description="An address that is asked for after each round, with /fail added where it failed: whoever watches "
        "it notices a daemon that is dead.",
    )
    ping_private: bool = Field(default=False, description="Let that address be a private or loopback one.")

    @property
    def address(self) -> tuple[str, int] | None:
        """Host and port; None if nothing listens."""
        if self.listen is None:
            return None
        host, _, port = self.listen.rpartition(":")
        return host.strip("[]"), int(port)


class PagesSettings(Strict):
    """`[pages]`: whole digests, for what a mail is too small for."""

    folder: Path = Field(default=Path("pages"), description="Where they are written; made when it is needed.")
    url: str | None = Field(
        default=None,
        pattern=r"^https?://[^\s\"<>]+$",
        description="The address at which readers find that folder. Without one only a files channel leads there.",
    )


class RetentionSettings(Strict):
    """`[retention]`: how long texts are kept. What is known and what was told is kept for ever."""

    articles: Duration = Field(
        default=timedelta(days=400), description="How long the text of an article is kept; its title stays."
    )
    versions: Duration = Field(
        default=timedelta(days=90), description="How long earlier texts of edited articles, and rejections, are kept."
    )
    digests: Duration = Field(default=timedelta(days=400), description="How long the mails that were sent are kept.")
    size: int = Field(
        default=0,
        ge=0,
        le=1_000_000,
        description="Megabytes that the database may take: older texts go sooner where it takes more. 0 is no limit.",
    )


class RulesSettings(Strict):
    """`[rules]`: where the watchlists lie."""

    paths: tuple[Path, ...] = Field(
        default=(Path("rules"),),
        min_length=1,
        description="Rule files, or folders of them; the folder `terms` beside them holds the shared lists.",
    )


class NoveltySettings(Strict):
    """`[novelty]`: when something known counts as news again."""

    fresh: Duration = Field(
        default=timedelta(days=7), description="How long a story stays fresh after it was last told."
    )
    publishers_for_update: int = Field(
        default=0,
        ge=0,
        le=1000,
        description="So many independent publishers turn a retelling into an update; 0 turns it off.",
    )


class SourceSettings(Strict):
    """`[[source]]`: a folder, a Maildir or a feed. One of `folder`, `maildir`, `feed` and `path` says which."""

    name: Line = Field(description="What the digest calls it; unique.")
    folder: Path | None = Field(default=None, description="A folder of articles, read with its subfolders.")
    feed: str | None = Field(default=None, min_length=1, description="The http or https address of a feed.")
    path: Path | None = Field(default=None, description="A file that holds a feed.")
    maildir: Path | None = Field(default=None, description="A Maildir, whose mails are articles and newsletters.")
    every: Duration | None = Field(
        default=None,
        description="Time between two reads of a feed; none given: an hour, or what server and feed ask for.",
    )
    publisher: Line | None = Field(default=None, description="The publisher of articles that name none.")
    lang: str | None = Field(
        default=None, pattern=r"^[a-z]{2,3}$", description="The language of articles that name none, as a tag: en, zh."
    )
    allow_private: bool = Field(default=False, description="Let this feed live at a private or loopback address.")
    fulltext: bool = Field(default=False, description="Fetch the pages of this feed's articles (extra `fulltext`).")

    @model_validator(mode="after")
    def _one_place(self) -> Self:
        named = [key for key in ("folder", "maildir", "feed", "path") if getattr(self, key) is not None]
        if len(named) != 1:
            given = " and ".join(f"`{key}`" for key in named) or "none"
            raise ValueError(f"a source has exactly one of `folder`, `maildir`, `feed`, `path`; this one has {given}")
        if self.allow_private and self.feed is None:
            raise ValueError("`allow_private` is for a `feed`")
        if self.fulltext and self.feed is None:
            raise ValueError("`fulltext` is for a `feed`")
        if self.fulltext and find_spec("trafilatura") is None:
            raise ValueError("`fulltext` needs more: pip install 'watchlist-monitor[fulltext]'")
        if self.feed is None and self.every is not None:
            raise ValueError("`every` is for a `feed`; folders and files are looked at all the time")
        if self.every is not None and self.every < timedelta(minutes=1):
            raise ValueError('`every` is at least "1m"')
        return self


class Settings(BaseSettings):
    """All of config.toml. `MONITOR_STORE__PATH=...` in the environment overrides `[store] path`."""

    model_config = SettingsConfigDict(
        extra="forbid",
        frozen=True,
        env_prefix=ENV_PREFIX,
        env_nested_delimiter=ENV_DELIMITER,
        hide_input_in_errors=True,
    )

    store: StoreSettings = Field(default=StoreSettings(), description="Where the database lies.")
    rules: RulesSettings = Field(default=RulesSettings(), description="Where the watchlists lie.")
    health: HealthSettings = Field(default=HealthSettings(), description="For those who watch the daemon.")
    pages: PagesSettings = Field(default=PagesSettings(), description="Whole digests, where a mail is too small.")
    retention: RetentionSettings = Field(default=RetentionSettings(), description="How long texts are kept.")
    novelty: NoveltySettings = Field(default=NoveltySettings(), description="When known things are news again.")
    source: tuple[SourceSettings, ...] = Field(min_length=1, description="What is read.")
    channel: dict[Slug, Channel] = Field(min_length=1, description="The ways out, by name.")
    subscription: tuple[SubscriptionSettings, ...] = Field(min_length=1, description="Who gets what, and when.")

    def secrets(self) -> Iterator[str]:
        """What nobody is to read in a log: passwords, tokens, and addresses that let whoever knows them in."""
        for channel in self.channel.values():
            yield from (channel.revealed(key) for key in channel.secrets)
        if self.health.ping:
            yield self.health.ping

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - pydantic-settings passes all of these by name
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """The environment first, then what was read from the file; no .env file and no secrets folder unasked."""
        return env_settings, init_settings
