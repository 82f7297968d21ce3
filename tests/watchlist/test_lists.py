"""Term lists: what is taken in, what wins, what is broken."""

from __future__ import annotations

from monitor.query.lists import TermList
from monitor.query.tree import ListRef, walk
from monitor.watchlist.nouns import Loaded
from tests.watchlist.sample import codes, load_one

USE = "\n[[rule]]\nid = 'use'\nquery = '@it'\nmatch = ['x']\n"


def it(text: str, shared: str = "") -> TermList:
    """The list @it as the rule gets it."""
    (rule,) = load_one("[terms]\n" + text + USE, shared).rules
    terms = next(node.terms for node in walk(rule.query) if isinstance(node, ListRef))
    assert terms is not None
    return terms


def spelled(terms: TermList) -> dict[str, list[str]]:
    return {name: [spelling.text for spelling in spellings] for name, spellings in terms.names}


def errors(loaded: Loaded) -> list[str]:
    return [code for code in codes(loaded) if code.startswith("E")]


def test_in_an_array_every_spelling_is_its_own_name() -> None:
    assert spelled(it("it = ['ban', '=barred']")) == {"ban": ["ban"], "=barred": ["=barred"]}


def test_a_table_gives_names_their_spellings() -> None:
    text = "it = { Italy = ['Italy', 'Rome'], Spain = { spellings = ['Spain'], was = ['Iberia'] } }"
    assert spelled(it(text)) == {"Italy": ["Italy", "Rome"], "Spain": ["Spain"]}


def test_an_array_takes_in_the_names_of_another_list() -> None:
    text = "it = ['@place', 'Malta']\nplace = { Italy = ['Italy', 'Rome'] }"
    assert spelled(it(text)) == {"Italy": ["Italy", "Rome"], "Malta": ["Malta"]}


def test_a_name_takes_in_all_spellings_of_another_list() -> None:
    text = "it = { Europe = ['EU', '@place'] }\nplace = { Italy = ['Italy', 'Rome'], Spain = ['Spain'] }"
    assert spelled(it(text)) == {"Europe": ["EU", "Italy", "Rome", "Spain"]}


def test_lists_take_in_lists_at_any_depth_and_in_any_order() -> None:
    assert list(spelled(it("it = ['@a', 'z']\na = ['@b', 'y']\nb = ['x']"))) == ["x", "y", "z"]


def test_taking_a_list_in_twice_adds_nothing() -> None:
    assert spelled(it("it = ['@a', '@b']\na = ['x', '@b']\nb = ['y']")) == {"x": ["x"], "y": ["y"]}


def test_a_list_of_the_file_takes_in_shared_ones() -> None:
    assert list(spelled(it("it = ['@lab', 'Mistral']", "lab = ['OpenAI']"))) == ["OpenAI", "Mistral"]


def test_a_list_of_the_file_wins_for_the_file_but_not_inside_shared_lists() -> None:
    shared = "ai = ['@lab', 'AI']\nlab = ['OpenAI']"
    assert list(spelled(it("it = ['@ai']\nlab = ['Mistral', 'x']", shared))) == ["OpenAI", "AI"]
    assert list(spelled(it("it = ['@lab']\nlab = ['Mistral', 'x']", shared))) == ["Mistral", "x"]


def test_a_broken_list_of_the_file_does_not_fall_back_to_the_shared_one() -> None:
    loaded = load_one("[terms]\nit = ['!']" + USE, "it = ['DeepSeek']")
    assert errors(loaded) == ["E110", "E223"]
    assert loaded.rules == ()


def test_a_broken_shared_list_is_told_where_it_stands_and_where_it_is_used() -> None:
    loaded = load_one(USE + USE.replace("'use'", "'other'").replace("@it", "DeepSeek"), "it = ['b*', 'x']")
    assert {(problem.file, problem.code) for problem in loaded.errors} == {
        ("rules/terms/common.toml", "E111"),
        ("rules/bans.toml", "E223"),
    }
    assert [rule.id for rule in loaded.rules] == ["other"]


def test_circles_break_only_what_hangs_on_them() -> None:
    text = (
        "[terms]\na = ['@b']\nb = ['@a']\nit = ['x']\nhangs = ['@a']"
        + USE
        + USE.replace("use", "c").replace("it'", "a'")
    )
    loaded = load_one(text.replace("'x']\nh", "'x', 'y']\nh"))
    assert errors(loaded) == ["E204", "E205", "E223"]
    assert [rule.id for rule in loaded.rules] == ["use"]


def test_long_chains_of_lists_do_not_recurse() -> None:
    chain = "\n".join(f"l{number} = ['@l{number + 1}']" for number in range(3000))
    assert list(spelled(it(f"it = ['@l0']\n{chain}\nl3000 = ['end']"))) == ["end"]


def test_names_of_lists_may_be_written_in_any_letters() -> None:
    loaded = load_one("[terms]\n\"禁令\" = ['封禁']\n[[rule]]\nid = 'a'\nquery = '@禁令'\nmatch = ['封禁']\n")
    assert loaded.problems == ()
