"""The shipped watchlists on the five seed articles: what they must find there, and the traps.

The seeds are not part of the repository; the tests skip where they are missing. No sentence of theirs stands here.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.ingest.read import read_paths
from monitor.model import Article, Match
from monitor.query.engine import Engine
from monitor.rulebook.load import load_rules

ROOT = Path(__file__).resolve().parents[1]
SEEDS = ROOT / "../shared/seeds"
NOW = datetime(2025, 9, 1, tzinfo=UTC)

pytestmark = pytest.mark.skipif(not SEEDS.is_dir(), reason="the seed articles are not here")

Found = list[tuple[Article, Match]]


@pytest.fixture(scope="module")
def found() -> Found:
    engine = Engine(load_rules([ROOT / "rules"]).rules)
    articles = [each for each in read_paths([SEEDS], NOW) if isinstance(each, Article)]
    assert len({_seed(article) for article in articles}) == 5
    return [(article, match) for article in articles for match in engine.match(article)]


def _seed(article: Article) -> str:
    """The number at the beginning of the file's name."""
    return Path(article.origin.split("#")[0]).name[:3]


def _of(found: Found, seed: str, watchlist: str) -> Found:
    return [(a, m) for a, m in found if _seed(a) == seed and m.watchlist == watchlist]


def _values(found: Found, slot: str) -> set[str]:
    return {m.fact.as_dict().get(slot, "") for _, m in found} - {""}


def _facts(found: Found) -> set[tuple[str, str]]:
    facts = [m.fact.as_dict() for _, m in found]
    return {(fact["place"], fact.get("product", "")) for fact in facts if "place" in fact}


# --- bans


def test_bans_of_the_recap_with_place_and_product(found: Found) -> None:
    """Two of them name no product in their sentence, one no verb: the product comes from the same paragraph."""
    assert _facts(_of(found, "003", "bans")) == {
        ("Australia", "DeepSeek"),
        ("South Korea", "DeepSeek"),
        ("Italy", "DeepSeek"),
        ("Czechia", "DeepSeek"),
    }


def test_the_ban_of_the_newsletter_is_that_of_the_stores_in_italy(found: Found) -> None:
    bans = _of(found, "004", "bans")
    assert _facts(bans) == {("Italy", "DeepSeek")}
    assert {a.title.startswith("DeepSeek blocked") for a, _ in bans} == {True}


def test_a_paragraph_printed_twice_is_told_once(found: Found) -> None:
    keys = [(m.rule, m.fact) for _, m in _of(found, "003", "bans")]
    assert len(keys) == len(set(keys))


@pytest.mark.parametrize("place", ["India", "China", "United States", "Bangladesh"])
def test_who_warned_or_was_only_named_banned_nothing(found: Found, place: str) -> None:
    assert place not in {place for place, _ in _facts([(a, m) for a, m in found if m.watchlist == "bans"])}


@pytest.mark.parametrize("seed", ["000", "001", "002"])
def test_no_ban_where_nobody_banned(found: Found, seed: str) -> None:
    assert _of(found, seed, "bans") == []


def test_companies_that_cut_off_a_rival_banned_no_product(found: Found) -> None:
    assert [a.title for a, m in found if m.watchlist == "bans" and "alleges" in a.title] == []


# --- launches


def test_two_gifts_of_one_day(found: Found) -> None:
    launches = _of(found, "000", "model-launches")
    assert "Step-Video-T2V" in _values(launches, "product")
    assert ("StepFun", "voice model") in {
        (m.fact.as_dict().get("maker"), m.fact.as_dict().get("product")) for _, m in launches
    }


def test_a_ranking_is_no_launch(found: Found) -> None:
    assert not any("Hailuo" in value for _, m in found for _, value in m.fact)


def test_three_answers_within_a_month(found: Found) -> None:
    products = _values(_of(found, "001", "model-launches"), "product")
    assert {"DeepSeek-R1", "Qwen 2.5 Max", "Doubao-1.5-pro"} <= products
    assert not {"ChatGPT", "GPT-4", "GPT-4o"} & products


def test_a_launch_put_off(found: Found) -> None:
    late = [m for _, m in _of(found, "003", "model-launches") if m.fact.as_dict()["product"] == "DeepSeek-R2"]
    assert {m.state.as_dict().get("status") for m in late if m.state} == {"postponed"}


# --- chip exports


@pytest.mark.parametrize(
    ("seed", "object_", "actor"),
    [
        ("000", "chip", "US"),
        ("002", "AI chip", "US"),
        ("002", "chip-making equipment", "US"),
        ("003", "H20", ""),
    ],
)
def test_controls_and_shipments(found: Found, seed: str, object_: str, actor: str) -> None:
    facts = [m.fact.as_dict() for _, m in _of(found, seed, "chip-exports")]
    assert {"object": object_, "actor": actor} in facts


def test_each_chip_story_of_the_newsletter_is_found_in_its_own(found: Found) -> None:
    by_title = {
        a.title[:20]: {tuple(m.fact.as_dict().values()) for b, m in _of(found, "004", "chip-exports") if b is a}
        for a, _ in _of(found, "004", "chip-exports")
    }
    assert ("chip", "US") in next(facts for title, facts in by_title.items() if title.startswith("Trump"))
    assert ("CXMT",) in next(facts for title, facts in by_title.items() if "memory" in title)
    for article, match in _of(found, "004", "chip-exports"):
        for evidence in match.evidence:
            assert evidence.end <= len(article.text_of(evidence.field))
