"""Runs of capitalised words made into names: institutions whole, people without their titles, owner and owned apart."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

_OWNER = re.compile(r"['\u2019]s ")
_TITLE = re.compile(
    r"(?:(?:Vice|Deputy|Former) )?(?:Prime Minister|President|Premier|Chancellor|Minister|Governor|Gov\.|Mayor|Senator"
    r"|Sen\.|Rep\.|Congressman|Congresswoman|Secretary(?:[ -]General)?|Director(?:[ -]General)?|Attorney General"
    r"|General|Admiral|Colonel|Commissioner|Ambassador|Chief Executive(?: Officer)?|CEO|CFO|Chairman|Chairwoman|Chair"
    r"|Professor|Prof\.|Dr\.?|Mr\.?|Mrs\.?|Ms\.?|King|Queen|Prince|Princess|Pope|Judge|Justice|Sheriff) "
)
"""Words that stand before the name of a person and are no part of it."""
_INSTITUTION = re.compile(
    r"(?:^| )(?:Academy|Agency|Association|Authority|Bank|Board|Bureau|Cent(?:er|re)s?|Chamber|Commission|Committee|"
    r"Confederation|Council|Court|Department|Federation|Institute|Ministry|Museum|Office|School|Society|Union|University)$"
)
_OF = re.compile(r" (?:of|for)(?: the)? ")
_AND = re.compile(r" (?:and|&) ")


def whole_names(sentence: str, runs: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """The ranges of the names in a sentence, made of the ranges of its capitalised runs, in order.

    `Department` and `Food` and `Agriculture` are one name where *of* and *and* tie them, *New* before a name is part of
    it, and of `Latvian Prime Minister Ilze Ozola` the adjective and the person are two names.
    """
    for start, end in _joined(sentence, [_with_new(sentence, *run) for run in runs]):
        for cut in _OWNER.finditer(sentence, start, end):
            yield from _untitled(sentence, start, cut.start())
            start = cut.end()
        yield from _untitled(sentence, start, end)


def _with_new(sentence: str, start: int, end: int) -> tuple[int, int]:
    """New York and New Delhi: the engine's slot begins no name with a word that begins so many headlines."""
    return (start - 4 if start >= 4 and sentence[start - 4 : start] == "New " else start), end


def _joined(sentence: str, runs: Sequence[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    at = 0
    while at < len(runs):
        start, end = runs[at]
        tied = False
        while (at := at + 1) < len(runs) and _hangs_on(sentence, start, end, runs[at][0], tied):
            end, tied = runs[at][1], True
        yield start, end


def _hangs_on(sentence: str, start: int, end: int, following: int, tied: bool) -> bool:
    """Does the run that begins at `following` go on with the institution that stands before it?"""
    between = sentence[end:following]
    if _OF.fullmatch(between):
        return _INSTITUTION.search(sentence[start:end]) is not None
    return tied and _AND.fullmatch(between) is not None


def _untitled(sentence: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """A run without the titles in it: what stands before a title, and who bears it."""
    for title in _TITLE.finditer(sentence, start, end):
        if title.start() > start and sentence[title.start() - 1] != " ":
            continue
        if title.start() - 1 > start:
            yield start, title.start() - 1
        start = title.end()
    if start < end:
        yield start, end
