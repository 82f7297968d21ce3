"""Whose rules depend on a source hears of its silence once, by a mail of its own, and of its return."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from monitor.model import Article, FrozenDigest, Period, Rhythm, SourceState
from monitor.pipeline import Pipeline, RoundAccount
from monitor.source_watch import tell_of_sources
from monitor.store import Database, Store
from monitor.store.marker import Mark, write_mark
from tests.round_bench import NOW, Clock, a_pipeline, subscription


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    with Database.open(tmp_path / "monitor.db", create=True) as database:
        yield Store(database, clock)


def a_house(store: Store, **naming: tuple[tuple[str, str], ...]) -> Pipeline:
    """Two readers: one of bans, one of chips only."""
    chips = subscription(name="chips", recipients=("bo@example.org",), watchlists=("chips",))
    return replace(a_pipeline(store, subscription(), chips), naming={"post": (), "wire": (), **naming})


BANS = (
    "Rome bars a chatbot from its courts after a leak of verdicts",
    "The ferry union in Oslo bars cameras that read faces",
    "Kenya bars an exam robot that solved papers for a fee",
    "A hospital chain near Lyon bars dictation by machine",
    "Perth zoo bars drones that herd its parrots",
    "A bank in Quito bars voices that were made up",
    "Seoul bars deepfakes for ninety days before each vote",
    "The chess league of Malta bars engines at the board",
)


def told_stories(pipeline: Pipeline, source: str, count: int, now: datetime, after: int = 0) -> None:
    """So many bans, each a story of its own."""
    for number, title in enumerate(BANS[after : after + count]):
        url = f"https://{source}.example/{number}"
        article = Article(url, source, title, now, body=f"{title}.", url=url, identities=(url,))
        pipeline.take([article], RoundAccount(), now)


def heard(store: Store, source: str, last: datetime, looked: datetime, **changes: object) -> None:
    """A source that speaks at least once a day, last at `last`, looked at last at `looked`."""
    silences = tuple((f"2026-04-{day:02}", 86_000.0) for day in range(1, 15))
    plain = SourceState(source, last_try=looked, last_read=looked, rhythm=Rhythm(last, silences))
    store.save_source(replace(plain, **changes))  # type: ignore[arg-type]


def text_of(digests: list[FrozenDigest]) -> str:
    [digest] = digests
    return digest.messages[0].text


def test_a_rule_that_lives_on_a_source_is_missed_when_it_falls_silent(store: Store) -> None:
    house = a_house(store)
    told_stories(house, "post", 4, NOW)
    later = NOW + timedelta(days=5)
    heard(store, "post", NOW, later)
    told = tell_of_sources(house, later)
    assert [(digest.subscription, digest.messages[0].recipient) for digest in told] == [
        ("sources:morning", "ana@example.org")
    ]
    assert told[0].messages[0].subject == "post is quiet"
    assert "post is quiet since Mon 4 May, 07:00 (5 days): its longest usual pause is 24 h." in text_of(told)
    assert "  - bans, ban: 4 of its 4 stories of the last 30 days came from there" in text_of(told)
    assert tell_of_sources(house, later + timedelta(hours=1)) == [], "once"


def test_it_is_told_when_it_speaks_again_and_once_more_when_it_falls_silent_again(store: Store) -> None:
    house = a_house(store)
    told_stories(house, "post", 3, NOW)
    days = [NOW + timedelta(days=day) for day in range(20)]
    heard(store, "post", NOW, days[5])
    assert len(tell_of_sources(house, days[5])) == 1
    heard(store, "post", days[6], days[6])
    back = tell_of_sources(house, days[6])
    assert back[0].messages[0].subject == "post speaks again"
    assert "post speaks again. It was quiet since Mon 4 May, 07:00 (6 days)." in text_of(back)
    heard(store, "post", days[6], days[12])
    assert len(tell_of_sources(house, days[12])) == 1


def test_a_source_that_no_rule_depends_on_disturbs_nobody(store: Store) -> None:
    house = a_house(store)
    told_stories(house, "post", 8, NOW)
    told_stories(house, "wire", 2, NOW)
    heard(store, "wire", NOW, NOW + timedelta(days=9))
    assert tell_of_sources(house, NOW + timedelta(days=9)) == []


def test_a_rule_that_names_the_source_depends_on_it_before_it_ever_matched(store: Store) -> None:
    house = a_house(store, wire=(("chips", "h20"),))
    heard(store, "wire", NOW, NOW + timedelta(days=9))
    told = tell_of_sources(house, NOW + timedelta(days=9))
    assert {digest.subscription for digest in told} == {"sources:morning", "sources:chips"}, "morning takes all"
    assert "chips, h20: the rule names it\n" in told[1].messages[0].text


def test_our_own_downtime_is_no_silence(store: Store) -> None:
    """Down for a week: what was read last was read a minute after the source spoke."""
    house = a_house(store, post=(("bans", "ban"),))
    heard(store, "post", NOW, NOW + timedelta(minutes=1))
    assert tell_of_sources(house, NOW + timedelta(days=7)) == []


@pytest.mark.parametrize(("hours", "mails"), [(5, 0), (6, 1)])
def test_a_failure_counts_once_it_lasts(store: Store, hours: int, mails: int) -> None:
    house = a_house(store, post=(("bans", "ban"),))
    since, now = NOW, NOW + timedelta(hours=hours)
    heard(store, "post", NOW, now, failing_since=since, error="post: status 503", failures=3)
    told = tell_of_sources(house, now)
    assert len(told) == mails
    assert all("post is failing since Mon 4 May, 07:00 (6 h): post: status 503." in text_of([one]) for one in told)


def test_many_sources_that_fail_together_are_one_mail(store: Store) -> None:
    names = [f"feed{number}" for number in range(50)]
    house = replace(a_pipeline(store), naming={name: (("bans", "ban"),) for name in names})
    for name in names:
        heard(store, name, NOW, NOW + timedelta(hours=7), failing_since=NOW, error=f"{name}: no route")
    told = tell_of_sources(house, NOW + timedelta(hours=7))
    assert told[0].messages[0].subject == "50 sources are silent"
    assert text_of(told).count("the rule names it") == 50


def test_a_source_that_left_the_configuration_is_forgotten(store: Store) -> None:
    house = a_house(store, wire=(("chips", "h20"),))
    heard(store, "wire", NOW, NOW + timedelta(days=9))
    tell_of_sources(house, NOW + timedelta(days=9))
    assert tell_of_sources(replace(house, naming={}), NOW + timedelta(days=10)) == []
    assert store.source_alarms() == {}


def test_nothing_is_told_while_a_restored_backup_is_held(store: Store, tmp_path: Path) -> None:
    write_mark(tmp_path / "monitor.db", Mark(store.instance(), generation=9))
    assert store.guard()
    house = a_house(store, post=(("bans", "ban"),))
    heard(store, "post", NOW, NOW + timedelta(days=9))
    assert tell_of_sources(house, NOW + timedelta(days=9)) == []
    assert store.source_alarms() == {}


def test_the_footer_of_a_digest_speaks_of_the_sources_of_the_configuration(store: Store) -> None:
    """One that was taken out would stay quiet for ever; in the period in which it was read it is still told."""
    house = a_house(store)
    told_stories(house, "post", 1, NOW)
    for name in ("post", "wire", "left", "left-today"):
        heard(store, name, NOW, NOW)
    told_stories(house, "left-today", 1, NOW, after=1)
    digest = house.desk.draft(house.subscriptions[0], Period(NOW - timedelta(hours=1), NOW + timedelta(hours=1)))
    assert digest is not None
    assert [source.name for source in digest.accounting.sources] == ["left-today", "post", "wire"]
