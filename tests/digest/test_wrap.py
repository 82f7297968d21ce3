from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.digest.wrap import WIDTH, width, wrap


def test_lines_are_filled_with_indent_and_hang() -> None:
    lines = wrap("word " * 40, "- ", "  ").split("\n")
    assert lines[0].startswith("- word") and lines[1].startswith("  word")
    assert all(60 < width(line) <= WIDTH for line in lines[:-1])


def test_addresses_are_never_broken() -> None:
    url = "https://news.example.org/" + "path/" * 40
    assert wrap(f"See {url} for more", "  ").split("\n") == ["  See", f"  {url}", "  for more"]


def test_chinese_breaks_between_characters_and_never_begins_a_line_with_a_comma() -> None:
    lines = wrap("意大利监管机构封禁了这个应用，" * 12).split("\n")
    assert len(lines) > 2
    assert all(width(line) <= WIDTH + 2 for line in lines)
    assert not any(line.startswith("，") for line in lines)


def test_a_word_longer_than_a_line_is_broken() -> None:
    assert [len(line) for line in wrap("x" * 200).split("\n")] == [76, 76, 48]


def test_nothing_at_all() -> None:
    assert wrap("") == ""


@pytest.mark.case(61)
@given(st.text(st.characters(exclude_categories=["Cs", "Cc"]), max_size=400))
def test_wrapping_keeps_every_character_and_the_width(text: str) -> None:
    wrapped = wrap(text, "  ")
    assert "".join(wrapped.split()) == "".join(text.split())
    for line in wrapped.split("\n"):
        assert width(line) <= WIDTH + 2 or "://" in line
