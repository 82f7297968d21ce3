"""Mails at once over a real database: sent once, never new again, and named by the next digest."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import time, timedelta
from pathlib import Path

import pytest

from monitor.digest.instant import InstantReason
from monitor.model import Article, DeliveryState, Evidence, Fact, FrozenDigest, Instant, Match, Quiet, Severity
from monitor.pipeline import Pipeline, RoundAccount
from monitor.rounds import compose_due, ingest_round
from monitor.store import Database, Store
from tests.round_bench import Clock, FakeSource, a_pipeline, subscription

URGENT = Instant((Severity.CRITICAL,), timedelta(minutes=2), per_hour=2)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def store(tmp_path: Path, clock: Clock) -> Iterator[Store]:
    with Database.open(tmp_path / "monitor.db", create=True) as database:
        yield Store(database, clock)


class Bans:
    """Matches "PLACE bars PRODUCT"; in capitals it is critical."""

    def match(self, article: Article) -> Sequence[Match]:
        place, bars, product = article.title.partition(" bars ")
        if not bars:
            return ()
        severity = Severity.CRITICAL if place.isupper() else Severity.NORMAL
        product = product.split()[0]
        fact = Fact((("place", place.title()), ("product", product)))
        evidence = Evidence("title", ((0, len(place)),))
        retracts = "after all" in article.title
        title = f"{place.title()}: {product}"
        return (Match("bans", "ban", "ban", severity, title, fact, evidence=(evidence,), retracts=retracts),)


def a_desk(store: Store, **changes: object) -> Pipeline:
    return replace(a_pipeline(store, subscription(**{"instant": URGENT, **changes})), matcher=Bans())


async def arrives(pipeline: Pipeline, clock: Clock, *titles: str) -> None:
    await ingest_round(pipeline, [FakeSource("wire", [list(titles)])], clock, lambda report: None)


def composed(pipeline: Pipeline, clock: Clock, **later: float) -> list[FrozenDigest]:
    clock.forward(**later)
    return compose_due(pipeline, clock).digests


async def test_it_leaves_once_after_its_wait_and_is_not_new_in_the_morning(store: Store, clock: Clock) -> None:
    pipeline = a_desk(store)
    composed(pipeline, clock)
    await arrives(pipeline, clock, "ROME bars DeepSeek", "Oslo bars Grok")
    assert composed(pipeline, clock, minutes=1) == []
    [instant] = composed(pipeline, clock, minutes=1)
    assert instant.instant and instant.id == "morning.instant@20260504T070200Z"
    assert instant.messages[0].subject == "Critical: Rome: DeepSeek"
    assert "Oslo" not in instant.messages[0].text
    assert composed(pipeline, clock, minutes=1) == []
    await arrives(pipeline, clock, "ROME bars DeepSeek today")
    [morning] = composed(pipeline, clock, hours=24)
    text = morning.messages[0].text
    assert not morning.instant
    assert "1 new" in text and "[NEW]" in text and "\n  Oslo: Grok" in text
    assert "Composed at Mon 4 May, 07:02, and not delivered yet:\n  - Rome: DeepSeek" in text
    assert len(store.deliveries(DeliveryState.QUEUED)) == 2


async def test_the_period_of_the_digest_is_what_it_was(store: Store, clock: Clock) -> None:
    pipeline = a_desk(store)
    composed(pipeline, clock)
    began = clock.now
    await arrives(pipeline, clock, "ROME bars DeepSeek", "Oslo bars Grok")
    composed(pipeline, clock, minutes=3)
    assert store.last_period_end("morning") is None
    [morning] = composed(pipeline, clock, hours=1)
    assert morning.period.start == began


async def test_others_that_come_within_the_wait_are_in_the_same_mail(store: Store, clock: Clock) -> None:
    pipeline = a_desk(store)
    await arrives(pipeline, clock, "ROME bars DeepSeek")
    clock.forward(seconds=90)
    await arrives(pipeline, clock, "OSLO bars Grok")
    [mail] = composed(pipeline, clock, seconds=30)
    assert len(mail.alerts) == 2
    assert mail.messages[0].subject.endswith(", and 1 more")


async def test_quiet_hours_and_the_limit_make_it_wait_and_nothing_is_lost(store: Store, clock: Clock) -> None:
    quiet = Instant((Severity.CRITICAL,), timedelta(minutes=2), per_hour=2, quiet=Quiet(time(6), time(7, 30)))
    pipeline = a_desk(store, instant=quiet, schedule="0 20 * * *")
    [reader] = pipeline.subscriptions
    await arrives(pipeline, clock, "ROME bars DeepSeek")
    assert composed(pipeline, clock, minutes=29) == []
    assert pipeline.desk.instant_due(reader, clock.now).reason is InstantReason.QUIET
    assert len(composed(pipeline, clock, minutes=1)) == 1
    for number, place in enumerate(("OSLO", "BERN", "KYIV")):
        await arrives(pipeline, clock, f"{place} bars Grok")
        assert len(composed(pipeline, clock, minutes=2)) == (1 if number == 0 else 0)
    assert pipeline.desk.instant_due(reader, clock.now).reason is InstantReason.LIMITED
    [rest] = composed(pipeline, clock, minutes=56)
    assert len(rest.alerts) == 2


@pytest.mark.case(76)
async def test_two_daemons_at_one_moment_send_it_once(store: Store, clock: Clock) -> None:
    one, two = a_desk(store), a_desk(store)
    await arrives(one, clock, "ROME bars DeepSeek")
    assert len(composed(one, clock, minutes=2)) == 1
    assert composed(two, clock) == []


async def test_what_the_reader_was_told_or_what_is_old_presses_nobody(store: Store, clock: Clock) -> None:
    pipeline = a_desk(store)
    await arrives(pipeline, clock, "ROME bars DeepSeek")
    assert len(composed(pipeline, clock, minutes=2)) == 1
    await arrives(pipeline, clock, "ROME bars DeepSeek again")
    assert composed(pipeline, clock, minutes=5) == []
    old = Article(
        id="old",
        source="wire",
        title="OSLO bars Manus",
        arrived=clock.now,
        body="Boats on the fjord may carry no assistants any more, the harbour master wrote.",
        url="https://wire.example/old",
        published=clock.now - timedelta(days=9),
    )
    fresh = Article("fresh", "wire", "BERN bars Copilot", clock.now, url="https://wire.example/fresh")
    pipeline.take([old, fresh], RoundAccount(), clock.now)
    [mail] = composed(pipeline, clock, minutes=5)
    assert "Bern" in mail.messages[0].text and "Oslo" not in mail.messages[0].text, "of one moment, and yet apart"
    assert [each.alert.match.title for each in store.waiting("morning", clock.now)][-1] == "Oslo: Manus"


async def test_a_correction_of_what_was_sent_at_once_is_sent_at_once_too(store: Store, clock: Clock) -> None:
    pipeline = a_desk(store)
    composed(pipeline, clock)
    await arrives(pipeline, clock, "ROME bars DeepSeek", "Oslo bars Grok")
    assert len(composed(pipeline, clock, minutes=2)) == 1
    await arrives(pipeline, clock, "Rome bars DeepSeek not after all", "Oslo bars Grok not after all")
    assert composed(pipeline, clock, minutes=1) == [], "it waits for others as all do"
    [instant] = composed(pipeline, clock, minutes=1)
    message = instant.messages[0]
    assert (instant.instant, message.subject) == (True, "Corrected: Rome: DeepSeek")
    assert "Sent at once because it corrects what you were sent at once." in " ".join(message.text.split())
    assert "Oslo" not in message.text, "nobody was alarmed by that"
    assert composed(pipeline, clock, minutes=5) == []


async def test_a_correction_keeps_to_the_limit_and_the_quiet_hours(store: Store, clock: Clock) -> None:
    pipeline = a_desk(store, schedule="0 20 * * *")
    composed(pipeline, clock)
    for name in ("ROME", "OSLO"):
        await arrives(pipeline, clock, f"{name} bars Grok")
        assert len(composed(pipeline, clock, minutes=2)) == 1
    await arrives(pipeline, clock, "Rome bars Grok not after all")
    assert composed(pipeline, clock, minutes=30) == []
    [instant] = composed(pipeline, clock, minutes=30)
    assert instant.instant and instant.messages[0].subject.startswith("Corrected: ")
