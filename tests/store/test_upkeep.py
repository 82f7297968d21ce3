"""Old texts go; what is known and what was told stays. A copy comes back held. Rules keep their last good text."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import store_nouns as nouns
from store_nouns import DAY, NOW, Clock

from monitor.errors import StoreError
from monitor.model import Attempt, BrokenFile, DeliveryState, GoodRule, Outcome, RuleVersion
from monitor.store import Database, Retention, Store
from monitor.store.backup import RESTORED, restore
from monitor.store.upkeep import Thinned

KEEP = Retention(articles=400 * DAY, versions=90 * DAY, digests=400 * DAY)


def filled(store: Store) -> None:
    """Two articles: one was told in a digest that was sent, the alert of the other waits."""
    for number in (1, 2):
        store.add_article(nouns.article(number), f"story-{number}", "print")
        store.remember(nouns.memory(f"key-{number}"))
    store.add_alert(nouns.alert(1, article=nouns.article(1).id), ["morning"])
    store.save_digest(nouns.digest(alerts=(nouns.alert(1).id,)))
    store.add_alert(nouns.alert(2, article=nouns.article(2).id), ["morning"])
    for delivery in store.deliveries():
        store.finish(Attempt(delivery.id, NOW, Outcome.SENT), DeliveryState.SENT, None)


def test_nothing_goes_before_its_time(store: Store) -> None:
    filled(store)
    assert store.thin_out(KEEP, NOW + 399 * DAY) == Thinned()


def test_old_texts_go_and_what_is_known_stays(store: Store) -> None:
    filled(store)
    before = store.totals()
    thinned = store.thin_out(KEEP, NOW + 500 * DAY)
    assert (thinned.articles, thinned.messages) == (1, len(nouns.digest().messages))
    assert store.totals() == before
    old, waiting = store.article(nouns.article(1).id), store.article(nouns.article(2).id)
    assert old is not None
    assert (old.title, old.body) == (nouns.article(1).title, "")
    assert waiting is not None
    assert waiting.body == nouns.article(2).body, "a digest that is still to come will quote it"
    known = store.find_article(nouns.article(1).identities)
    assert known is not None, "an article that a feed lists again is no news"
    assert known.fingerprint == "print"
    assert store.recall(["key-1"])


def test_a_message_that_was_not_sent_stays(store: Store) -> None:
    store.add_article(nouns.article(1), "story-1", "print")
    store.add_alert(nouns.alert(1), ["morning"])
    store.save_digest(nouns.digest(alerts=(nouns.alert(1).id,)))
    assert store.thin_out(KEEP, NOW + 5000 * DAY).messages == 0
    assert store.deliveries()


def test_a_version_that_an_alert_points_into_stays(store: Store) -> None:
    store.add_article(nouns.article(1), "story-1", "print")
    store.add_alert(nouns.alert(1), ["morning"])
    for edition in ("second", "third"):
        known = store.find_article(nouns.article(1).identities)
        assert known is not None
        store.add_version(known, replace(nouns.article(1), body=edition), edition)
    assert store.thin_out(KEEP, NOW + 100 * DAY).versions == 1
    (waiting,) = store.waiting("morning", NOW + 200 * DAY)
    assert waiting.article.body == nouns.article(1).body


def test_a_database_that_is_too_large_forgets_texts_sooner(store: Store) -> None:
    filled(store)
    assert store.thin_out(replace(KEEP, size=1), NOW + 150 * DAY).articles == 1
    assert store.thin_out(replace(KEEP, size=10**9), NOW + 150 * DAY) == Thinned()


def test_free_pages_go_back_to_the_disk(store: Store, path: Path) -> None:
    for number in range(1, 40):
        store.add_article(replace(nouns.article(number), body="x" * 50_000), "story", "print")
    store.tidy()
    before = path.stat().st_size
    store.thin_out(KEEP, NOW + 500 * DAY)
    store.tidy()
    assert path.stat().st_size < before / 2
    assert store.used() <= path.stat().st_size


def test_a_restored_database_is_held_and_the_old_one_set_aside(store: Store, path: Path, tmp_path: Path) -> None:
    filled(store)
    store.copy_to(tmp_path / "copy")
    store.close()
    aside = restore(tmp_path / "copy", path)
    assert aside is not None
    assert aside.exists()
    with Database.open(path, create=False) as database:
        again = Store(database, Clock())
        assert again.hold() == RESTORED
        assert again.totals()["articles"] == 2


def test_every_database_that_was_replaced_is_kept(store: Store, path: Path, tmp_path: Path) -> None:
    filled(store)
    store.copy_to(tmp_path / "copy")
    store.close()
    asides = [restore(tmp_path / "copy", path) for _ in range(3)]
    names = [aside.name for aside in asides if aside is not None]
    assert names == [f"{path.name}.before-restore{ending}" for ending in ("", "-2", "-3")]
    with Database.open(path.with_name(names[0]), create=False) as database:
        assert Store(database, Clock()).hold() == ""


def test_a_newer_copy_is_refused(store: Store, path: Path, tmp_path: Path, database: Database) -> None:
    database._fetch("PRAGMA user_version = 999")
    store.copy_to(tmp_path / "copy")
    with pytest.raises(StoreError, match="newer version"):
        restore(tmp_path / "copy", tmp_path / "other.db")
    assert not (tmp_path / "other.db").exists()


VERSION = RuleVersion(b"text", {"terms/a.toml": b"a = []"})


def test_last_good_versions_are_kept_and_dropped_with_their_rules(store: Store, database: Database) -> None:
    digest = VERSION.digest("1")
    other = RuleVersion(b"other", VERSION.shared)
    ban, bar = GoodRule(digest, "ban"), GoodRule(other.digest("1"), "ban")
    store.save_good_rules({"bans": {"ban": ban}}, {digest: VERSION}, {})
    store.save_good_rules({"bans": {"ban": ban, "bar": bar}}, {bar.version: other}, store.good_rules())
    assert store.rule_version(digest) == VERSION
    assert store.rule_version(other.digest("1")) == other
    store.save_good_rules({"bans": {"bar": bar}}, {}, store.good_rules())
    assert store.good_rules() == {"bans": {"bar": bar}}
    assert store.rule_version(digest) is None
    assert store.rule_version(other.digest("1")) == other
    assert store.retire("bans") == 1
    assert store.retirements() == 1
    assert store.good_rules() == {}


def test_another_version_of_the_program_runs_cases_again() -> None:
    assert VERSION.digest("1") != VERSION.digest("2")
    assert VERSION.digest("1") != RuleVersion(b"text", {}).digest("1")


def test_what_is_broken_knows_since_when_and_who_was_told(store: Store, clock: Clock) -> None:
    broken = BrokenFile("bans", "rules/bans.toml", "ana@example.org", kept=("ban",), out=("bar",), problems=("E1",))
    (first,) = store.note_broken([broken])
    assert (first.since, first.told) == (NOW, ())
    store.save_broken(replace(first, told=("ban", "bar")))
    (second,) = store.note_broken([replace(broken, out=(), problems=("E2",))])
    assert (second.since, second.told, second.problems) == (first.since, ("ban",), ("E2",))
    assert store.broken_files() == [second]
    assert store.note_broken([]) == []
    assert store.broken_files() == []


def test_keys_follow_a_new_name_and_never_overwrite(store: Store) -> None:
    for key in (
        '["fact","bans","ban",["a","1"]]',
        '["fact","bans","banned",["a","1"]]',
        '["fact","bans","bar",["a","1"]]',
    ):
        store.remember(nouns.memory(key))
    renamed = store.rename_keys('["fact","bans","ban",', lambda key: key.replace('"ban"', '"bar"'))
    assert renamed == 1
    assert store.recall(['["fact","bans","ban",["a","1"]]']), "there is a memory of the new name already"
    store.rename_keys('["fact","bans","banned",', lambda key: key.replace('"banned"', '"new"'))
    assert store.recall(['["fact","bans","new",["a","1"]]'])
