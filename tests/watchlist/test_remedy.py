"""What a rule could except."""

from __future__ import annotations

from itertools import islice

from monitor.watchlist.remedy import proposals
from tests.watchlist.sample import load_one

RULE = """
[terms]
ban = ["ban", "封禁"]
lab = ["OpenAI"]
[[rule]]
id = "a"
query = '@lab NEAR/8 @ban'
fact = ["lab"]
match = ["OpenAI banned it."]
"""
QUERY = "@lab NEAR/8 @ban"


def proposed(sentence: str, *evidence: str) -> list[str]:
    (rule,) = load_one(RULE).rules
    spans = [(sentence.index(words), sentence.index(words) + len(words)) for words in evidence]
    return list(islice(proposals(rule, QUERY, sentence, spans), 6))


def test_the_nearest_words_come_first_and_the_verb_before_the_name() -> None:
    found = proposed("OpenAI banned accounts of spies.", "OpenAI", "banned")
    assert found[:2] == ["@ban NEAR/1 accounts", "@lab NEAR/1 accounts"]


def test_chinese_words_are_pairs_of_characters_beside_the_evidence() -> None:
    found = proposed("OpenAI封禁账号数百个", "OpenAI", "封禁")
    assert found[:2] == ["@ban NEAR/1 账号", "@lab NEAR/1 账号"]
    assert not any("封" in each for each in found)


def test_characters_that_only_join_make_no_word() -> None:
    assert proposed("OpenAI封禁了的", "OpenAI", "封禁") == []


def test_days_numbers_adverbs_and_reporters_are_no_exclusions() -> None:
    found = proposed(
        "Malta said on Monday that OpenAI reportedly banned dozens of Russian accounts, as it announced.",
        "OpenAI",
        "banned",
    )
    assert found[:2] == ["@ban NEAR/3 accounts", "@lab NEAR/3 accounts"], "names come last"
    assert not any(word in each for each in found for word in ("Monday", "reportedly", "dozens", "announced", "said"))
    assert any("family" in each for each in proposed("OpenAI banned a family.", "OpenAI", "banned")), "no adverb"
