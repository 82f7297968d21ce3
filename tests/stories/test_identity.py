from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.model import Article, Copy, KnownArticle
from monitor.stories.identity import Recognition, fingerprint, lookup_order, recognise

NOW = datetime(2026, 1, 5, 9, tzinfo=UTC)
ARTICLE = Article(
    id="a2", source="feed", title="Italy's ban", summary="It's “law”.", body="Twelve\noffices obey.", arrived=NOW,
    url="https://news.example/ban", publisher="Tiber Courier",
)  # fmt: skip


def known(text: str, matched_by: str) -> KnownArticle:
    return KnownArticle("a1", "story-1", text, matched_by)


def test_words_are_looked_up_first() -> None:
    assert lookup_order(("guid:s:1", "url:u", "text:t", "title:x")) == ("text:t", "url:u", "guid:s:1", "title:x")
    assert lookup_order(()) == ()


def test_first() -> None:
    recognised = recognise(ARTICLE, None)
    assert recognised.kind is Recognition.FIRST
    assert recognised.stored_as == "a2"


@pytest.mark.case(17)
def test_found_by_its_words_it_is_a_copy_and_says_where_it_was_printed() -> None:
    recognised = recognise(ARTICLE, known("another hash", "text:abc"))
    assert recognised.kind is Recognition.COPY
    assert recognised.stored_as == "a1"
    assert recognised.copy == Copy("a1", "Tiber Courier", "https://news.example/ban", "feed", NOW, "the same words")


@pytest.mark.case(19)
def test_redated_it_is_a_copy() -> None:
    redated = replace(ARTICLE, published=NOW, arrived=NOW + timedelta(days=3))
    recognised = recognise(redated, known(fingerprint(ARTICLE), "url:https://news.example/ban"))
    assert recognised.kind is Recognition.COPY


@pytest.mark.case(16)
def test_a_guid_that_was_given_out_again_names_a_new_article() -> None:
    before = replace(known("x", "guid:17"), last_version=replace(ARTICLE, title="Harbour strike ends"))
    other = replace(ARTICLE, url="https://news.example/other", identities=("guid:17", "url:other", "text:x"))
    recognised = recognise(other, before)
    assert (recognised.kind, recognised.known, recognised.stored_as) == (Recognition.FIRST, None, other.id)
    same_title = replace(before, last_version=replace(ARTICLE, title=ARTICLE.title + ", again"))
    assert recognise(other, same_title).kind is Recognition.VERSION
    without_url = replace(before, last_version=replace(ARTICLE, title="Harbour strike ends", url=""))
    assert recognise(other, without_url).kind is Recognition.VERSION


@pytest.mark.case(18)
@pytest.mark.parametrize("matched_by", ["url:https://news.example/ban", "guid:17"])
def test_edited_it_is_a_version_of_the_known_one(matched_by: str) -> None:
    edited = replace(ARTICLE, body="Thirteen offices obey.")
    recognised = recognise(edited, known(fingerprint(ARTICLE), matched_by))
    assert recognised.kind is Recognition.VERSION
    assert recognised.stored_as == "a1"


@pytest.mark.parametrize(
    "same",
    [
        replace(ARTICLE, title="ITALY’S  BAN"),
        replace(ARTICLE, summary="", body="It's law.\n\nTwelve offices obey"),
        replace(ARTICLE, id="other", url="", publisher="", published=NOW),
    ],
)
def test_fingerprint_sees_words_only(same: Article) -> None:
    assert fingerprint(same) == fingerprint(ARTICLE)


@pytest.mark.parametrize(
    "other", [replace(ARTICLE, title="Italy's bans"), replace(ARTICLE, body="Offices twelve obey.")]
)
def test_fingerprint_sees_every_word_and_their_order(other: Article) -> None:
    assert fingerprint(other) != fingerprint(ARTICLE)


def test_texts_without_words_are_told_apart() -> None:
    happy, sad = (Article(id="x", source="s", title=sign, arrived=NOW) for sign in ("🙂", "🙁"))
    assert fingerprint(happy) != fingerprint(sad)


@pytest.mark.case(8)
@given(st.text())
def test_any_text_has_a_fingerprint(text: str) -> None:
    assert len(fingerprint(Article(id="x", source="s", title=text + "\ud800", arrived=NOW))) == 64
