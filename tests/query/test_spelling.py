"""Spellings: how strictly each word is meant, how parts may stand, what is refused, and that each matches itself."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.query.rule import Rule
from monitor.query.spelling import LETTERS_ONLY, Gap, WordKind, parse_spelling
from monitor.query.tree import Term
from tests.query.bench import found
from tests.query.mutations import no_short_cut
from tests.query.worlds import spelling

PHRASE, NOTHING, HYPHEN, EITHER = Gap.PHRASE, Gap.NOTHING, Gap.HYPHEN, Gap.HYPHEN_OR_SPACE


OPERATOR = "operators stand in queries, outside of quotation marks; write each spelling by itself"


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("ban", WordKind.INFLECTED),
        ("=ban", WordKind.FORM),
        ("café", WordKind.INFLECTED),
        ("don't", WordKind.ANY_CASE),
        ("Apple", WordKind.CAPITALS),
        ("=Apple", WordKind.CAPITALS),
        ("Ban's", WordKind.CAPITALS),
        ("DeepSeek", WordKind.ANY_CASE),
        ("xAI", WordKind.ANY_CASE),
        ("OPENai", WordKind.ANY_CASE),
        ("US", WordKind.ACRONYM),
        ("U.S.", WordKind.ACRONYM),
        ("=US", WordKind.CAPITALS),
        ("1,000", WordKind.ANY_CASE),
        ("semi*", WordKind.PREFIX),
        ("Opus#", WordKind.NUMBERED),
        ("禁", WordKind.CHARACTER),
    ],
)
def test_kinds(text: str, kind: WordKind) -> None:
    assert spelling(text).variants[0].words[0].kind is kind


@pytest.mark.parametrize(
    ("text", "variants"),
    [
        ("app store", [("app store", [PHRASE])]),
        ("app-store", [("app store", [PHRASE])]),
        ("封禁", [("封 禁", [NOTHING])]),
        ("封 禁", [("封 禁", [PHRASE])]),
        ("中国AI", [("中 国 AI", [NOTHING, PHRASE])]),
        ("R1", [("R1", []), ("R 1", [HYPHEN])]),
        ("Qwen2.5", [("Qwen2.5", []), ("Qwen 2.5", [EITHER])]),
        ("GPT-4", [("GPT 4", [PHRASE]), ("GPT4", [])]),
        ("Opus #", [("Opus #", [PHRASE]), ("Opus", [])]),
        ("semi* chip", [("semi chip", [PHRASE])]),
    ],
)
def test_variants(text: str, variants: list[tuple[str, list[Gap]]]) -> None:
    made = spelling(text).variants
    assert [(" ".join(w.text for w in v.words), list(v.gaps)) for v in made] == variants


def test_a_long_name_has_no_more_than_sixty_four_variants() -> None:
    assert len(spelling("a1b2c3d4e5f6g7h8i9").variants) == 64


@pytest.mark.parametrize(
    ("text", "code", "hint"),
    [
        ("", "E110", "write a word"),
        ("...", "E110", "write a word"),
        ("ab*", "E111", "write at least three letters before the star"),
        ("–", "E110", "leave it out; a hyphen within a word is fine"),
        ("# Opus", "E112", "write it behind a name: Opus #"),
        ("cable OR wire", "E107", OPERATOR),
        ("cable NEAR/5 wire", "E107", OPERATOR),
        ("sabotag!", "E105", "write sabotag* for any ending, or leave the sign out"),
        ("wom?n", "E105", "write every spelling you mean"),
        ("a $ b", None, ""),
        ("a <b>", "E113", "leave it out"),
        ("@place strike", "E113", "a list stands outside the quotation marks: @place BEFORE/0 strike"),
        ("ban *", "E113", "a star stands at the end of a word: semiconduct*"),
        ("a = b", "E113", "the sign = stands directly before a word: =banned"),
    ],
)
def test_faults(text: str, code: str | None, hint: str) -> None:
    made, faults = parse_spelling(text, 7)
    assert [(fault.code, fault.hint) for fault in faults] == ([(code, hint)] if code else [])
    assert (made is None) == bool(faults)
    assert all(fault.start == 7 and fault.end == 7 + max(1, len(text)) for fault in faults)


@given(
    st.lists(st.sampled_from("a b ban Apple DeepSeek US 4 2.5 GPT 封 禁 国 é -x o R".split()), min_size=1, max_size=5)
)
def test_every_spelling_matches_itself(pieces: list[str]) -> None:
    for joint in ("", " ", "-"):
        text = joint.join(pieces)
        made = spelling(text)
        rule = Rule("w", "r", Term(0, 1, made))
        assert found([rule], body=f"they say {text} now"), text


@given(st.from_regex(LETTERS_ONLY, fullmatch=True).filter(lambda text: len(text) < 60))
def test_plain_letters_are_compiled_like_everything_else(text: str) -> None:
    quick = parse_spelling(text)
    with pytest.MonkeyPatch.context() as patch:
        no_short_cut(patch)
        assert parse_spelling(text) == quick


@pytest.mark.parametrize("text", ["Yahoo!", "BANG AND OLUFSEN", "Who?", "Portland, OR", "AND", "C$50"])
def test_signs_and_words_that_names_have(text: str) -> None:
    made, faults = parse_spelling(text)
    assert made is not None, faults
