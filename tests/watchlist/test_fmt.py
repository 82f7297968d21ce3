"""The canonical layout: what it looks like, and that it never changes what a file means."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from monitor.watchlist.fmt import WIDEST, format_text
from monitor.watchlist.load import load
from monitor.watchlist.locate import STRING

REPOSITORY = Path(__file__).resolve().parents[2]
SHIPPED = sorted((REPOSITORY / "rules").rglob("*.toml"))
PROBLEMS = sorted((REPOSITORY / "tests" / "golden" / "problems").glob("*.toml"))

SLOPPY = """\


#:schema rules.json
title="Bans"   # heading
owner    ="ana@example.org"
[terms]
ban=[ "ban",'block' , ]


place . "Rome" = [ # who
   "Rome" , "Roma", # Italian


  "Lazio" ]   # done
# The first rule.
[[ rule ]]

id="ban"
query = '''
@ban
   OR  x'''
fact=["place"]
default={place="",   other = [1,2]}
# alone
min_relevance = 0.50
match = [{text="Rome bans it.",fact=[{place="Rome"} , {place="Lazio"}]}]

# the end
"""

CANONICAL = """\
#:schema rules.json
title = "Bans"  # heading
owner = "ana@example.org"

[terms]
ban = ["ban", 'block']

place."Rome" = [
  # who
  "Rome", "Roma",  # Italian

  "Lazio",
]  # done

# The first rule.
[[rule]]
id = "ban"
query = '''
@ban
   OR  x'''
fact    = ["place"]
default = { place = "", other = [1, 2] }
# alone
min_relevance = 0.50
match = [{ text = "Rome bans it.", fact = [{ place = "Rome" }, { place = "Lazio" }] }]

# the end
"""


def without_strings(text: str) -> str:
    return STRING.sub('""', text)


def comments(text: str) -> list[str]:
    return [found.rstrip() for found in re.findall(r"#[^\n]*", without_strings(text))]


def same(before: str, after: str) -> None:
    """The same values in the same order, the same comments; another pass changes nothing."""
    assert repr(tomllib.loads(after)) == repr(tomllib.loads(before))
    assert comments(after) == comments(before)
    assert format_text(after) == after


def test_the_layout() -> None:
    assert format_text(SLOPPY) == CANONICAL
    same(SLOPPY, CANONICAL)


def test_keys_that_stand_together_are_aligned_unless_one_is_long() -> None:
    assert format_text("a=1\nbcd=2\n\nef=3\n") == "a   = 1\nbcd = 2\n\nef = 3\n"
    assert format_text("a=1\nabcdefghijkl=2\n") == "a            = 1\nabcdefghijkl = 2\n"
    assert format_text("a=1\nabcdefghijklm=2\n") == "a = 1\nabcdefghijklm = 2\n"


def test_a_file_without_anything() -> None:
    assert format_text("") == format_text("\n \n\t\n") == ""


def test_an_array_that_is_too_long_is_broken_and_one_that_is_broken_stays() -> None:
    words = [f"word number {number}" for number in range(20)]
    long = f"[terms]\nw = {words}\n".replace("'", '"')
    shown = format_text(long)
    lines = shown.splitlines()
    assert (lines[1], lines[-1]) == ("w = [", "]")
    assert len(lines) == 7
    assert max(map(len, lines)) <= WIDEST
    same(long, shown)
    short = '[terms]\nw = [\n  "a",\n]\n'
    assert format_text(short) == short


def test_tables_of_a_long_array_get_lines_of_their_own() -> None:
    case = '{ text = "Rome bans DeepSeek, and everything else that can think.", fact = { place = "Italy" } }'
    shown = format_text(f"[[rule]]\nmatch = [{case}, {case}]\n")
    assert shown == f"[[rule]]\nmatch = [\n  {case},\n  {case},\n]\n"


def test_hashes_and_brackets_in_strings_are_none() -> None:
    text = """a = "# no comment ]" # yes\nb = '['\nc = \'\'\'\n[[x]] # "" \n, \'\'\'\n"""
    same(text, format_text(text))
    assert format_text(text) == text.replace('" #', '"  #')


def test_dates_keep_their_blank() -> None:
    text = "at = 2026-01-02   03:04:05\n"
    with pytest.raises(tomllib.TOMLDecodeError):
        tomllib.loads(text)
    text = "at = 2026-01-02 03:04:05Z # now\n"
    assert format_text(text) == "at = 2026-01-02 03:04:05Z  # now\n"


@pytest.mark.parametrize("path", [*SHIPPED, *PROBLEMS], ids=lambda path: path.stem)
def test_real_files_keep_their_meaning(path: Path) -> None:
    try:
        text = path.read_bytes().decode("utf-8").removeprefix("\ufeff").replace("\r\n", "\n")
        tomllib.loads(text)
    except (ValueError, RecursionError):
        pytest.skip("no TOML")
    same(text, format_text(text))


@pytest.mark.parametrize("path", [path for path in SHIPPED if path.parent.name == "rules"], ids=lambda path: path.stem)
def test_the_loader_sees_the_same_rules(path: Path) -> None:
    shared = {str(each): each.read_bytes() for each in SHIPPED if each.parent.name == "terms"}
    text = path.read_text(encoding="utf-8")
    before, after = (load({path.name: each}, shared) for each in (text, format_text(text)))
    assert [repr(rule) for rule in before.rules] == [repr(rule) for rule in after.rules]
    assert [(problem.code, problem.message) for problem in before.problems] == [
        (problem.code, problem.message) for problem in after.problems
    ]


# Any document: a value is drawn, and then written with whatever white space and comments TOML allows.

BLANKS = st.sampled_from(["", " ", "\t", "   "])
NOTES = st.text(st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"]), max_size=8).map(lambda note: f"#{note}")
BREAKS = st.lists(st.one_of(st.just("\n"), BLANKS, NOTES.map(lambda note: f"{note}\n")), max_size=3).map("".join)
LETTERS = st.characters(codec="utf-8", exclude_categories=["Cc", "Cs"])
STRINGS = st.one_of(
    st.text(LETTERS, max_size=12).map(lambda text: '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'),
    st.text(LETTERS, max_size=12).map(lambda text: "'" + text.replace("'", "") + "'"),
    st.text(LETTERS | st.just("\n"), max_size=12).map(lambda text: "'''" + text.replace("'", "") + "'''"),
    st.text(LETTERS | st.just("\n"), max_size=12).map(
        lambda text: '"""' + text.replace("\\", "\\\\").replace('"', '\\"') + '"""'
    ),
)
SCALARS = STRINGS | st.sampled_from(
    ["1", "-0.5", "true", "inf", "nan", "1e3", "0xFF", "2026-01-02", "2026-01-02 03:04:05", "03:04:05.5"]
)
KEYS = st.from_regex(r"[a-z][a-z0-9_-]{0,5}", fullmatch=True) | st.sampled_from(['"a b"', "'x.y'", '"#"', '"é"'])


@st.composite
def arrays(draw: st.DrawFn, values: st.SearchStrategy[str]) -> str:
    members = draw(st.lists(values, max_size=4))
    gap = lambda: draw(BREAKS)  # noqa: E731
    text = "["
    for number, member in enumerate(members):
        comma = "," if number < len(members) - 1 or draw(st.booleans()) else ""
        text += gap() + member + gap() + comma
    return text + gap() + "]"


@st.composite
def inline_tables(draw: st.DrawFn, values: st.SearchStrategy[str]) -> str:
    keys = draw(st.lists(KEYS, max_size=3, unique_by=lambda key: key.strip("\"'")))
    blank = lambda: draw(BLANKS)  # noqa: E731
    return "{" + ",".join(blank() + key + blank() + "=" + blank() + draw(values) + blank() for key in keys) + "}"


VALUES = st.recursive(SCALARS, lambda inner: arrays(inner) | inline_tables(inner), max_leaves=6)


@st.composite
def documents(draw: st.DrawFn) -> str:
    blank = lambda: draw(BLANKS)  # noqa: E731
    text = draw(BREAKS)
    for number in range(draw(st.integers(0, 3))):
        if number:
            opening, closing = draw(st.sampled_from([("[", "]"), ("[[", "]]")]))
            dotted = f"{blank()}.{blank()}t" if draw(st.booleans()) else ""
            text += f"{blank()}{opening}{blank()}t{number}{dotted}{blank()}{closing}"
            text += f"{blank()}{draw(st.just('') | NOTES)}\n{draw(BREAKS)}\n"
        for key in draw(st.lists(KEYS, max_size=3, unique_by=lambda key: key.strip("\"'"))):
            text += f"{blank()}{key}{blank()}={blank()}{draw(VALUES)}{blank()}{draw(st.just('') | NOTES)}\n"
            text += draw(BREAKS) + "\n"
    return text


@given(documents())
@example("a = [ # x\n]\n")
@example("a = [[\n1], [2\n]]\n")
def test_any_document_keeps_its_meaning_and_its_comments(text: str) -> None:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:  # what is drawn is nearly always TOML
        return
    same(text, format_text(text))


def test_what_is_drawn_is_toml() -> None:
    """The property above must not hold because nothing is tried."""
    good = []

    @given(documents())
    def draw(text: str) -> None:
        try:
            tomllib.loads(text)
            good.append(bool(text.strip()))
        except tomllib.TOMLDecodeError:
            good.append(False)

    draw()
    assert sum(good) > len(good) / 2
