"""What is remembered from one loading to the next changes nothing but the time that it takes."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from monitor.watchlist import load as loading
from monitor.watchlist.load import Loader, load
from monitor.watchlist.nouns import Loaded

GOLDEN = Path(__file__).resolve().parents[1] / "golden" / "problems"
FIXTURES = [file.read_bytes() for file in sorted(GOLDEN.glob("*.toml")) if ".terms" not in file.name]
SHARED = [file.read_bytes() for file in sorted(GOLDEN.glob("*.terms.toml"))]
MUTES = """
[[rule]]
id = "one"
query = "@place NEAR/S Zurich"
fact = ["place"]
inhibit = { rule = "a/two", same = ["place"] }
[[rule]]
id = "two"
query = "Bern AND @place"
fact = ["place"]
inhibit = { rule = "b/one", same = ["place"] }
"""
PLACES = [b'place = ["Rome", "Oslo"]', b'place = ["Rome"]\nother = ["@place"]', b'[place]\nRome = { was = ["Roma"] }']
PATHS = ["rules/a.toml", "rules/b.toml", "rules/old/a.toml", "rules/Wrong Name.toml", "rules/c.toml"]
TERMS = ["rules/terms/x.toml", "rules/terms/y.toml"]

files = st.dictionaries(st.sampled_from(PATHS), st.sampled_from([*FIXTURES, MUTES.encode()]), max_size=4)
terms = st.dictionaries(st.sampled_from(TERMS), st.sampled_from([*SHARED, *PLACES]), max_size=2)


class Shelf(dict[str, bytes]):
    """A shelf that outlives loaders."""

    def put(self, key: str, entry: bytes) -> None:
        self[key] = entry


@settings(max_examples=80, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(st.tuples(files, terms, st.booleans()), min_size=2, max_size=5))
def test_whatever_was_loaded_before_the_answer_is_that_of_a_first_loading(
    steps: list[tuple[dict[str, bytes], dict[str, bytes], bool]],
) -> None:
    loader, shelf = Loader(), Shelf()
    for changed, shared, whole in steps:
        kept = {**steps[0][0], **changed}
        first = load(kept, shared, shared if whole else ())
        assert loader.load(kept, shared, shared if whole else ()) == first
        assert Loader(shelf).load(kept, shared, shared if whole else ()) == first, "after a restart"


def test_the_order_in_which_terms_files_are_given_changes_nothing() -> None:
    x, y = {"rules/terms/x.toml": b'ban = ["ban"]\n'}, {"rules/terms/y.toml": b'ban = ["outlaw"]\n'}
    loader = Loader()
    first, second = loader.load({}, {**x, **y}), loader.load({}, {**y, **x})
    assert first == second == load({}, {**y, **x})
    assert [problem.file for problem in first.problems] == ["rules/terms/y.toml"]


TWO = {
    "rules/one.toml": b'[[rule]]\nid = "r"\nquery = "@place NEAR/S Zurich"\n',
    "rules/two.toml": b'[terms]\nban = ["ban"]\n[[rule]]\nid = "r"\nquery = "@ban NEAR/S Bern"\n',
}


def again(loaded: Loaded, former: Loaded) -> list[str]:
    """The watchlists that were read again."""
    before = {each.name: each for each in former.watchlists}
    return [each.name for each in loaded.watchlists if each.rules and each.rules[0] is not before[each.name].rules[0]]


@pytest.mark.parametrize(
    ("files", "shared", "read"),
    [
        ({}, {}, []),
        ({"rules/one.toml": TWO["rules/one.toml"] + b"\n"}, {}, ["one"]),
        ({}, {"t.toml": b'place = ["Rome", "Oslo"]'}, ["one"]),
        ({}, {"t.toml": b'# the same\nplace = ["Rome"]'}, []),
        ({}, {"u.toml": b'other = ["Rome"]'}, []),
        ({}, {"u.toml": b'ban = ["Rome"]'}, ["two"]),
    ],
    ids=["nothing", "a file", "a list", "a comment", "another list", "a list that a file's own one hides"],
)
def test_only_what_changed_and_what_uses_it_is_read_again(
    files: dict[str, bytes], shared: dict[str, bytes], read: list[str]
) -> None:
    loader, places = Loader(), {"t.toml": b'place = ["Rome"]'}
    former = loader.load(TWO, places)
    assert again(loader.load({**TWO, **files}, {**places, **shared}), former) == read


def test_over_a_restart_only_what_changed_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    shelf, places, opened = Shelf(), {"t.toml": b'place = ["Rome"]'}, []
    first = Loader(shelf).load(TWO, places)
    open_page = loading.open_page

    def opening(file: str, content: str | bytes) -> object:
        opened.append(file)
        return open_page(file, content)

    monkeypatch.setattr(loading, "open_page", opening)
    assert Loader(shelf).load(TWO, places) == first
    assert opened == ["t.toml"]
    changed = {"t.toml": b'place = ["Rome", "Oslo"]'}
    Loader(shelf).load(TWO, changed)
    assert opened == ["t.toml", "t.toml", "rules/one.toml"]


@pytest.mark.parametrize("damage", [b"", b"[[0]]", b"{"])
def test_an_entry_that_does_not_fit_is_made_again(damage: bytes) -> None:
    shelf = Shelf()
    first = Loader(shelf).load(TWO, {"t.toml": b'place = ["Rome"]'})
    sound = dict(shelf)
    shelf.update(dict.fromkeys(shelf, damage))
    assert Loader(shelf).load(TWO, {"t.toml": b'place = ["Rome"]'}) == first
    assert dict(shelf) == sound


def test_a_file_with_errors_is_read_again_when_any_list_changes() -> None:
    """What is meant by an unknown list, and what is offered instead, depends on all that there are."""
    loader, broken = Loader(), {"rules/one.toml": b'[[rule]]\nid = "r"\nquery = "@plaec"\n'}
    assert "did you mean" not in loader.load(broken, {"t.toml": b'colour = ["red"]'}).errors[0].hint
    assert "did you mean @place?" in loader.load(broken, {"t.toml": b'place = ["red"]'}).errors[0].hint


def test_problems_with_other_files_come_and_go() -> None:
    loader, mutes = Loader(), (GOLDEN / "W219-other-file.toml").read_bytes()
    other = mutes[: mutes.index(b"inhibit")].replace(b'id = "ban"', b'id = "government-use"')
    for _ in range(2):
        assert [each.code for each in loader.load({"a.toml": mutes}).problems] == ["W219"]
        assert loader.load({"a.toml": mutes, "adoption.toml": other}).problems == ()


def test_the_terms_files_that_a_watchlist_uses_are_named() -> None:
    shared = {"t.toml": b'place = ["@city"]', "u.toml": b'city = ["Rome"]', "v.toml": b'other = ["Oslo"]'}
    one, two = load(TWO, shared).watchlists
    assert (one.terms, two.terms) == (frozenset({"t.toml", "u.toml"}), frozenset())


def test_a_page_at_rest_still_knows_where_everything_stands() -> None:
    page, _ = loading.open_page("a.toml", 'title = "x"\n[[rule]]\nid = "r"\n')
    before = page.place(("rule", 0, "id"))
    page.rest()
    assert page.place(("rule", 0, "id")) == before == (3, 6)
