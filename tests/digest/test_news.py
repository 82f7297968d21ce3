"""Titles of several facts in one line."""

from __future__ import annotations

import pytest

from monitor.digest.titles import MOST_FACTS, merged
from monitor.digest.words import LANGUAGES


@pytest.mark.parametrize(
    ("titles", "said"),
    [
        (["Italy: DeepSeek banned"], "Italy: DeepSeek banned"),
        (["Czechia: DeepSeek banned", "Italy: DeepSeek banned"], "Czechia, Italy: DeepSeek banned"),
        (
            ["Texas: DeepSeek banned (in force)", "Texas: Manus banned (in force)"],
            "Texas: DeepSeek, Manus banned (in force)",
        ),
        (
            ["United Kingdom: AI companion banned", "United Kingdom: AI banned"],
            "United Kingdom: AI companion, AI banned",
        ),
        (["Nvidia: H20 eased", "H20 to China"], "Nvidia: H20 eased; H20 to China"),
        (["A: x banned (in force)", "A: y banned (proposed)"], "A: x banned (in force); y banned (proposed)"),
        (["Mistral: Devstral", "Mistral: Devstral 3"], "Mistral: Devstral, Devstral 3"),
        (["Anthropic: Claude Opus 4", "Anthropic: Claude Sonnet 4"], "Anthropic: Claude Opus 4, Claude Sonnet 4"),
        (["OpenAI: GPT 5 (released)", "OpenAI: GPT 5 mini (released)"], "OpenAI: GPT 5, GPT 5 mini (released)"),
        (["Kepla: $3.5 billion", "Kepla: $61 billion"], "Kepla: $3.5 billion, $61 billion"),
        (["Kepla: €2 million raised", "Kepla: €3 million raised"], "Kepla: €2 million, €3 million raised"),
        (["Volta: Lens", "Volta: Autumn Show (released)"], "Volta: Lens; Autumn Show (released)"),
        (["New York: x banned", "New Zealand: x banned"], "New York, New Zealand: x banned"),
        (["South Korea: x banned", "North Korea: x banned"], "South Korea, North Korea: x banned"),
        (["Italy: x banned", "Northern Italy: x banned"], "Italy, Northern Italy: x banned"),
        (
            ["Peru looks into Grok", "Chile warns xAI", "Peru looks into Qwen"],
            "Peru looks into Grok, Qwen; Chile warns xAI",
        ),
        (
            ["Ann Rey: $100M", "Bo Tan: $100M", "Bo Tan: $1 billion"],
            "Ann Rey, Bo Tan: $100M; Bo Tan: $1 billion",
        ),
        (
            ["San Jose, California: nudify banned", "Texas: deepfake banned"],
            "San Jose, California: nudify banned; Texas: deepfake banned",
        ),
        (["DeepSeek banned", "DeepSeek banned twice"], "DeepSeek banned; DeepSeek banned twice"),
        (["中国：深度求索", "日本：深度求索"], "中国：深度求索; 日本：深度求索"),
        (["a b", "c d", "e f"], "a b; c d; e f"),
        (["a b", "c d", "e f", "g h"], "a b; c d; e f and 1 more"),
        (["a b", "c d", "e f", "g: x", "g: y"], "a b; c d; e f and 2 more"),
    ],
)
def test_titles_that_differ_in_one_place_are_merged_and_others_are_not(titles: list[str], said: str) -> None:
    assert merged(titles, LANGUAGES["en"], 3) == said


def test_a_long_list_counts_the_rest() -> None:
    titles = [f"Place{n}: DeepSeek banned" for n in range(MOST_FACTS + 8)]
    assert merged(titles, LANGUAGES["en"], 3).endswith(f"Place{MOST_FACTS - 1} and 8 more: DeepSeek banned")
