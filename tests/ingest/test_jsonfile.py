from __future__ import annotations

import json
from collections.abc import Iterable

import pytest

from monitor.ingest import jsonfile
from monitor.ingest.article import Draft
from monitor.ingest.jsonfile import json_drafts, jsonl_drafts
from monitor.model import Rejection


def _drafts(found: Iterable[Draft | Rejection]) -> list[Draft]:
    return [draft for draft in found if isinstance(draft, Draft)]


def _reasons(found: Iterable[Draft | Rejection]) -> list[str]:
    return [rejection.reason for rejection in found if isinstance(rejection, Rejection)]


def test_every_field_of_the_design() -> None:
    raw = {
        "id": 7, "title": "T", "summary": "S", "text": "B", "url": "https://e.org/a", "publisher": {"name": "P"},
        "author": ["A", {"name": "B"}], "category": ["x", "y"], "published": "2025-01-30", "arrived": "2025-01-31",
        "lang": "en", "score": 0.5, "odd": None, "nested": {"a": [1]},
    }  # fmt: skip
    assert _drafts(json_drafts(json.dumps(raw).encode())) == [
        Draft(
            title="T", summary="S", body="B", url="https://e.org/a", publisher="P", author="A, B", category="x, y",
            published="2025-01-30", arrived="2025-01-31", lang="en", native_id="7",
            extra={"score": "0.5", "odd": "", "nested": '{"a": [1]}'},
        )
    ]  # fmt: skip


@pytest.mark.parametrize("key", ["text", "body", "content"])
def test_the_text_has_three_names(key: str) -> None:
    assert _drafts(json_drafts(json.dumps({"title": "T", key: "B"}).encode()))[0].body == "B"


def test_a_second_text_is_kept_aside() -> None:
    (draft,) = _drafts(json_drafts(b'{"title": "T", "text": "B", "content": "C"}'))
    assert (draft.body, draft.extra) == ("B", {"content": "C"})


def test_an_array_holds_several_and_markup_goes() -> None:
    found = list(json_drafts(b'[{"title": "<b>A</b> &amp; B", "text": "<p>x</p><p>y</p>"}, 5, {"id": "only"}]'))
    assert [(draft.title, draft.body) for draft in _drafts(found)] == [("A & B", "x\ny")]
    assert _reasons(found) == ["item 2: no JSON object, so no article", "item 3: no title, no text and no URL"]


@pytest.mark.case(1)
def test_a_json_feed_in_a_folder_is_read_as_one() -> None:
    raw = b'{"version": "https://jsonfeed.org/version/1.1", "items": [{"id": "1", "content_text": "x"}]}'
    assert _drafts(json_drafts(raw))[0].native_id == "1"


@pytest.mark.case(26)
def test_one_bad_line_of_a_jsonl_does_not_stop_the_others() -> None:
    lines = [
        b'{"title": "one"}\n',
        b"\n",
        b"{broken\n",
        b"[" * 100_000 + b"\n",
        b'{"title": "x", "n": ' + b"9" * 5_000 + b"}\n",
        b'{"title": "a", "title": "b"}\n',
        b'{"title": "two", "n": NaN, "s": "\\ud800"}\n',
    ]
    found = list(jsonl_drafts(lines))
    assert [draft.title for draft in _drafts(found)] == ["one", "two"]
    assert [reason.split(":")[0] for reason in _reasons(found)] == ["line 3", "line 4", "line 5", "line 6"]


def test_a_line_too_long_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(jsonfile, "MAX_LINE", 30)
    assert _reasons(jsonl_drafts([b'{"title": "' + b"x" * 40 + b'"}'])) == ["line 1: longer than 30 bytes"]
