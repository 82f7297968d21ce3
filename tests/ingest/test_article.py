from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from monitor.ingest.article import Draft, Setting, build_all, made_title, shortened
from monitor.model import Article, Rejection

from .conftest import NOW

SETTING = Setting("wire", "wire.xml", NOW, publisher="Fallback", lang="en")


def _build(draft: Draft) -> Article:
    (article,) = build_all([draft], SETTING)
    assert isinstance(article, Article)
    return article


@pytest.mark.case(8)
def test_texts_are_cleaned() -> None:
    article = _build(Draft(title=" A\x00 ban\u2028in \ud800Rome\n", body="one\r\n\r\n\r\n two\u0085three\x1b[2J"))
    assert article.title == "A ban in \ufffdRome"
    assert article.body.split("\n")[:2] == ["one", "two"]
    assert "\x1b" not in article.body
    (article.title + article.body).encode()


@pytest.mark.case(15)
def test_a_missing_title_comes_from_the_text_or_the_url() -> None:
    assert _build(Draft(summary="A first sentence. And more.", body="x")).title == "A first sentence."
    assert _build(Draft(body="Only a body. Yes.")).title == "Only a body."
    assert _build(Draft(url="https://e.org/2025/italy-blocks-an-app.html")).title == "italy blocks an app"
    assert _build(Draft(url="https://e.org/?p=77")).title == "e.org/"


def test_a_photo_credit_is_no_title() -> None:
    assert (
        made_title(Draft(body="AI Photo: Agency\nThe industry grows quickly. More.")) == "The industry grows quickly."
    )


@pytest.mark.case(15)
def test_nothing_at_all_is_rejected_with_a_reason() -> None:
    assert list(build_all([Draft(native_id="7")], SETTING)) == [
        Rejection("wire.xml", "an item without title, text and URL")
    ]


def test_a_title_as_long_as_a_text_goes_into_the_body() -> None:
    article = _build(Draft(title="word " * 200, body="rest"))
    assert len(article.title) <= 110 and article.title.endswith("…")
    assert article.body.endswith("word\nrest")


def test_shortened_cuts_at_a_word() -> None:
    assert shortened("one two three four", 12) == "one two…"
    assert shortened("one two", 12) == "one two"
    assert len(shortened("封" * 200, 100)) == 100


@pytest.mark.case(21)
def test_dates_and_arrivals() -> None:
    assert _build(Draft(title="x")).published == NOW and _build(Draft(title="x")).date_doubtful
    dated = _build(Draft(title="x", published="2025-01-30", arrived="2025-01-31T06:00:00Z"))
    assert (dated.published, dated.date_doubtful) == (datetime(2025, 1, 30, tzinfo=UTC), False)
    assert dated.arrived == datetime(2025, 1, 31, 6, tzinfo=UTC)
    ahead = _build(Draft(title="x", arrived=(NOW + timedelta(hours=1)).isoformat()))
    assert ahead.arrived == NOW


def test_defaults_of_the_source_stand_in() -> None:
    assert _build(Draft(title="x")).publisher == "Fallback"
    assert _build(Draft(title="x", publisher="Own")).publisher == "Own"


def test_a_summary_that_repeats_is_dropped() -> None:
    assert _build(Draft(title="t", summary="same text", body="same  text")).summary == ""
    assert _build(Draft(title="same", summary="same", body="b")).summary == ""


@pytest.mark.case(17)
def test_variants_of_one_link_in_one_feed_share_their_identity() -> None:
    drafts = [Draft(title="A ban", url=f"https://e.org/a{tail}", body="b") for tail in ("?utm_source=x", "#top", "/")]
    built = [article for article in build_all(drafts, SETTING) if isinstance(article, Article)]
    assert len({article.id for article in built}) == 1
