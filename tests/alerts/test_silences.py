"""Silences over a real store: what they keep back, when they end, and what a reader is told after that."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from monitor.alerts.silences import covers, end_words, hush, muted_counts, scope_words
from monitor.model import Alert, Article, FrozenDigest, Mute, Scope, Silence, Subscription
from tests.alerts.world import BEGIN, DAY, Newsroom

RULES = {
    "bans.toml": """
[terms]
ban = ["ban", "block"]
product = ["DeepSeek", "Kimi"]
[terms.status]
proposed = ["propose", "proposed"]
lifted = ["lift", "lifted"]
[terms.place]
Italy = ["Italy", "Rome"]
Czechia = ["Czechia", "Prague"]
Spain = ["Spain", "Madrid"]
[[rule]]
id = "ban"
title = "{place}: {product} ({status})"
query = '@place NEAR/S @ban NEAR/S @product NEAR/S MAYBE @status'
fact = ["place", "product"]
state = ["status"]
default = { status = "in force" }
""",
    "deals.toml": """
[terms]
product = ["DeepSeek", "Kimi"]
[[rule]]
id = "deal"
title = "{product} buys"
query = '@product NEAR/S buy'
fact = ["product"]
""",
}
READERS = tuple(Subscription(name, ("a@example.org",), "files") for name in ("desk", "boss"))


@pytest.fixture
def room(tmp_path: Path) -> Newsroom:
    return Newsroom(tmp_path / "news.db", RULES, readers=READERS)


def silence(room: Newsroom, scope: Scope, *, until: datetime | None = None, **more: object) -> Silence:
    made = Silence("5ile0ce", scope, "ana", "enough of it", room.now, until or room.now + 30 * DAY)
    made = replace(made, **more)  # type: ignore[arg-type]
    room.store.add_silence(made)
    return made


def read(digest: FrozenDigest | None) -> str:
    assert digest is not None
    return " ".join(digest.messages[0].text.split())


def places(alerts: list[Alert]) -> list[str]:
    return sorted(alert.match.fact.as_dict().get("place", alert.match.rule) for alert in alerts)


SCOPES = {
    "watchlist": Scope(watchlist="bans"),
    "rule": Scope(watchlist="bans", rule="ban"),
    "fact": Scope(fact=(("place", "ITALY"),)),
    "state": Scope(fact=(("status", "in force"), ("place", "Italy"))),
    "source": Scope(source="gossip"),
    "words": Scope(words="watchdog NEAR/S @ban"),
}


@pytest.mark.parametrize("kind", SCOPES)
def test_what_is_in_its_scope_is_kept_back(room: Newsroom, kind: str) -> None:
    silence(room, SCOPES[kind])
    room.come("Rome's watchdog bans DeepSeek.", source="gossip")
    room.come("Kimi buys a printer.")
    assert places(room.waiting()) == ["deal"]
    assert places(room.waiting("boss")) == ["deal"]


@pytest.mark.parametrize(
    "scope",
    [
        Scope(watchlist="deals"),
        Scope(watchlist="bans", rule="other"),
        Scope(fact=(("place", "Spain"),)),
        Scope(fact=(("maker", "Italy"),)),
        Scope(source="gossip"),
        Scope(words="lottery"),
        Scope(watchlist="bans", fact=(("product", "Kimi"),)),
        Scope(story="story-0"),
    ],
)
def test_what_is_not_in_its_scope_is_told(room: Newsroom, scope: Scope) -> None:
    silence(room, scope)
    room.come("Rome's watchdog bans DeepSeek.")
    assert places(room.waiting()) == ["Italy"]


def test_a_story(room: Newsroom) -> None:
    (told,) = room.come("Rome bans DeepSeek.")
    assert room.digest() is not None
    silence(room, Scope(story=told.story))
    room.come("Rome also fines DeepSeek, which Italy bans, 30 million euros.")
    assert room.waiting() == []


def test_for_one_subscription(room: Newsroom) -> None:
    silence(room, Scope(watchlist="bans", subscription="boss"))
    room.come("Rome bans DeepSeek.")
    assert places(room.waiting()) == ["Italy"]
    assert room.waiting("boss") == []


def test_the_footer_counts_and_names_it(room: Newsroom) -> None:
    silence(room, Scope(watchlist="bans"), until=datetime.fromisoformat("2026-02-01T00:00:00+00:00"))
    room.come("Rome bans DeepSeek.")
    room.come("Prague bans DeepSeek.")
    room.come("Kimi buys a printer.")
    text = read(room.digest())
    assert "Silenced: 2 alerts: bans (ana, until 2026-02-01 00:00 UTC: enough of it) (2)." in text
    room.come("DeepSeek buys a lamp.")
    assert "Silenced" not in read(room.digest())


def test_what_was_kept_back_is_not_sent_late_and_its_next_telling_is_new(room: Newsroom) -> None:
    made = silence(room, Scope(watchlist="bans"))
    room.come("Rome bans DeepSeek.")
    room.now += DAY
    assert room.store.end_silence(made.id, room.now, "by hand")
    assert room.digest() is None
    room.come("In Italy lawyers discuss that Rome banned DeepSeek.", at=room.now + DAY)
    text = read(room.digest())
    assert "1 new" in text
    assert "[NEW]" in text and "Italy: DeepSeek" in text
    assert room.digest("boss") is not None


def test_a_change_that_was_kept_back_makes_the_next_telling_an_update(room: Newsroom) -> None:
    """Two memories: the monitor knows that it is in force now, the reader knows of a proposal only."""
    room.come("Rome proposed to ban DeepSeek.")
    assert "(proposed)" in read(room.digest())
    made = silence(room, Scope(watchlist="bans"))
    (changed,) = room.come("Rome bans DeepSeek.", at=room.now + DAY)
    assert changed.reason.name == "STATE_CHANGED"
    room.store.end_silence(made.id, room.now, "by hand")
    (again,) = room.come("Lawyers in Italy read how Rome banned DeepSeek.", at=room.now + DAY)
    assert again.novelty.value == "fold"
    text = read(room.digest())
    assert "1 update" in text
    assert "[UPDATE]" in text and "Italy: DeepSeek (in force); news of it was kept from you meanwhile" in text
    room.come("A paper in Rome writes how Italy banned DeepSeek last week.", at=room.now + DAY)
    digest = room.digest()
    assert digest is None or "news of it was kept from you" not in read(digest)


def test_it_ends_with_its_time(room: Newsroom) -> None:
    silence(room, Scope(watchlist="bans"), until=BEGIN + DAY)
    room.come("Rome bans DeepSeek.", at=BEGIN + DAY / 2)
    room.come("Prague bans DeepSeek.", at=BEGIN + DAY)
    assert places(room.waiting()) == ["Czechia"]


def test_it_ends_with_a_new_value(room: Newsroom) -> None:
    room.come("Rome bans DeepSeek.")
    room.digest()
    known = frozenset({"italy"})
    silence(room, Scope(fact=(("product", "DeepSeek"),)), until_new="place", known=known, until=None)
    room.come("Rome bans DeepSeek, and fines it 30 million euros.", at=BEGIN + DAY)
    assert room.waiting() == []
    room.come("Rome and Prague ban DeepSeek.", at=BEGIN + 2 * DAY)
    assert places(room.waiting()) == ["Czechia"]
    (ended,) = room.store.silences()
    assert (ended.ended, ended.ending) == (BEGIN + 2 * DAY, "a new place: Czechia")
    room.come("Madrid bans DeepSeek.", at=BEGIN + 3 * DAY)
    assert places(room.waiting()) == ["Czechia", "Spain"]
    room.come("Rome bans DeepSeek, and fines it 90 million euros.", at=BEGIN + 4 * DAY)
    assert places(room.waiting()) == ["Czechia", "Italy", "Spain"]


def test_a_restart_changes_nothing(room: Newsroom) -> None:
    silence(room, Scope(watchlist="bans"))
    room.restart()
    room.come("Rome bans DeepSeek.")
    room.restart()
    assert room.waiting() == []
    room.come("Kimi buys a printer.")
    assert "Silenced: 1 alert" in read(room.digest())


def test_the_words_of_a_list_that_is_gone_mute_nothing_and_are_logged(
    room: Newsroom, caplog: pytest.LogCaptureFixture
) -> None:
    silence(room, Scope(words="@gone"))
    room.come("Rome bans DeepSeek.")
    assert places(room.waiting()) == ["Italy"]
    assert "mutes nothing" in caplog.text


def test_an_absence_can_be_muted_by_its_rule(tmp_path: Path) -> None:
    rules = {"bans.toml": RULES["bans.toml"] + 'when = { kind = "absence", within = "7d" }\n'}
    room = Newsroom(tmp_path / "news.db", rules, readers=READERS)
    silence(room, Scope(watchlist="bans", rule="ban"))
    room.pass_time(DAY)
    room.pass_time(6 * DAY)
    assert len(room.pass_time(DAY)) == 1
    assert room.waiting() == []
    assert room.pass_time(DAY) == []


class TestPure:
    """The deciders by themselves."""

    def alert(self, room: Newsroom, text: str = "Rome bans DeepSeek.") -> tuple[Alert, Article]:
        (alert,) = room.come(text)
        article = room.store.article(alert.article)
        assert article is not None
        return alert, article

    def test_what_other_rules_found_as_well_is_still_told(self, room: Newsroom) -> None:
        alert, article = self.alert(room)
        scope = Scope(watchlist="bans", rule="ban")
        assert covers(scope, alert, article, lambda *_: False)
        assert not covers(scope, replace(alert, agreeing=("wide",)), article, lambda *_: False)

    def test_an_alert_without_an_article(self, room: Newsroom) -> None:
        alert, _ = self.alert(room)
        assert covers(Scope(watchlist="bans"), alert, None, lambda *_: True)
        assert not covers(Scope(words="x"), alert, None, lambda *_: True)
        assert not covers(Scope(source="wire"), alert, None, lambda *_: True)

    def test_the_oldest_counts_it(self, room: Newsroom) -> None:
        alert, article = self.alert(room)
        first, second = (Silence(name, Scope(watchlist="bans"), "a", "b", BEGIN, BEGIN + DAY) for name in ("1", "2"))
        hushed = hush(alert, article, ["desk", "boss"], [first, second], lambda *_: False)
        assert hushed.mutes == tuple(Mute(name, alert.id, silence="1") for name in ("desk", "boss"))
        assert hushed.told(["desk", "boss", "other"]) == ["other"]

    def test_counts_and_words(self) -> None:
        scope = Scope("bans", "ban", (("place", "Italy"),), "story-1", "wire", "a b", "desk")
        assert scope_words(scope) == "bans/ban, place=Italy, story story-1, source wire, words `a b` for desk"
        made = Silence("1", scope, "ana", "x", BEGIN, BEGIN, "place")
        assert end_words(made) == "until 2026-01-05 08:00 UTC or a new place"
        mutes = [Mute("desk", "a", "1"), Mute("desk", "b", inhibited_by="c", rule="bans/ban"), Mute("desk", "d", "1")]
        assert [(each.alerts, each.inhibited) for each in muted_counts(mutes, [made])] == [(2, False), (1, True)]
