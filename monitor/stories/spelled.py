"""Numbers that are written in English words: "twelve", "twenty-five", "three hundred and two", "a dozen"."""

from __future__ import annotations

import re
from decimal import Decimal

_ONES = (
    "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen "
    "eighteen nineteen".split()
)
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_SMALL = {word: value for value, word in enumerate(_ONES)} | {word: 20 + 10 * i for i, word in enumerate(_TENS)}
_LARGE = {"thousand": 10**3, "million": 10**6, "billion": 10**9, "trillion": 10**12}
_FACTORS = {"hundred": 100, "dozen": 12}
_WORD = "(?:" + "|".join(sorted([*_SMALL, *_LARGE, *_FACTORS], key=len, reverse=True)) + ")"
_A_ROUND_ONE = r"a(?=[ ](?:dozen|hundred|thousand|million|billion|trillion)\b)"
_FIRST = "(?:" + "|".join([*sorted(_SMALL, key=len, reverse=True), _A_ROUND_ONE]) + ")"

SPELLED = rf"\b{_FIRST}(?:(?:[ -]|(?<=hundred)[ ]and[ ]|(?<=thousand)[ ]and[ ]){_WORD}\b){{0,12}}"
"""A pattern (case ignored, verbose) of a number in words; it begins with a small number, or with "a" before a dozen."""


def value_of_words(spelled: str) -> Decimal:
    """The value of what `SPELLED` matched."""
    total, group = 0, 0
    for word in re.split(r"[ -]+", spelled.lower()):
        if word in _LARGE:
            total, group = total + group * _LARGE[word], 0
        elif word in _FACTORS:
            group *= _FACTORS[word]
        elif word != "and":
            group += 1 if word == "a" else _SMALL[word]
    return Decimal(total + group)
