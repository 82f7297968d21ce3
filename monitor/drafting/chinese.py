"""Chinese names without a dictionary: runs of characters that come again and again beside ever other neighbours.

After the statistics of new-word discovery (Feng et al., "Accessor Variety Criteria for Chinese Word Extraction",
Computational Linguistics 2004): a run is a word if many different characters stand on either side of it.
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator

LONGEST = 8
FEWEST = 3
"""How often a run must stand, and how many neighbours it needs on either side (an edge of the text counts as new)."""

_HAN = re.compile("[\u4e00-\u9fff]{2,}")
_LOOSE = frozenset("的了是在和与及等被将对为由从到这那其也都就而于以并但或称说年月日个中上下不有新")
"""Characters that begin and end phrases, hardly ever names."""


def repeated(texts: Iterable[str]) -> frozenset[str]:
    """The runs of a collection that behave like words; of runs within longer ones only those that stand alone too."""
    counts: Counter[str] = Counter()
    left: defaultdict[str, set[str]] = defaultdict(set)
    right: defaultdict[str, set[str]] = defaultdict(set)
    for number, (run, before, after) in enumerate(each for text in texts for each in _grams(text)):
        counts[run] += 1
        left[run].add(before or str(number))
        right[run].add(after or str(number))
    words = {run for run, n in counts.items() if n >= FEWEST and min(len(left[run]), len(right[run])) >= FEWEST}
    return frozenset(run for run in words if not _is_part(run, counts, words))


def _grams(text: str) -> Iterator[tuple[str, str, str]]:
    for found in _HAN.finditer(text):
        run = found[0]
        for start in range(len(run)):
            if run[start] in _LOOSE:
                continue
            for end in range(start + 2, min(len(run), start + LONGEST) + 1):
                if run[end - 1] not in _LOOSE:
                    yield run[start:end], run[start - 1 : start], run[end : end + 1]


def _is_part(run: str, counts: Counter[str], words: set[str]) -> bool:
    """Does it stand nearly always within one and the same longer word?"""
    return any(run != longer and run in longer and counts[longer] * 4 >= counts[run] * 3 for longer in words)
