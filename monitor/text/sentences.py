"""Sentences and paragraphs by rule, English and Chinese. A newline ends a paragraph, and so a sentence."""

from __future__ import annotations

import re

_END = re.compile(r"""(?:[.!?]+["')\]”’»]*(?=\s)|[。！？]+[”’」』）"')]*|\n)\s*""")
_LAST_WORD = re.compile(r"[\w.&'’-]*$")
_NEXT_WORD = re.compile(r"[\"'(\[“‘«]*([\w'’-]+)")
_ACRONYM = re.compile(r"(?:[a-z]\.)+[a-z]")
_NEVER_LAST = frozenset(
    """mr mrs ms dr prof st sen sens rep reps gov govs gen gens lt col sgt capt cmdr adm rev hon pres vs no nos fig
    vol art sec ch al cf approx est jan feb mar apr jun jul aug sep sept oct nov dec mon tue wed thu fri sat sun ft mt
    e.g i.e viz""".split()
)
_SELDOM_LAST = frozenset("inc corp co ltd llc plc bros jr sr etc ph.d m.d a.m p.m dept univ assn".split())
_STARTERS = frozenset(
    """the a an it its he she they we you i this that these those there here in on at by for from with after before
    since but and or so yet if when while as although however meanwhile moreover last next both some many most no not
    one two what why how who where according under despite his her their our my""".split()
)


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Half-open character ranges of the sentences, in order, white space at the ends left out."""
    spans: list[tuple[int, int]] = []
    start = 0
    for mark in _END.finditer(text):
        if mark[0][0] == "." and not _ends(text, mark, start):
            continue
        _append(spans, text, start, mark.end())
        start = mark.end()
    _append(spans, text, start, len(text))
    return spans


def sentence_ends(text: str, end: int, start: int) -> bool:
    """Does a sentence end between two words, the one before `end` and the one from `start` on?

    The same as `sentence_spans` says, read from the place alone: `text` may be cut out of a longer one, with the two
    words and what hangs on them (up to a space) whole. The stops that belong to the first word (U.S.) count too.
    """
    while end and text[end - 1] in ".!?":
        end -= 1
    for mark in _END.finditer(text, end):
        if mark.start() >= start:
            break
        if mark[0][0] != "." or _ends(text, mark, 0):
            return True
    return False


def paragraph_spans(text: str) -> list[tuple[int, int]]:
    """Half-open character ranges of the lines that hold more than white space."""
    spans: list[tuple[int, int]] = []
    start = 0
    for line in text.split("\n"):
        _append(spans, text, start, start + len(line))
        start += len(line) + 1
    return spans


def _append(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    while start < end and text[start].isspace():
        start += 1
    while end > start and text[end - 1].isspace():
        end -= 1
    if start < end:
        spans.append((start, end))


def _ends(text: str, mark: re.Match[str], start: int) -> bool:
    """Does this full stop end a sentence? Not after an abbreviation, nor before a word in lower case."""
    if "\n" in mark[0]:
        return True
    following = _NEXT_WORD.match(text, mark.end())
    if following is None:
        return True
    word = following[1]
    if word[0].islower() and not _is_name_like(word):
        return False
    if mark[0].startswith(".."):
        return True
    found = _LAST_WORD.search(text, max(start, mark.start() - 24), mark.start())
    before = found[0].lower().lstrip("'’-") if found else ""
    if before in _NEVER_LAST:
        return False
    acronym = (len(before) == 1 and before.isalpha()) or _ACRONYM.fullmatch(before)
    if acronym and len(before) == 1:
        return before == "i" and word.lower() in _STARTERS
    if acronym or before in _SELDOM_LAST:
        return word.lower() in _STARTERS
    return True


def _is_name_like(word: str) -> bool:
    """xAI, iPhone, o1: names that begin in lower case may begin a sentence."""
    return any(c.isupper() or c.isdigit() for c in word[1:])
