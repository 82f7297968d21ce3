"""What was worked out for a text is kept while the text keeps coming back, and within a bound."""

from __future__ import annotations

from typing import Generic, TypeVar

Value = TypeVar("Value")
MOST_KEPT = 100_000
LONGEST_KEPT = 40
_UNSEEN = object()


class Kept(dict[str, Value], Generic[Value]):
    """Text -> what `learn` makes of it, remembered.

    When MOST_KEPT are remembered, they are laid aside; those seen again come back, the others go with the next
    change. (Forgetting all at once, an article of the news had 71 chunks to learn; so it has 32, and 30 if none was
    ever forgotten.) What is longer than LONGEST_KEPT is seldom seen twice, and not remembered.
    """

    def __init__(self) -> None:
        super().__init__()
        self._aside: dict[str, Value] = {}

    def learn(self, key: str) -> Value:
        """What is to be remembered of a text."""
        raise NotImplementedError

    def __missing__(self, key: str) -> Value:
        value = self._aside.get(key, _UNSEEN)
        if value is _UNSEEN:
            value = self.learn(key)
        if len(key) <= LONGEST_KEPT:
            if len(self) >= MOST_KEPT:
                self._aside = dict(self)
                self.clear()
            self[key] = value  # type: ignore[assignment]
        return value  # type: ignore[return-value]
