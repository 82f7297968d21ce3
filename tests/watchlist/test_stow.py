"""Rule files as bytes and back; bytes that are none."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.model import When
from monitor.rulebook.files import shipped_rules
from monitor.rulebook.load import load_rules
from monitor.watchlist.inhibits import Mutings
from monitor.watchlist.load import Loader
from monitor.watchlist.nouns import Loaded
from monitor.watchlist.stow import Stowed, _way, stow, unstow

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "problems"


def stowed(loaded: Loaded) -> list[Stowed]:
    """Every watchlist, with what only stands beside it left out."""
    mutings, former, states = Mutings(False, ()), {"place": (("Rome", ("Roma",)),)}, frozenset({"status"})
    return [
        Stowed(watchlist, mutings, {"other": "1"}, former, {}, loaded.problems, states)
        for watchlist in loaded.watchlists
    ]


def test_every_shipped_file_comes_back_as_it_was() -> None:
    loaded = load_rules([shipped_rules()])
    shared = {terms.name: terms for terms in loaded.shared}
    for file in stowed(loaded):
        back = unstow(stow(file), shared)
        assert back == file
        rules = zip(back.watchlist.rules, file.watchlist.rules, strict=True)
        assert all(type(one.default) is type(other.default) for one, other in rules)


@pytest.mark.parametrize("file", sorted(GOLDEN.glob("W*.toml")), ids=lambda file: file.stem)
def test_every_kind_of_sound_file_comes_back_with_its_warnings(file: Path) -> None:
    if file.name.endswith(".terms.toml"):
        return
    entries: dict[str, bytes] = {}

    class Shelf:
        def get(self, key: str) -> bytes | None:
            return entries.get(key)

        def put(self, key: str, entry: bytes) -> None:
            entries[key] = entry

    terms = file.with_suffix(".terms.toml")
    shared = {"terms/x.toml": terms.read_bytes()} if terms.exists() else {}
    files = {"rules/a.toml": file.read_bytes()}
    first = Loader(Shelf()).load(files, shared, shared)
    assert Loader(Shelf()).load(files, shared, shared) == first
    assert len(entries) == 1 or first.errors or first.unreadable


def a_file() -> tuple[bytes, Mapping[str, object]]:
    loaded = Loader().load({"a.toml": b'[terms]\nban = ["ban"]\n[[rule]]\nid = "r"\nquery = "title: @ban NEAR/3 x"\n'})
    return stow(stowed(loaded)[0]), {}


@pytest.mark.parametrize(
    "content",
    [b"", b"[]", b"{}", b"[[99]]", b"[[0, 1]]", b"[1]", b'[["x"]]', b"\xff", b"[[-1]]", b"null", b"[" * 100_000],
)
def test_what_is_no_entry_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match=r"stowed rules|no rule file"):
        unstow(content, {})


@settings(max_examples=200, deadline=None)
@given(st.data())
def test_no_row_that_is_changed_does_more_than_not_to_fit(data: st.DataObject) -> None:
    lines = [json.loads(line) for line in a_file()[0].split(b"\n")]
    rows = data.draw(st.sampled_from(lines))
    row = data.draw(st.sampled_from(rows))
    at = data.draw(st.integers(0, len(row) - 1))
    row[at] = data.draw(st.sampled_from([None, -5, 10**9, "x", [], ["x"], {}, [[]], True, 1.5]))
    try:
        back = unstow(b"\n".join(json.dumps(line).encode() for line in lines), {})
        repr(back)  # reads all of it
    except ValueError:
        return
    assert isinstance(back, Stowed)


def test_what_nobody_asked_for_is_not_read() -> None:
    head, *rest = a_file()[0].split(b"\n")
    back = unstow(b"\n".join([head, *(b"no JSON" for _ in rest)]), {}).watchlist
    assert (back.rules[0].id, back.rules[0].memory, back.notes[0].when) == ("r", "r", When())
    assert back.title == "a"
    for ask in (lambda: back.rules[0].query, lambda: back.notes[0].line, lambda: back.cases):
        with pytest.raises(ValueError, match="stowed rules"):
            ask()
    with pytest.raises(AttributeError):
        back.rules[0].nothing  # type: ignore[attr-defined]  # noqa: B018


def test_a_list_that_is_not_there_is_an_error() -> None:
    loaded = Loader().load({"a.toml": b'[[rule]]\nid = "r"\nquery = "@ban"\n'}, {"t.toml": b'ban = ["ban"]'})
    content = stow(stowed(loaded)[0])
    assert unstow(content, {"ban": loaded.shared[0]}).watchlist == loaded.watchlists[0]
    other = replace(loaded.shared[0], names=())
    assert unstow(content, {"ban": other}).watchlist != loaded.watchlists[0]
    lacking = unstow(content, {}).watchlist
    with pytest.raises(ValueError, match="stowed rules"):
        _ = lacking.rules[0].query


@pytest.mark.parametrize("hint", [complex, tuple[Stowed | str, ...], tuple[tuple[Stowed, str], ...], list[str]])
def test_a_field_that_nobody_thought_of_is_noticed_when_the_program_starts(hint: object) -> None:
    with pytest.raises(TypeError, match="no way to write"):
        _way(hint)
