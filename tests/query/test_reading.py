"""An article as the engine reads it: words, sentences, distances, the lead."""

from __future__ import annotations

import pytest

from monitor.query.engine import Engine
from monitor.query.reading import FieldReading
from tests.query.bench import a_rule
from tests.query.reference import Text
from tests.query.worlds import an_article

TEXTS = [
    "",
    " \n ",
    "They ban it. The app stays.\nA new line",
    "Naïve café’s owner\u00ad said: “No…” Then he left.",
    "中国禁用 DeepSeek，意大利也是。芯片",
    "U.S. Ban\u200b of the GPT‑4o—so to speak",
    "e\u0301 \u200b\u200b e\ufb01x \uff21\uff29 ban",
]


def reading(name: str, text: str) -> FieldReading | None:
    engine = Engine([a_rule("ban"), a_rule("封禁", id="other")])
    return engine.read(an_article(**{name: text})).fields.get(name)


@pytest.mark.parametrize("name", ["title", "body"])
@pytest.mark.parametrize("text", TEXTS)
def test_words_sentences_and_places_are_those_of_the_text_room(name: str, text: str) -> None:
    field = reading(name, text)
    if field is None:
        assert not text
        return
    slow = Text(name, text, "en")
    assert field.words == slow.words
    assert list(field.sentences) == [s - min(slow.sentences, default=0) + min(field.sentences) for s in slow.sentences]
    for at in range(len(slow.words)):
        assert field.range_of(at, at + 1) == slow.shown(at, at + 1)
        assert field.between(0, at) == slow.between(0, at)


@pytest.mark.parametrize(
    ("name", "text", "words"),
    [
        ("title", "word " * 200, 200),
        ("body", "word " * 200, 100),
        ("body", "word word\nmore", 2),
        ("body", "Word. " * 9, 5),
        ("body", "字" * 300, 200),
        ("body", "...", 0),
    ],
)
def test_the_lead(name: str, text: str, words: int) -> None:
    field = reading(name, text)
    assert field is not None
    assert field.lead_end == words


@pytest.mark.parametrize(
    ("line", "capitals"),
    [
        ("BAN IT NOW", True),
        ("BAN IT", False),
        ("Ban IT NOW", False),
        ("BAN IT 中国 NOW", False),
        ("x\nBAN IT NOW\ny", True),
    ],
)
def test_a_line_all_in_capitals(line: str, capitals: bool) -> None:
    engine = Engine([a_rule("IT")])
    assert bool(engine.match(an_article(body=line))) != capitals
