"""A small newsroom in virtual time: rules, a real store, readers; articles come, time passes, digests are composed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from monitor.digest.freeze import Letterhead
from monitor.model import Alert, Article, FrozenDigest, Period, Reason, Subscription
from monitor.pipeline import Pipeline, RoundAccount
from monitor.query.engine import Engine
from monitor.rulebook.searching import Search
from monitor.rulebook.timings import timing_of
from monitor.store import Database, Store
from monitor.stories.freshness import NoveltySettings
from monitor.stories.identity import fingerprint
from monitor.stories.kept import KeptStories
from monitor.watchlist.load import load

BEGIN = datetime(2026, 1, 5, 8, tzinfo=UTC)
DAY, HOUR = timedelta(days=1), timedelta(hours=1)


@dataclass
class Newsroom:
    """Everything at work on one database; `restart` closes it and goes on with what is on the disk."""

    path: Path
    files: dict[str, str]
    readers: Sequence[Subscription] = (Subscription("desk", ("ana@example.org",), "files"),)
    learning: bool = False
    now: datetime = BEGIN
    raised: list[Alert] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.account = RoundAccount()
        self._number = 0
        self._open()

    def _open(self) -> None:
        loaded = load(self.files)
        assert not loaded.errors, loaded.errors
        self.store = Store(Database.open(self.path, create=True), lambda: self.now)
        self.pipeline = Pipeline(
            store=self.store,
            matcher=Engine(loaded.rules),
            subscriptions=() if self.learning else self.readers,
            letterheads={"files": Letterhead("here", "watch@example.org")},
            novelty=NoveltySettings(),
            stories=KeptStories(self.store),
            learning=self.learning,
            timing=timing_of(loaded),
            holds=Search(loaded),
        )

    def restart(self) -> None:
        """The process ends and begins again."""
        self.store.close()
        self._open()

    def come(
        self, text: str, *, published: datetime | None = None, at: datetime | None = None, **more: str
    ) -> list[Alert]:
        """An article arrives; what was told of it."""
        self.now = at or self.now
        self._number += 1
        name = more.pop("name", f"{self._number}-{text[:12]}")
        article = Article(
            id=name,
            source=more.pop("source", "wire"),
            title=more.pop("title", ""),
            body=text,
            arrived=self.now,
            published=published,
            native_id=name,
            **more,
        )
        taken: list[Alert] = []
        pipeline = replace(self.pipeline, witness=lambda each: taken.extend(each.alerts))
        known_by = (f"text:{fingerprint(article)}", f"guid:{name}")
        pipeline.take([replace(article, identities=known_by)], self.account, self.now)
        told = [alert for alert in taken if alert.reason is not Reason.COUNTED]
        self.raised += told
        return told

    def pass_time(self, span: timedelta) -> list[Alert]:
        """Nothing comes for a while, which is heard at its end."""
        self.now += span
        absences = list(self.pipeline.hear(self.account, self.now))
        self.raised += absences
        return absences

    def digest(self, reader: str = "desk") -> FrozenDigest | None:
        """Compose what waits, as of now."""
        subscription = next(each for each in self.readers if each.name == reader)
        start = self.store.last_period_end(reader) or BEGIN - DAY
        self.now += timedelta(seconds=1)
        return self.pipeline.desk.compose(subscription, Period(start, self.now), self.now)

    def waiting(self, reader: str = "desk") -> list[Alert]:
        """What a reader will be told."""
        return [each.alert for each in self.store.waiting(reader, self.now + DAY)]


PLACES = {
    "Italy": ["Rome", "Italy"],
    "Czechia": ["Prague", "Czechia"],
    "Spain": ["Madrid", "Spain"],
    "Malta": ["Valletta", "Malta"],
    "Norway": ["Oslo", "Norway"],
    "Ireland": ["Dublin", "Ireland"],
}
HEAD = (
    "[terms]\nban = ['ban', 'block']\nplan = ['plan', 'propose']\nproduct = ['DeepSeek', 'Kimi']\n[terms.place]\n"
    + "".join(f"{name} = {spellings}\n" for name, spellings in PLACES.items())
)
TEXTS = {
    "Italy": "Rome's privacy watchdog bans DeepSeek after a complaint from consumer groups.",
    "Czechia": "Prague blocks DeepSeek on computers of ministries, citing Chinese cyber law.",
    "Spain": "Soldiers in Madrid learn that the defence staff bans DeepSeek at barracks.",
    "Malta": "Teachers were surprised when Valletta bans DeepSeek from school tablets.",
    "Norway": "The lottery of Oslo blocks DeepSeek for its call centres until spring.",
    "Ireland": "Hospitals heard yesterday that Dublin bans DeepSeek near patient records.",
}


def rule(when: str, *, id: str = "many", verb: str = "ban", head: str = HEAD) -> str:
    return (
        f"{head}[[rule]]\nid = '{id}'\ntitle = 'Bans: {{place}}'\nquery = '@place NEAR/S @{verb} NEAR/S @product'\n"
        f"fact = ['place', 'product']\nwhen = {when}\n"
    )


def whys(alerts: Sequence[Alert]) -> list[str]:
    return [alert.why for alert in alerts]
