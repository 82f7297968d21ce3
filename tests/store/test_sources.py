"""What is remembered of sources."""

from __future__ import annotations

from datetime import datetime

import pytest
from store_nouns import DAY, HOUR, NOW, PERIOD

from monitor.model import Fault, FileMark, Move, Rejection, Rhythm, SourceState, Wishes
from monitor.store import Store

STATE = SourceState(
    name="inbox",
    next_at=NOW + HOUR,
    etag='W/"é"',
    last_modified="Mon, 03 Mar 2025 07:00:00 GMT",
    body_hash="ab",
    last_read=NOW,
    last_article=NOW - HOUR,
    failing_since=NOW - DAY,
    failures=3,
    error="HTTP 500",
    last_try=NOW,
    validated="https://example.org/feed?é",
    asked=5400.5,
    wishes=Wishes(3600.0, frozenset({0, 23}), frozenset({5, 6})),
    move=Move("https://example.org/feed", "https://example.org/new", 2),
    rhythm=Rhythm(NOW - HOUR, (("2025-03-02", 7200.0), ("2025-03-03", 60.5))),
    horizon=NOW - DAY,
    fault=Fault.REFUSED,
    fault_since=NOW - DAY,
)


def test_a_source_never_read_has_an_empty_memory(store: Store) -> None:
    assert store.source_state("inbox") == SourceState("inbox")
    assert store.source_states() == []


def test_every_field_of_a_source_comes_back(store: Store) -> None:
    store.save_source(STATE)
    assert store.source_state("inbox") == STATE
    assert store.source_states() == [STATE]


def test_saving_again_replaces_the_source_and_adds_its_files(store: Store) -> None:
    first, second = FileMark(10, 1, "aa"), FileMark(20, 2, "bb")
    store.save_source(SourceState("inbox", files={"a.txt": first, "b.txt": first}))
    store.save_source(SourceState("inbox", failures=1, files={"b.txt": second, "c.txt": second}))
    state = store.source_state("inbox")
    assert state.failures == 1
    assert state.files == {"a.txt": first, "b.txt": second, "c.txt": second}
    assert store.source_states() == [SourceState("inbox", failures=1)]


@pytest.mark.case(44)
@pytest.mark.parametrize("name", ["\udcff.txt", "\ud800", "a\nb", "x" * 255, "-rf", "\u202etxt.exe", "a\x00b"])
def test_any_file_name_comes_back_as_it_was(store: Store, name: str) -> None:
    mark = FileMark(2**62, 15_000_000_000_000_000_000, "cc")
    store.save_source(SourceState("inbox", files={name: mark}))
    assert store.source_state("inbox").files == {name: mark}


@pytest.mark.case(44)
def test_a_rejection_of_a_file_whose_name_is_no_text_is_stored(store: Store) -> None:
    store.add_rejections("inbox", [Rejection("\udcff.txt", "no text: \ud800")], NOW)
    assert store.accounting("morning", PERIOD).rejected == 1


def test_a_naive_time_is_refused(store: Store) -> None:
    with pytest.raises(TypeError):
        store.save_source(SourceState("inbox", last_read=datetime(2025, 3, 3)))  # noqa: DTZ001
    assert store.source_states() == []
