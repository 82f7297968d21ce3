"""Words of folded text."""

from __future__ import annotations

import pytest

from monitor.text.fold import fold
from monitor.text.tokens import normal_word, word_pattern, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("The U.S. ban's end", ["The", "US", "ban", "end"]),
        ("1,000 chips at 2.5%", ["1000", "chips", "at", "2.5"]),
        ("GPT-4o, Qwen2.5-Max and R1.", ["GPT", "4o", "Qwen2.5", "Max", "and", "R1"]),
        ("don't app/store", ["don't", "app", "store"]),
        ("D.e.e.p.S.e.e.k bans", ["DeepSeek", "bans"]),
        ("DeepSeek被禁了", ["DeepSeek", "被", "禁", "了"]),
        ("딥시크가", ["딥", "시", "크", "가"]),
        ("deep_seek", ["deep", "seek"]),
        ("companies' rules", ["companies", "rules"]),
        ("it ended.Next", ["it", "ended", "Next"]),
    ],
)
def test_words(text: str, expected: list[str]) -> None:
    folded = fold(text).text
    assert [normal_word(word) for word in word_pattern(folded).findall(folded)] == expected


def test_ascii_and_general_pattern_agree() -> None:
    text = "U.S. chips: 1,000 (R1.5), don't; a.b.c x_y 'quoted' A100's"
    marked = text + "é"
    assert word_pattern(text).findall(text) == word_pattern(marked).findall(text)


def test_words_for_fingerprints_are_folded_and_lower() -> None:
    assert words("Café’s U.S. 封禁") == ["cafe", "us", "封", "禁"]
