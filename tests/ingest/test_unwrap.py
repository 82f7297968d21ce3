from __future__ import annotations

import textwrap

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.ingest.unwrap import single_blanks, unwrap

LONG = (
    "The regulator said on Monday that the app may no longer be offered in any store of the country, and that talks "
    "with the company go on. Officials expect an answer within three weeks, after which the order becomes final."
)


@pytest.mark.parametrize("width", [60, 65, 72, 78])
def test_wrapped_paragraphs_become_lines(width: int) -> None:
    second = LONG.replace("Monday", "Tuesday")
    text = f"{textwrap.fill(LONG, width)}\n\n{textwrap.fill(second, width)}\n"
    assert unwrap(text) == f"{LONG}\n{second}"


def test_a_line_that_ends_early_ends_its_paragraph() -> None:
    text = textwrap.fill(LONG, 72) + "\nShort end.\n" + textwrap.fill(LONG, 72)
    assert unwrap(text).split("\n")[-1] == LONG


def test_text_that_is_not_wrapped_stays() -> None:
    text = f"A headline\n{LONG}\n{LONG}"
    assert unwrap(text) == text


def test_short_lines_stay() -> None:
    text = "Roses are red\nviolets are blue\nthe chips are banned\nand so are you"
    assert unwrap(text) == text


def test_lists_urls_and_quotes_begin_anew() -> None:
    text = textwrap.fill(f"{LONG} {LONG}", 72) + "\n- one point\n* another\nhttps://example.org/a\n> quoted"
    assert unwrap(text).split("\n")[1:] == ["- one point", "* another", "https://example.org/a", "> quoted"]


def test_chinese_is_joined_without_a_space() -> None:
    line = "监管机构周一表示该应用不得再在全国任何商店提供并且与公司的谈判仍在继续"
    line += "官员预计三周内会有答复届时"
    text = "\n".join([line] * 4)
    assert unwrap(text) == line * 4


def test_hyphens_at_the_end_of_a_line_keep_the_word() -> None:
    words = "aaaa bbbb cccc dddd eeee ffff gggg hhhh iiii jjjj AI-"
    assert "AI-based" in unwrap("\n".join([words, "based " + "x" * 46, "y" * 52, "z" * 52 + " end", "w" * 50]))


@given(st.text(alphabet="ab .\n-", max_size=400))
def test_no_word_is_lost(text: str) -> None:
    assert "".join(unwrap(text).split()) == "".join(text.split())
    assert "\n\n" not in unwrap(text)


@given(st.text(st.sampled_from("ab \t\n\x1c\x85\u00a0\u2028\u3000\ufeff\ud800é漢"), max_size=12))
def test_blanks_of_a_line_are_single(line: str) -> None:
    assert single_blanks(line) == " ".join(line.split())
