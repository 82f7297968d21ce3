"""Words. A word is a run of letters and digits; a decimal or grouped number, an acronym with dots and a word with an
apostrophe are one word; each character of Chinese, Japanese and Korean is one (two of them count as a word in
distances)."""

from __future__ import annotations

import re
from functools import lru_cache

from monitor.text.fold import fold

CJK = (
    "\u2e80-\u2fdf\u3005-\u3007\u3021-\u3029\u3041-\u30ff\u3131-\u318e\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff"
    "\uac00-\ud7a3\uf900-\ufaff\U00020000-\U0003ffff"
)
"""The characters that are written without spaces between words, as the inside of a character class."""

_JOINED = r"(?:(?:'|(?<=[0-9])[.,](?=[0-9]))"
ASCII_WORD = re.compile(rf"(?:[A-Za-z]\.){{2,}}[A-Za-z]?(?![A-Za-z])|[0-9A-Za-z]+{_JOINED}[0-9A-Za-z]+)*")
_LETTER = rf"[^\W_{CJK}]"
ANY_WORD = re.compile(rf"[{CJK}]|(?:[A-Za-z]\.){{2,}}[A-Za-z]?(?![^\W\d_{CJK}])|{_LETTER}+{_JOINED}{_LETTER}+)*")
_CJK_CHARACTER = re.compile(f"[{CJK}]")
_POSSESSIVE = re.compile(r"(?<=\w)'[sS]$")
_GROUPED = re.compile(r"[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]+)?")
_DOTTED = re.compile(r"(?:[A-Za-z]\.)+[A-Za-z]?")


def word_pattern(folded: str) -> re.Pattern[str]:
    """The pattern that finds the words of a folded text; the one for ASCII is twice as fast."""
    return ASCII_WORD if folded.isascii() else ANY_WORD


def is_cjk(character: str) -> bool:
    """Is it a character that forms a word of its own?"""
    return _CJK_CHARACTER.match(character) is not None


def normal_word(word: str) -> str:
    """A word as it is compared, case kept: `DeepSeek's` -> DeepSeek, `U.S.` -> US, `1,000` -> 1000."""
    if word.isalnum():
        return word
    word = _POSSESSIVE.sub("", word)
    if _DOTTED.fullmatch(word):
        return word.replace(".", "")
    if _GROUPED.fullmatch(word):
        return word.replace(",", "")
    return word


_LONGEST_REMEMBERED = 100_000


def raw_words(text: str) -> list[str]:
    """The words of a text, folded, as they stand there; one per CJK character. To be read only.

    Several rooms ask for those of one article one after the other, so the last few texts are remembered.
    """
    return _remembered(text) if len(text) <= _LONGEST_REMEMBERED else _found(text)


def _found(text: str) -> list[str]:
    folded = fold(text).text
    return word_pattern(folded).findall(folded)


_remembered = lru_cache(maxsize=8)(_found)


def words(text: str) -> list[str]:
    """The folded words of any text in lower case, for fingerprints and similarity; one per CJK character."""
    return [word.lower() if word.isalnum() else normal_word(word).lower() for word in raw_words(text)]
