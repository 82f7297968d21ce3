"""Folding is one for rules and articles, and always knows the way back."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.text.fold import fold


@pytest.mark.parametrize(
    ("text", "folded"),
    [
        ("plain ascii", "plain ascii"),
        ("Café Łódź Ørsted", "Cafe Lodz Orsted"),
        ("DeepSeek’s “ban”", 'DeepSeek\'s "ban"'),
        ("Ｑｗｅｎ２．５", "Qwen2.5"),
        ("Deep\u00adSeek", "DeepSeek"),
        ("Deep\u200bSeek", "DeepSeek"),
        ("e\u0301lan", "elan"),
        ("\ufb01ne", "fine"),
        ("Straße", "Strasse"),
        ("US–China", "US-China"),
        ("D\u0435\u0435pSeek", "DeepSeek"),
        ("Москва", "Москва"),
        ("封禁，深度求索。", "封禁，深度求索。"),
        ("か\u3099", "が"),
        ("딥시크", "딥시크"),
        ("İstanbul ısı", "Istanbul isi"),
        ("\ud800x", "\ufffdx"),
        ("a\u00a0b", "a b"),
    ],
)
@pytest.mark.case(53)
def test_folding(text: str, folded: str) -> None:
    assert fold(text).text == folded


@given(st.text())
def test_every_folded_character_leads_back(text: str) -> None:
    folded = fold(text)
    previous = 0
    for at in range(len(folded.text)):
        start, end = folded.original(at, at + 1)
        assert 0 <= previous <= start < end <= len(text)
        previous = start
    assert folded.original(0, len(folded.text))[1] <= len(text)


@given(st.text(alphabet="aé‘’ß\u200bﬁ封か\u3099\u0301 .", max_size=12))
def test_folding_twice_changes_nothing(text: str) -> None:
    once = fold(text).text
    assert fold(once).text == once


def test_evidence_covers_what_was_dropped_in_its_middle() -> None:
    text = "the Deep\u00adSeek app"
    folded = fold(text)
    at = folded.text.index("DeepSeek")
    assert text[slice(*folded.original(at, at + 8))] == "Deep\u00adSeek"
