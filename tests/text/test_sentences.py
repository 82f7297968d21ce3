"""Sentence ends, and what only looks like one."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.text.sentences import paragraph_spans, sentence_ends, sentence_spans
from monitor.text.tokens import word_pattern


@pytest.mark.parametrize(
    "sentences",
    [
        ["Rome blocked it.", "Prague followed."],
        ["The U.S. Commerce Department acted.", "It said so."],
        ["It left the U.S.", "The next day it came back."],
        ["Dr. Chen of Example Inc. spoke at 8 a.m. on Monday.", "Nobody came."],
        ["He asked: “Why?”", "She left."],
        ["It costs 2.5 million.", "Ask J. Smith for more."],
        ["意大利封禁了该应用。", "捷克随后跟进！", "为什么？"],
        ["Wait... what is this?", "An app."],
        ["Prices rose 3.", "5 shops closed."],
        ["It works with R1.", "xAI said nothing."],
        ["See No. 5 of the list.", "Done"],
    ],
)
def test_sentences(sentences: list[str]) -> None:
    chinese = not sentences[0].isascii() and "“" not in sentences[0]
    text = ("" if chinese else " ").join(sentences)
    assert [text[start:end] for start, end in sentence_spans(text)] == sentences


def test_a_newline_always_ends_a_sentence_and_a_paragraph() -> None:
    text = "A heading without a stop\nthe text below\n\n  and more "
    assert [text[s:e] for s, e in sentence_spans(text)] == ["A heading without a stop", "the text below", "and more"]
    assert [text[s:e] for s, e in paragraph_spans(text)] == ["A heading without a stop", "the text below", "and more"]


PIECES = [
    "U.S.",
    "The",
    "says",
    "No.",
    "Inc.",
    "app",
    "xAI",
    "3.",
    "J.",
    "“Why?”",
    "封禁。",
    "e.g.",
    "Wait...",
    '"He',
    "!)",
]


@given(st.lists(st.sampled_from(PIECES), min_size=2, max_size=12))
def test_a_sentence_ends_between_two_words_as_in_the_whole_text(pieces: list[str]) -> None:
    """Read from the place alone, from the space before the first word to the space after the second."""
    text = " ".join(pieces)
    starts = [start for start, _ in sentence_spans(text)]
    words = [found.span() for found in word_pattern(text).finditer(text)]
    for (begin, end), (start, stop) in pairwise(words):
        if "." not in text[end:start]:
            continue  # then nobody asks
        low, high = text.rfind(" ", 0, begin) + 1, text.find(" ", stop)
        here = text[low : high if high >= 0 else len(text)]
        assert sentence_ends(here, end - low, start - low) == any(begin < at <= start for at in starts)
