"""The places of stories are those of our own list of terms."""

from __future__ import annotations

import tomllib
from pathlib import Path

from monitor.stories.places import PLACE_OF
from monitor.text.fold import fold

TERMS = Path(__file__).resolve().parents[2] / "rules/terms/places.toml"


def test_every_word_is_a_spelling_of_one_place() -> None:
    places = tomllib.loads(TERMS.read_text(encoding="utf-8"))["place"]
    names: dict[str, set[str]] = {}
    for name, spellings in places.items():
        for spelling in spellings:
            folded = fold(spelling).text.lower()
            names.setdefault(folded, set()).add(name)
            if not folded.isascii():
                names.setdefault(folded[:2], set()).add(name)
    by_place: dict[str, set[str]] = {}
    for word, place in PLACE_OF.items():
        assert word in names, word
        by_place.setdefault(place, set(names[word])).intersection_update(names[word])
    assert all(by_place.values())
    assert len(by_place) == len(set(PLACE_OF.values())) > 180
