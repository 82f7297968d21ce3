"""What is learned is kept within a bound."""

from __future__ import annotations

import pytest

from monitor.query import kept


class Learned(kept.Kept[int]):
    def __init__(self) -> None:
        super().__init__()
        self.asked: list[str] = []

    def learn(self, key: str) -> int:
        self.asked.append(key)
        return len(key)


def test_what_keeps_coming_back_is_learned_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(kept, "MOST_KEPT", 2)
    learned = Learned()
    for key in ("often", "a", "often", "b", "often", "c", "often", "d", "often", "a"):
        assert learned[key] == len(key)
    assert learned.asked == ["often", "a", "b", "c", "d", "a"]
    assert len(learned) <= 2


def test_what_is_long_is_not_kept() -> None:
    learned = Learned()
    long = "x" * (kept.LONGEST_KEPT + 1)
    assert learned[long] == learned[long] == len(long)
    assert learned.asked == [long, long]
