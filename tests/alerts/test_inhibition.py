"""Rules that mute others, in whatever order the two arrive."""

from __future__ import annotations

import itertools
from pathlib import Path

import pytest

from monitor.alerts.inhibition import cycles, without_cycles
from monitor.model import FrozenDigest, Inhibition, Subscription
from tests.alerts.world import BEGIN, DAY, HOUR, Newsroom

TERMS = """
[terms]
ban = ["ban", "block"]
product = ["DeepSeek", "Kimi"]
[terms.place]
Italy = ["Italy", "Rome"]
Czechia = ["Czechia", "Prague"]
"""
BANS = (
    TERMS
    + """
[[rule]]
id = "ban"
title = "{place} bans {product}"
query = '@place NEAR/S @ban NEAR/S @product'
fact = ["place", "product"]
inhibit = { rule = "adoption/use", same = ["product"], within = "1d" }
"""
)
ADOPTION = (
    TERMS.replace('ban = ["ban", "block"]\n', "")
    + """
[[rule]]
id = "use"
title = "{place} uses {product}"
query = '@place NEAR/S adopt NEAR/S @product'
fact = ["place", "product"]
"""
)
FILES = {"bans.toml": BANS, "adoption.toml": ADOPTION}
BAN, USE, OTHER = "Rome bans DeepSeek.", "Prague adopts DeepSeek in its schools.", "Prague adopts Kimi in its schools."


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "news.db"


def titles(digest: FrozenDigest | None, room: Newsroom) -> list[str]:
    if digest is None:
        return []
    told = {alert.id: alert for alert in room.raised}
    return sorted(told[alert].match.title for alert in digest.alerts)


def read(digest: FrozenDigest | None) -> str:
    assert digest is not None
    return " ".join(digest.messages[0].text.split())


@pytest.mark.parametrize("order", list(itertools.permutations((BAN, USE, OTHER))))
def test_the_order_of_arrival_changes_nothing(path: Path, order: tuple[str, ...]) -> None:
    room = Newsroom(path, FILES)
    for text in order:
        room.come(text, at=room.now + HOUR)
    digest = room.digest()
    assert titles(digest, room) == ["Czechia uses Kimi", "Italy bans DeepSeek"]
    assert "Muted by other rules: 1 alert: bans/ban (1)." in read(digest)
    assert room.digest() is None


def test_what_was_mailed_before_cannot_be_muted_but_mutes(path: Path) -> None:
    room = Newsroom(path, FILES)
    room.come(USE)
    assert titles(room.digest(), room) == ["Czechia uses DeepSeek"]
    room.come(BAN, at=BEGIN + 2 * HOUR)
    assert titles(room.digest(), room) == ["Italy bans DeepSeek"]
    room.come("Rome also adopts DeepSeek for its museums.", at=BEGIN + 4 * HOUR)
    assert room.digest() is None
    (mute,) = room.store.kept_of(room.raised[-1].id)
    assert (mute.rule, mute.inhibited_by) == ("bans/ban", room.raised[1].id)


def test_what_is_muted_without_a_digest_is_counted_in_the_next(path: Path) -> None:
    room = Newsroom(path, FILES)
    room.come(BAN)
    room.digest()
    room.come(USE, at=BEGIN + 4 * HOUR)
    assert room.digest() is None
    room.come(OTHER, at=BEGIN + 6 * HOUR)
    assert "Muted by other rules: 1 alert: bans/ban (1)." in read(room.digest())
    room.come("Rome bans Kimi.", at=BEGIN + 2 * DAY)
    assert "Muted" not in read(room.digest())


def test_not_the_same_product_and_not_the_same_day(path: Path) -> None:
    room = Newsroom(path, FILES)
    room.come(BAN)
    room.come(OTHER)
    room.come(USE, at=BEGIN + DAY)
    assert len(titles(room.digest(), room)) == 3


def test_a_late_article_belongs_to_its_own_day(path: Path) -> None:
    room = Newsroom(path, FILES)
    room.come(BAN)
    room.digest()
    room.come(USE, at=BEGIN + 5 * DAY, published=BEGIN + HOUR)
    assert room.digest() is None


def test_who_does_not_get_the_one_gets_the_other(path: Path) -> None:
    readers = (
        Subscription("desk", ("a@example.org",), "files"),
        Subscription("users", ("b@example.org",), "files", watchlists=("adoption",)),
    )
    room = Newsroom(path, FILES, readers=readers)
    room.come(BAN)
    room.come(USE)
    assert titles(room.digest("users"), room) == ["Czechia uses DeepSeek"]
    assert titles(room.digest("desk"), room) == ["Italy bans DeepSeek"]


def test_a_preview_shows_what_will_be_and_stores_nothing(path: Path) -> None:
    room = Newsroom(path, FILES)
    room.come(BAN)
    room.come(USE)
    assert len(room.waiting()) == 2
    assert titles(room.digest(), room) == ["Italy bans DeepSeek"]
    assert room.waiting() == []


def test_a_restart_before_the_digest(path: Path) -> None:
    room = Newsroom(path, FILES)
    room.come(USE)
    room.restart()
    room.come(BAN)
    room.restart()
    assert titles(room.digest(), room) == ["Italy bans DeepSeek"]


def test_rules_that_mute_each_other_mute_nothing(path: Path) -> None:
    files = {
        "bans.toml": BANS,
        "adoption.toml": ADOPTION + 'inhibit = { rule = "bans/ban", same = ["product"] }\n',
    }
    room = Newsroom(path, files)
    room.come(BAN)
    room.come(USE)
    assert titles(room.digest(), room) == ["Czechia uses DeepSeek", "Italy bans DeepSeek"]


def test_a_chain_mutes_all_but_its_beginning(path: Path) -> None:
    files = {
        "bans.toml": BANS,
        "adoption.toml": ADOPTION + 'inhibit = { rule = "sale/sale", same = ["product"] }\n',
        "sale.toml": "[terms]\nproduct = ['DeepSeek', 'Kimi']\n[[rule]]\nid = 'sale'\ntitle = '{product} sells'\n"
        "query = '@product NEAR/S sell'\nfact = ['product']\n",
    }
    for number, order in enumerate(itertools.permutations((BAN, USE, "DeepSeek sells a lamp."))):
        room = Newsroom(path.with_name(f"{number}.db"), files)
        for text in order:
            room.come(text)
        assert titles(room.digest(), room) == ["Italy bans DeepSeek"]
        room.store.close()


def test_a_chain_that_is_cut_by_a_digest_mutes_all_the_same(path: Path) -> None:
    files = {
        "bans.toml": BANS,
        "adoption.toml": ADOPTION + 'inhibit = { rule = "sale/sale", same = ["product"] }\n',
        "sale.toml": "[terms]\nproduct = ['DeepSeek', 'Kimi']\n[[rule]]\nid = 'sale'\ntitle = '{product} sells'\n"
        "query = '@product NEAR/S sell'\nfact = ['product']\n",
    }
    room = Newsroom(path, files)
    room.come(BAN)
    room.come(USE)
    room.digest()
    room.come("DeepSeek sells a lamp.")
    assert room.digest() is None


def inhibition(by: str, muted: str) -> Inhibition:
    return Inhibition(("a", by), ("a", muted), ("x",), DAY)


def test_circles_are_taken_out_and_the_rest_stays() -> None:
    a, b, c, d = (inhibition(*pair) for pair in ("12", "23", "31", "34"))
    assert cycles([a, b, c, d]) == [a, b, c]
    assert without_cycles([a, b, c, d]) == (d,)
    assert cycles([inhibition("1", "1")]) != []


def test_an_alert_that_several_rules_found_is_muted_only_if_all_are(path: Path) -> None:
    wide = "[[rule]]\nid = 'wide'\nabout = 'use'\nquery = '@place NEAR/S @product'\nfact = ['place', 'product']\n"
    room = Newsroom(path, {"bans.toml": BANS, "adoption.toml": ADOPTION + wide})
    room.come(BAN)
    room.come(USE)
    assert any(alert.agreeing for alert in room.waiting())
    assert "Czechia uses DeepSeek" in titles(room.digest(), room)
