"""The span scanner agrees with tomllib about what is there, and points to where it stands."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from monitor.watchlist.locate import Lines, Path, Span, decode, locate

EXAMPLE = '''\
# a comment with [brackets] and "quotes"
title = "Bans"   # heading
count = 1_000
when = 1979-05-27 07:32:00
[terms]
ban = ["ban", # first
  'block', """
forbid""",
]
"quoted key".part = true

[terms.place]
Czechia = ["Czech Republic", "Prague"]

[[rule]]
id = "one"
default = { status = "in force", "a b" = [1, { c = 2 }] }
[[rule]]
query = "say \\"ban\\" NEAR/S @x"
[rule.sub]
deep.er = 'lit\\eral'
[[rule.timeline]]
at = 1
[[rule.timeline]]
at = 2
'''


def paths_of(value: object, path: Path = ()) -> Iterator[tuple[Path, object]]:
    if path:
        yield path, value
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from paths_of(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from paths_of(inner, (*path, index))


def assert_agrees(text: str) -> None:
    found = locate(text)
    expected = dict(paths_of(tomllib.loads(text)))
    assert found.values.keys() == expected.keys()
    assert found.keys.keys() == {path for path in expected if isinstance(path[-1], str)}
    for path, value in expected.items():
        if isinstance(value, str):
            string = decode(text, found.values[path])
            assert string is not None
            assert string.text == value
            assert_points_back(text, string.text, string.span)
        elif not isinstance(value, dict | list):
            span = found.values[path]
            assert tomllib.loads(f"x = {text[span.start : span.end]}")["x"] == value or value != value


def assert_points_back(text: str, decoded: str, span: object) -> None:
    assert callable(span)
    last = 0
    for offset, character in enumerate(decoded):
        start, end = span(offset, offset + 1)
        assert start >= last
        last = end
        written = text[start:end]
        assert written == character or written.startswith("\\")


def test_example_has_the_paths_of_tomllib() -> None:
    assert_agrees(EXAMPLE)


@pytest.mark.parametrize(
    ("path", "written"),
    [
        (("title",), '"Bans"'),
        (("count",), "1_000"),
        (("when",), "1979-05-27 07:32:00"),
        (("terms",), "[terms]"),
        (("terms", "ban", 1), "'block'"),
        (("terms", "quoted key", "part"), "true"),
        (("terms", "place", "Czechia", 1), '"Prague"'),
        (("rule", 0), "[[rule]]"),
        (("rule", 0, "default", "a b", 1, "c"), "2"),
        (("rule", 1, "sub", "deep", "er"), "'lit\\eral'"),
        (("rule", 1, "timeline", 1, "at"), "2"),
    ],
)
def test_values_stand_where_they_stand(path: Path, written: str) -> None:
    span = locate(EXAMPLE).values[path]
    assert EXAMPLE[span.start : span.end] == written


def test_keys_stand_where_they_stand() -> None:
    keys = locate(EXAMPLE).keys
    assert {EXAMPLE[slice(*keys[path])] for path in [("terms", "quoted key"), ("rule", 1, "sub")]} == {
        '"quoted key"',
        "sub",
    }


def test_offset_after_an_escape_points_to_the_character() -> None:
    text = r'q = "say \"ban\" NEAR \u0041x"'
    string = decode(text, locate(text).values[("q",)])
    assert string is not None
    ban = string.text.index("ban")
    assert text[slice(*string.span(ban, ban + 3))] == "ban"
    quote = string.text.index('"')
    assert text[slice(*string.span(quote, quote + 1))] == r"\""
    assert text[slice(*string.span(string.text.index("Ax"), len(string.text)))] == r"\u0041x"


def test_span_ends_before_a_line_continuation() -> None:
    text = 'q = """one \\\n   two"""'
    string = decode(text, locate(text).values[("q",)])
    assert string is not None
    assert string.text == "one two"
    assert text[slice(*string.span(0, 4))] == "one "
    assert text[slice(*string.span(4, 7))] == "two"


def test_empty_range_points_to_one_character_where_there_is_one() -> None:
    text = 'q = "abc"'
    string = decode(text, locate(text).values[("q",)])
    assert string is not None
    assert string.span(1, 1) == Span(6, 7)
    assert string.span(3, 3) == Span(8, 8)
    assert string.span(9, 12) == Span(8, 8)


@pytest.mark.parametrize("quotes", ['""""two"" "" """', "'''it''s'''''", '"""a"""""', "''''''", '""""""', '""', "''"])
def test_quotes_inside_quotes(quotes: str) -> None:
    assert_agrees(f"a = {quotes}\nb = 1\n")


def test_a_value_that_is_no_string_decodes_to_nothing() -> None:
    assert decode("a = 12", Span(4, 6)) is None


def test_lines_count_from_one() -> None:
    lines = Lines.of("ab\n\ncd")
    assert [lines.place(offset) for offset in (0, 1, 3, 4, 6)] == [(1, 1), (1, 2), (2, 1), (3, 1), (3, 3)]
    assert [lines.line(number) for number in (0, 1, 2, 3, 4)] == ["", "ab", "", "cd", ""]


bare_keys = st.text("abcXYZ019_-", min_size=1, max_size=6)
any_text = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


def basic(value: str) -> str:
    return json.dumps(value).replace("\x7f", "\\u007f") if value.isascii() else basic_wide(value)


def basic_wide(value: str) -> str:
    return '"' + "".join(c if c.isprintable() and c not in '"\\' else f"\\U{ord(c):08X}" for c in value) + '"'


def multi_line(value: str) -> str:
    inner = basic_wide(value)[1:-1]
    return f'"""\n{inner[:1]}{inner[1:]}\\\n   """' if not inner.startswith("\\") else f'"""{inner}"""'


def literal(value: str) -> str:
    return "'" + "".join(c for c in value if c.isprintable() and c != "'") + "'"


def multi_literal(value: str) -> str:
    return "'''\n" + "".join(c for c in value if c.isprintable() or c in "\n\t").rstrip("'").replace("'''", "") + "'''"


strings = st.builds(
    lambda write, value: write(value),
    st.sampled_from([basic, basic_wide, multi_line, literal, multi_literal]),
    any_text,
)
scalars = st.one_of(
    strings,
    st.sampled_from(["1", "-0.5e3", "true", "0xFF"]),
    st.sampled_from(["1979-05-27", "07:32:00", "1979-05-27T07:32:00Z", "1979-05-27 07:32:00"]),
)
gaps = st.sampled_from(["", " ", "\n", " # note ] }\n", "\n\n\t"])
keys = st.one_of(bare_keys, bare_keys.map(basic), any_text.map(basic))


@st.composite
def arrays(draw: st.DrawFn, inner: st.SearchStrategy[str]) -> str:
    values = draw(st.lists(inner, max_size=4))
    body = ",".join(draw(gaps) + value + draw(gaps) for value in values)
    return f"[{body}{',' if values and draw(st.booleans()) else ''}{draw(gaps)}]"


@st.composite
def inline_tables(draw: st.DrawFn, inner: st.SearchStrategy[str]) -> str:
    pairs = draw(st.lists(st.tuples(keys, inner), max_size=3))
    return "{ " + ", ".join(f"{key} = {value}" for key, value in pairs) + " }"


values = st.recursive(scalars, lambda inner: arrays(inner) | inline_tables(inner), max_leaves=8)


@st.composite
def documents(draw: st.DrawFn) -> str:
    lines = []
    for _ in range(draw(st.integers(0, 8))):
        dotted = " . ".join(draw(st.lists(keys, min_size=1, max_size=3)))
        kind = draw(st.sampled_from(["pair", "pair", "table", "array", "comment"]))
        lines.append(
            {
                "pair": lambda name=dotted: f"{name} = {draw(values)}",
                "table": lambda name=dotted: f"[{name}] # here",
                "array": lambda name=dotted: f"[[ {name} ]]",
                "comment": lambda name=dotted: f"# {name[:3].strip()!a}",
            }[kind]()
        )
    return "\n".join(lines)


@settings(deadline=None)
@given(documents())
def test_agrees_with_tomllib(text: str) -> None:
    try:
        tomllib.loads(text)
    except tomllib.TOMLDecodeError:
        locate(text)  # must end, wherever it ends
    else:
        assert_agrees(text)


@settings(deadline=None)
@given(st.text(max_size=60))
def test_any_text_ends(text: str) -> None:
    locate(text)
