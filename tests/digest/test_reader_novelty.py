"""What the world knows and what a reader was told are two memories (design, section 5)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from monitor.digest.novelty import ReaderReason, for_reader, reader_novelty
from monitor.model import Novelty
from tests.digest.material import END, waiting

NEW, UPDATE, FOLD, RECAP = Novelty.NEW, Novelty.UPDATE, Novelty.FOLD, Novelty.RECAP


@pytest.mark.parametrize(
    ("world", "told", "learned", "here", "reader", "reason"),
    [
        (NEW, False, False, False, NEW, ReaderReason.FIRST_SEEN),
        (NEW, False, True, False, NEW, ReaderReason.FIRST_SEEN),
        (NEW, True, False, False, UPDATE, ReaderReason.NEWS_AGAIN),
        (UPDATE, False, False, False, NEW, ReaderReason.NOT_TOLD),
        (FOLD, False, False, False, NEW, ReaderReason.NOT_TOLD),
        (RECAP, False, False, False, NEW, ReaderReason.NOT_TOLD),
        (UPDATE, False, True, False, UPDATE, ReaderReason.AS_DECIDED),
        (FOLD, False, True, False, FOLD, ReaderReason.AS_DECIDED),
        (RECAP, False, True, False, RECAP, ReaderReason.AS_DECIDED),
        (UPDATE, True, False, False, UPDATE, ReaderReason.AS_DECIDED),
        (FOLD, True, False, False, FOLD, ReaderReason.AS_DECIDED),
        (RECAP, True, True, False, RECAP, ReaderReason.AS_DECIDED),
        (NEW, False, False, True, FOLD, ReaderReason.IN_THIS_DIGEST),
        (UPDATE, False, False, True, UPDATE, ReaderReason.IN_THIS_DIGEST),
        (FOLD, False, False, True, FOLD, ReaderReason.IN_THIS_DIGEST),
        (RECAP, False, False, True, FOLD, ReaderReason.IN_THIS_DIGEST),
    ],
)
def test_novelty_for_the_reader(
    world: Novelty, told: bool, learned: bool, here: bool, reader: Novelty, reason: ReaderReason
) -> None:
    alert = waiting(novelty=world.value, told=told, learned=learned)
    assert reader_novelty(alert, here) == (reader, reason)


@pytest.mark.parametrize("told", [True, False])
def test_a_correction_is_never_shown_as_news(told: bool) -> None:
    alert = waiting(novelty="update", reason="corrects something told before", told=told)
    assert reader_novelty(alert) == (UPDATE, ReaderReason.CORRECTION)


def test_the_first_alert_of_a_key_in_a_digest_is_the_new_one() -> None:
    later = waiting(id="later", novelty="fold", arrived=END - timedelta(hours=1))
    first = waiting(id="first", novelty="new", arrived=END - timedelta(hours=5))
    assert [(a.waiting.article.id, a.novelty) for a in for_reader([later, first])] == [("first", NEW), ("later", FOLD)]


def test_two_watchlists_with_one_memory_both_show_the_news() -> None:
    alerts = [waiting(watchlist="bans", about="ban"), waiting(watchlist="asia", about="ban")]
    assert [alert.novelty for alert in for_reader(alerts)] == [NEW, NEW]


def test_of_one_moment_the_news_comes_before_what_repeats_it() -> None:
    alerts = [waiting(id="again", novelty="fold"), waiting(id="news", novelty="new")]
    assert [(a.waiting.article.id, a.novelty) for a in for_reader(alerts)] == [("news", NEW), ("again", FOLD)]
