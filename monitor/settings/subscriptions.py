"""`[[subscription]]` of config.toml."""

from __future__ import annotations

import re
from datetime import time, timedelta
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BeforeValidator, Field, model_validator

from monitor.model import MailFormat, Quiet, Severity
from monitor.settings.kinds import Duration, Line, Slug, Strict

_HOURS = re.compile(r"([01][0-9]|2[0-3]):([0-5][0-9])-([01][0-9]|2[0-3]):([0-5][0-9])")

_NO_INSTANT_KEYS = ("instant_wait", "instant_per_hour", "quiet")


def parse_quiet(written: object) -> Quiet:
    """The hours that `22:00-07:00` means. Raises ValueError with a message for the person who wrote it."""
    if isinstance(written, Quiet):
        return written
    found = _HOURS.fullmatch(written) if isinstance(written, str) else None
    if found is None:
        raise ValueError('quiet hours are two times of the day: "22:00-07:00"')
    first, second, third, fourth = map(int, found.groups())
    quiet = Quiet(time(first, second), time(third, fourth))
    if quiet.start == quiet.end:
        raise ValueError("quiet hours end at another time than they begin")
    return quiet


Tag = Annotated[str, Field(pattern=r"^[a-z]{2,3}$")]
QuietHours = Annotated[Quiet, BeforeValidator(parse_quiet)]


class SubscriptionSettings(Strict):
    """`[[subscription]]`: who gets which watchlists, when, and through which channel."""

    name: Slug = Field(description="Names the digest and its files; unique.")
    to: tuple[str, ...] = Field(
        default=(), description="The recipients' addresses, for mail and files; each gets a message of its own."
    )
    channel: str = Field(description="The NAME of a [channel.NAME].")
    watchlists: tuple[str, ...] = Field(
        default=(), description="Rule files by name without ending; none given: all of them."
    )
    severities: tuple[Severity, ...] = Field(
        default=(), description='Takes rules of these severities only: ["high", "critical"]; none given: all.'
    )
    languages: tuple[Tag, ...] = Field(
        default=(),
        description='Takes articles in these languages only: ["en", "zh"]; none given: all. An article whose language '
        "is not known is taken.",
    )
    schedule: str = Field(default="0 8 * * *", description="When a digest is due: a cron line of five fields.")
    zone: str = Field(default="UTC", description="The IANA time zone in which `schedule` and `quiet` are read.")
    language: Literal["en", "zh"] = Field(default="en", description="The language of the digest itself.")
    format: MailFormat = Field(default=MailFormat.BOTH, description='The parts of a mail: "both", "html" or "text".')
    max_stories: int = Field(
        default=60, ge=1, le=500, description='The most cards in one mail; "n more" tells the rest.'
    )
    empty: Literal["nothing", "heartbeat"] = Field(
        default="nothing", description="What is sent when nothing waits: nothing, or a short mail that says so."
    )
    instant: tuple[Severity, ...] = Field(
        default=(),
        description='New facts of these severities are mailed at once: ["critical"]. The next digest names them as '
        "already sent.",
    )
    instant_wait: Duration = Field(
        default=timedelta(minutes=2), description="How long the first of them waits in case others join it."
    )
    instant_per_hour: int = Field(default=4, ge=1, le=60, description="The most mails at once within an hour.")
    quiet: QuietHours | None = Field(
        default=None, description='Hours of `zone` in which nothing is mailed at once: "22:00-07:00". It waits.'
    )
    templates: Path | None = Field(
        default=None, description="A folder with templates of your own: digest.html.j2, digest.txt.j2."
    )
    owner: Line | None = Field(
        default=None, description="Who gets a mail when the templates fail; the digest goes out with ours."
    )

    @model_validator(mode="after")
    def _instant_keys(self) -> Self:
        given = [key for key in _NO_INSTANT_KEYS if key in self.model_fields_set]
        if given and not self.instant:
            raise ValueError(f'`{given[0]}` is for mails that are sent at once; write instant = ["critical"] too')
        if self.owner is not None and self.templates is None:
            raise ValueError("`owner` is for `templates`")
        return self
