"""Sentence ends, and what only looks like one."""

from __future__ import annotations

import pytest

from monitor.text.sentences import paragraph_spans, sentence_spans


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
