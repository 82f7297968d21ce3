"""Which places stand beside the evidence of a match."""

from __future__ import annotations

import pytest

from monitor.model import Place
from monitor.stories.sentences import Sentence


def holds(text: str, name: str, field: str = "body") -> bool:
    start = text.index(name)
    return Sentence(text, (), in_lead=True, field=field, start=0).holds(Place(name, field, start, start + len(name)))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("VALLETTA - Italy has banned Kimi.", "VALLETTA"),
        ("VALLETTA, Malta (AP) — Italy has banned Kimi.", "Malta"),
        ("Valletta, Feb 5 Italy has banned Kimi.", "Valletta"),
        ("VALLETTA, February 5 /MNA/ Italy has banned Kimi.", "VALLETTA"),
        ("新华社瓦莱塔2月5日电 意大利禁用Kimi。", "瓦莱塔"),
    ],
)
def test_where_a_report_was_written_is_no_place_of_the_news(text: str, name: str) -> None:
    assert not holds(text, name)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("VALLETTA - Italy has banned Kimi.", "Italy"),
        ("Italy - the first to do so - has banned Kimi.", "first"),
        ("Malta and Italy - both late - have banned Kimi.", "Malta"),
        ("Malta has banned Kimi - for now.", "Malta"),
        ("2月5日，意大利禁用Kimi。", "意大利"),
    ],
)
def test_other_places_of_a_sentence_are(text: str, name: str) -> None:
    assert holds(text, name)


def test_a_title_has_no_such_beginning() -> None:
    assert holds("MALTA - Ban On Kimi", "MALTA", "title")
