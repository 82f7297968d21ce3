"""The normalisation that rules and articles share, with a way back to the original characters.

NFKC; accents dropped from Latin, Greek and Cyrillic letters; soft hyphens, zero-width characters and bidi controls
dropped; typographic quotes and dashes made plain; Latin look-alikes of other alphabets inside a Latin word made Latin
(case 53). Letter case stays: the strictness of a term depends on it. Sentence punctuation of Chinese stays as it is.
"""

from __future__ import annotations

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Sequence
from dataclasses import dataclass

_NON_ASCII = re.compile(r"[^\x00-\x7f]+")
_IGNORED = "\u00ad\u180e\u200b-\u200d\u2060-\u2064\ufeff"
_CLUSTER = re.compile(rf"[\u1100-\u115f][\u1160-\u11ff{_IGNORED}]*|.[\u0300-\u036f\u3099\u309a{_IGNORED}]*", re.DOTALL)
_DROPPED = re.compile(f"[{_IGNORED}]")
_KEPT = frozenset("！？；：，（）")
_PLAIN = {
    **dict.fromkeys("‘’‚‛′ʼʹ＇`´", "'"),
    **dict.fromkeys("“”„‟″«»＂", '"'),
    **dict.fromkeys("‐‑‒–−﹣－", "-"),
    **dict.fromkeys("™®©℠", " "),
    "…": ".",
    "ß": "ss",
    "ẞ": "SS",
    "æ": "ae",
    "Æ": "AE",
    "œ": "oe",
    "Œ": "OE",
    "ø": "o",
    "Ø": "O",
    "đ": "d",
    "Đ": "D",
    "ð": "d",
    "Ð": "D",
    "ł": "l",
    "Ł": "L",
    "ı": "i",
    "þ": "th",
    "Þ": "Th",
}
_LOOK_ALIKES = str.maketrans(
    "аеорсухіјѕԁһԛԝАВЕКМНОРСТХІЈЅαοΑΒΕΖΗΙΚΜΝΟΡΤΥΧ", "aeopcyxijsdhqwABEKMHOPCTXIJSaoABEZHIKMNOPTYX"
)
_LAST_EUROPEAN = 0x058F


@dataclass(frozen=True, slots=True)
class Folded:
    """Folded text; `offsets[i]` is the original offset of folded character i (None: the same), with one entry more."""

    text: str
    length: int
    offsets: Sequence[int] | None = None

    def original(self, start: int, end: int) -> tuple[int, int]:
        """The original half-open range of a folded one; characters dropped in its middle are within."""
        if self.offsets is None or start >= end:
            return start, end
        last = self.offsets[end - 1]
        following = bisect_right(self.offsets, last, lo=end)
        stop = self.offsets[end] if following == end else self.offsets[following]
        return self.offsets[start], stop


class _Table(dict[int, str]):
    """Code point to folded string, computed at first sight. `irregular` collects those whose length changes."""

    def __init__(self) -> None:
        super().__init__()
        self.irregular: set[str] = set()

    def __missing__(self, code: int) -> str:
        character = chr(code)
        folded = _fold_character(character)
        if len(folded) != 1 or 0x300 <= code <= 0x36F:
            self.irregular.add(character)
        self[code] = folded
        return folded


def _fold_character(character: str) -> str:
    if character in _PLAIN:
        return _PLAIN[character]
    if character in _KEPT:
        return character
    category = unicodedata.category(character)
    if category == "Cf" or "\ufe00" <= character <= "\ufe0f":
        return ""
    if category == "Cs":
        return "\ufffd"
    if category == "Zs":
        return " "
    decomposed = unicodedata.normalize("NFKD", character)
    if ord(decomposed[0]) <= _LAST_EUROPEAN:
        return "".join(_PLAIN.get(c, c) for c in decomposed if unicodedata.category(c) != "Mn")
    return unicodedata.normalize("NFKC", character)


_TABLE = _Table()
_COMBINED = re.compile(r"[\u0300-\u036f\u1100-\u11ff\u3099\u309a]")


def fold(text: str) -> Folded:
    """Fold a text. ASCII text is returned as it is; most other text keeps its offsets too."""
    if text.isascii():
        return Folded(text, len(text))
    irregular = False

    def fold_run(found: re.Match[str]) -> str:
        nonlocal irregular
        run = _latin(found)
        folded = run.translate(_TABLE)
        if not irregular and not _TABLE.irregular.isdisjoint(run):
            irregular = True
        return folded

    folded = _NON_ASCII.sub(fold_run, text)
    if irregular or _COMBINED.search(text):
        return _fold_slowly(text)
    return Folded(folded, len(text))


def _latin(run: re.Match[str]) -> str:
    """The run itself, or its Latin twins where it stands inside a Latin word and looks like one."""
    letters = run[0]
    if not "\u0370" <= letters[0] <= "\u052f":
        return letters
    text, start, end = run.string, run.start(), run.end()
    touches = (start and text[start - 1].isalpha()) or (end < len(text) and text[end].isalpha())
    twins = letters.translate(_LOOK_ALIKES)
    return twins if touches and twins.isascii() else letters


def _fold_slowly(text: str) -> Folded:
    """The same, cluster by cluster, where characters vanish, multiply or combine."""
    text_of_latin = _NON_ASCII.sub(_latin, text)
    pieces: list[str] = []
    offsets: list[int] = []
    for cluster in _CLUSTER.finditer(text_of_latin):
        whole = cluster[0]
        piece = whole
        if not whole.isascii():
            piece = unicodedata.normalize("NFC", _DROPPED.sub("", whole)).translate(_TABLE)
        pieces.append(piece)
        offsets.extend([cluster.start()] * len(piece))
    offsets.append(len(text))
    return Folded("".join(pieces), len(text), offsets)
