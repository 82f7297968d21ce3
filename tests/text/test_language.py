"""Script first, then the hint, then English."""

from __future__ import annotations

import pytest

from monitor.text.language import guess_language, primary_tag


@pytest.mark.parametrize(
    ("text", "hint", "lang"),
    [
        ("Rome blocks the app", "", "en"),
        ("Roma blocca", "it-IT", "it"),
        ("意大利封禁 DeepSeek 应用", "en", "zh"),
        ("イタリアはDeepSeekを禁止", "", "ja"),
        ("이탈리아 딥시크 차단", "", "ko"),
        ("Италия блокирует", "", "ru"),
        ("Італія блокує", "uk", "uk"),
        ("12345", "", "en"),
    ],
)
def test_guess(text: str, hint: str, lang: str) -> None:
    assert guess_language(text, hint) == lang


def test_primary_tag() -> None:
    assert [primary_tag(t) for t in ("en-GB", "zh_CN", "", "???", "deu")] == ["en", "zh", "", "", "deu"]
