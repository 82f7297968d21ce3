"""Digests, the ledger, and the account of a period."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from store_nouns import DAY, HOUR, NOW, PERIOD, Clock, alert, article, copy, digest, match, message

from monitor.errors import StoreError
from monitor.model import (
    Accounting,
    DailyVolume,
    DeliveryState,
    DigestState,
    Novelty,
    Period,
    Rejection,
    SourceHealth,
    SourceState,
    Subscription,
    VitalSign,
)
from monitor.store import DigestSummary, Store


@pytest.fixture
def stored(store: Store) -> Store:
    store.add_article(article(), "story-1", "print-1")
    store.add_alert(alert(1), ["morning"])
    store.add_alert(alert(2), ["morning"])
    return store


def test_a_digest_comes_back_as_it_was_frozen(stored: Store) -> None:
    frozen = digest(alerts=("alert-1", "alert-2"), keys=("key-1", "key-2"))
    assert stored.save_digest(frozen)
    assert stored.digest("digest-1") == frozen
    assert stored.digest("digest-2") is None


def test_a_saved_digest_fills_places_and_outbox(stored: Store) -> None:
    assert stored.save_digest(digest())
    assert [waiting.alert.id for waiting in stored.waiting("morning", NOW + HOUR)] == ["alert-2"]
    deliveries = stored.deliveries()
    assert [delivery.message for delivery in deliveries] == [message(1), message(2)]
    assert {(delivery.digest, delivery.channel, delivery.state) for delivery in deliveries} == {
        ("digest-1", "mail", DeliveryState.QUEUED)
    }
    assert {delivery.next_at for delivery in deliveries} == {NOW}


@pytest.mark.case(81)
def test_a_period_has_one_digest(stored: Store) -> None:
    assert stored.save_digest(digest())
    again = digest(id="digest-2", alerts=("alert-2",), keys=("key-2",), messages=(message(3),))
    assert not stored.save_digest(again)
    assert len(stored.deliveries()) == 2
    assert [waiting.alert.id for waiting in stored.waiting("morning", NOW + HOUR)] == ["alert-2"]
    assert stored.save_digest(replace(again, period=Period(PERIOD.end, PERIOD.end + DAY)))


def test_an_alert_is_in_one_digest_of_a_subscription(stored: Store) -> None:
    assert stored.save_digest(digest())
    later = digest(id="digest-2", period=Period(PERIOD.end, PERIOD.end + DAY), messages=())
    with pytest.raises(StoreError, match="digest-2"):
        stored.save_digest(later)
    with pytest.raises(StoreError, match="digest-3"):
        stored.save_digest(replace(later, id="digest-3", subscription="weekly"))
    assert stored.totals()["digests"] == 1


def test_an_empty_digest_is_a_digest(stored: Store) -> None:
    assert stored.save_digest(digest(alerts=(), keys=()))
    assert stored.last_period_end("morning") == PERIOD.end


def test_a_key_told_twice_in_one_digest_is_one_telling(stored: Store) -> None:
    assert stored.save_digest(digest(alerts=("alert-1", "alert-2"), keys=("key-1", "key-1")))
    found = stored.digest("digest-1")
    assert found is not None and found.keys == ("key-1",)


def test_last_period_end_is_the_newest_of_the_subscription(store: Store) -> None:
    assert store.last_period_end("morning") is None
    for number, days in enumerate((0, 2, 1)):
        period = Period(PERIOD.start + days * DAY, PERIOD.end + days * DAY)
        store.save_digest(digest(id=f"d{number}", period=period, alerts=(), keys=(), messages=()))
    assert store.last_period_end("morning") == PERIOD.end + 2 * DAY
    assert store.last_period_end("weekly") is None


def test_recent_digests_begin_with_the_newest(stored: Store) -> None:
    stored.save_digest(digest())
    later = digest(id="digest-2", period=Period(PERIOD.end, PERIOD.end + DAY), composed=NOW + DAY, alerts=(), keys=(),
                   messages=())  # fmt: skip
    stored.save_digest(later)
    first, second = stored.recent_digests(limit=5)
    assert second == DigestSummary("digest-1", "morning", PERIOD, NOW, "mail", DigestState.FROZEN, 1, 2)
    assert (first.id, first.alerts, first.recipients) == ("digest-2", 0, 0)
    assert stored.recent_digests(limit=1) == [first]


def test_the_account_of_a_period(store: Store, clock: Clock) -> None:
    clock.now = PERIOD.start
    store.add_article(article(1, arrived=NOW - 400 * DAY), "story-1", "1")
    store.add_article(article(2), "story-1", "2")
    store.add_article(article(3, source="wire"), "story-3", "3")
    store.add_copy(copy(1), [])
    clock.now = PERIOD.end
    store.add_article(article(4), "story-4", "4")
    store.add_copy(copy(2), [])
    novelties = [Novelty.NEW, Novelty.FOLD, Novelty.FOLD, Novelty.RECAP]
    for number, novelty in enumerate(novelties):
        store.add_alert(alert(number, novelty=novelty), ["morning"])
    store.add_alert(alert(8), ["weekly"])
    store.add_alert(alert(9, raised=PERIOD.end), ["morning"])
    for at in (PERIOD.start, PERIOD.end):
        store.add_rejections("inbox", [Rejection("a", "too large"), Rejection("b", "too large")], at)
    store.save_source(SourceState("quiet", last_read=NOW))
    store.save_source(SourceState("inbox", last_article=NOW, failing_since=NOW, error="unplugged"))
    store.save_digest(digest(alerts=("alert-0",)))
    assert store.accounting("morning", PERIOD) == Accounting(
        articles=3,
        duplicates=1,
        stories=2,
        matched=4,
        folded=2,
        recaps=1,
        rejected=2,
        late=2,
        sources=(
            SourceHealth("inbox", None, NOW, NOW, "unplugged", articles=2, sign=VitalSign.FAILING, since=NOW),
            SourceHealth("quiet", NOW),
        ),
    )


def test_an_empty_database_accounts_for_nothing(store: Store) -> None:
    assert store.accounting("morning", PERIOD) == Accounting()


def volumes(store: Store, until: datetime, **fields: object) -> list[DailyVolume]:
    subscription = Subscription("morning", (), "mail", **fields)  # type: ignore[arg-type]
    return list(store.daily_volumes(subscription, until))


def raise_alert(store: Store, number: int, raised: datetime, watchlist: str = "bans", story: str = "story-1") -> None:
    store.add_alert(alert(number, raised=raised, story=story, match=match(watchlist=watchlist)), [])


def test_volumes_count_stories_by_watchlist_and_local_day(store: Store) -> None:
    store.add_article(article(), "story-1", "print-1")
    midnight = datetime(2025, 3, 2, 23, tzinfo=UTC)  # in Prague
    raise_alert(store, 1, midnight - timedelta(microseconds=1))
    raise_alert(store, 2, midnight)
    raise_alert(store, 3, midnight + HOUR)
    raise_alert(store, 4, midnight + HOUR, story="story-2")
    raise_alert(store, 5, midnight + HOUR, watchlist="launches")
    raise_alert(store, 6, midnight + 9 * HOUR, story="story-3")
    found = volumes(store, midnight + 9 * HOUR, zone="Europe/Prague")
    assert len(found) == 2 * 14
    assert found[0].day == date(2025, 2, 18)
    assert [volume for volume in found if volume.stories] == [
        DailyVolume("bans", date(2025, 3, 2), 1),
        DailyVolume("bans", date(2025, 3, 3), 2),
        DailyVolume("launches", date(2025, 3, 3), 1),
    ]


def test_volumes_are_of_the_subscription_s_watchlists(store: Store) -> None:
    store.add_article(article(), "story-1", "print-1")
    raise_alert(store, 1, NOW - HOUR)
    raise_alert(store, 2, NOW - HOUR, watchlist="launches")
    found = volumes(store, NOW, watchlists=("launches", "chips"))
    assert [(volume.watchlist, volume.stories) for volume in found[13::14]] == [("launches", 1), ("chips", 0)]


def test_a_digest_at_midnight_ends_with_the_day_before(store: Store) -> None:
    found = volumes(store, datetime(2025, 3, 3, tzinfo=UTC), watchlists=("bans",))
    assert (found[0].day, found[-1].day) == (date(2025, 2, 17), date(2025, 3, 2))


@pytest.mark.case(81)
@pytest.mark.parametrize(
    ("day", "hours"), [(datetime(2025, 3, 30), 23), (datetime(2025, 10, 26), 25)]  # noqa: DTZ001
)  # fmt: skip
def test_a_day_of_the_clock_change_is_counted_whole(store: Store, day: datetime, hours: int) -> None:
    store.add_article(article(), "story-1", "print-1")
    start = day.replace(tzinfo=UTC) - (HOUR if hours == 23 else 2 * HOUR)
    for number in range(-1, hours + 1):
        raise_alert(store, number, start + number * HOUR, story=f"story-{number}")
    counted = {volume.day: volume.stories for volume in volumes(store, start + 3 * DAY, zone="Europe/Prague")}
    assert counted[day.date()] == hours
    assert counted[(day - DAY).date()] == counted[(day + DAY).date()] == 1


def test_a_subscription_is_first_known_once(store: Store) -> None:
    assert store.first_known("morning", NOW) == NOW
    assert store.first_known("morning", NOW + timedelta(days=3)) == NOW
    assert store.first_known("evening", NOW + timedelta(days=3)) == NOW + timedelta(days=3)
