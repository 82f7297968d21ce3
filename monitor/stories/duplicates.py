"""Is a text a copy of a known one: syndicated, cut, lightly edited? Pure, with a reason.

A copy shares its words with the original, and its opening above all. What only shares its end (boilerplate) or its form
(a template filled in for another month, place or company) is no copy: then names and numbers of the opening are
exchanged for others. Where in doubt the answer is no: a copy that is told as an article of its own is folded later, a
piece of news that is taken for a copy is lost.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from heapq import merge
from itertools import groupby, islice
from typing import Protocol

from monitor.stories.signature import KEPT, Signature


class DuplicateReason(StrEnum):
    """Why a text is, or is not, a copy of the nearest known one."""

    SAME_WORDS = "the same words"
    EDITED = "nearly the same words"
    CUT = "a shorter version of the same words"
    NOTHING_NEAR = "no known text shares enough words"
    TOO_SHORT = "too short to tell a copy from a headline alike"
    OTHER_OPENING = "only the end is the same"
    OTHER_NUMBERS = "the same form with other numbers"
    OTHER_NAMES = "the same form with other names"
    OTHER_TITLE = "the same lines under quite another headline"
    SAME_PUBLISHER = "its own publisher does not copy itself with changes"


@dataclass(frozen=True, slots=True)
class DuplicateSettings:
    """What an operator may choose about copies.

    `alike`: the share of runs of four words that two texts have in common; `within`: the share of the shorter one's
    that are in the longer; `opening`: the same of the openings. `least_words` bounds what is judged at all.
    `names_exchanged`: how many capitalised words of the beginning may stand for others (the place line, the agency);
    `own_names_exchanged` the same within one publisher, whose second text of one form is seldom a copy.
    """

    alike: float = 0.6
    within: float = 0.7
    opening: float = 0.5
    least_words: int = 40
    names_exchanged: int = 3
    own_names_exchanged: int = 1


_OTHER_TITLE = 0.3
"""The share of the words of the shorter headline below which two have little in common."""


@dataclass(frozen=True, slots=True)
class Duplication:
    """The answer: `original` is the known article's id, None if the text is no copy; `alike` as in the settings."""

    original: str | None
    reason: DuplicateReason
    alike: float


class SignatureIndex(Protocol):
    """What a store must offer to find copies: put a signature under its bands, find those that share some."""

    def put_signature(self, signature: Signature) -> None: ...

    def candidates(self, bands: Sequence[int]) -> Sequence[Signature]:
        """The signatures that share most bands, at least two where there are two; a few of them, the best first."""
        ...


class MemoryIndex:
    """A `SignatureIndex` for streams that end: in memory, without bounds but those of a band."""

    _A_FEW = 8
    _MOST_IN_A_BAND = 256
    """A run that is in so many texts is boilerplate: its band finds no more."""

    def __init__(self) -> None:
        self._bands: dict[int, list[Signature]] = defaultdict(list)

    def put_signature(self, signature: Signature) -> None:
        for band in signature.bands:
            if len(self._bands[band]) < self._MOST_IN_A_BAND:
                self._bands[band].append(signature)

    def candidates(self, bands: Sequence[int]) -> Sequence[Signature]:
        shared: dict[str, int] = {}
        found: dict[str, Signature] = {}
        for band in bands:
            for signature in self._bands.get(band, ()):
                shared[signature.article] = shared.get(signature.article, 0) + 1
                found[signature.article] = signature
        enough = min(2, len(bands))
        best = sorted((article for article in shared if shared[article] >= enough), key=lambda each: -shared[each])
        return [found[article] for article in best[: self._A_FEW]]


def near_duplicate(
    signature: Signature, candidates: Iterable[Signature], settings: DuplicateSettings | None = None
) -> Duplication:
    """Compare a text with the candidates; the answer is about the most alike of those that it copies, else of all.

    Of equals the first is the original: candidates are expected in the order in which they were found or arrived.
    """
    chosen = settings or DuplicateSettings()
    answers = [_compare(signature, known, chosen) for known in candidates if known.article != signature.article]
    copies = [answer for answer in answers if answer.original is not None]
    return max(copies or answers, key=lambda answer: answer.alike, default=_NOTHING)


_NOTHING = Duplication(None, DuplicateReason.NOTHING_NEAR, 0.0)


def _compare(one: Signature, other: Signature, settings: DuplicateSettings) -> Duplication:
    alike = resemblance(one.sketch, other.sketch)
    within = contained(alike, one.runs, other.runs)
    if _is_other_title(one, other):
        return Duplication(None, DuplicateReason.OTHER_TITLE, alike)
    if one.runs == other.runs and one.sketch == other.sketch and one.numbers == other.numbers and one.runs:
        return Duplication(other.article, DuplicateReason.SAME_WORDS, alike)
    if fault := _fault(one, other, within, settings):
        return Duplication(None, fault, alike)
    reason = DuplicateReason.EDITED if alike >= settings.alike else DuplicateReason.CUT
    return Duplication(other.article, reason, alike)


def _is_other_title(one: Signature, other: Signature) -> bool:
    """Whether two texts that are not known to be of two publishers have quite different headlines.

    A page may show the same lines instead of each article. To lose those would be worse than to tell a copy twice.
    """
    if (one.publisher and other.publisher and one.publisher != other.publisher) or not (one.title and other.title):
        return False
    return len(one.title & other.title) < _OTHER_TITLE * min(len(one.title), len(other.title))


def _fault(one: Signature, other: Signature, within: float, settings: DuplicateSettings) -> DuplicateReason | None:
    """Why it is no copy, None if it is one."""
    if min(one.words, other.words) < settings.least_words:
        return DuplicateReason.TOO_SHORT
    if within < settings.within:
        return DuplicateReason.NOTHING_NEAR
    openings = resemblance(one.opening, other.opening)
    if contained(openings, one.opening_runs, other.opening_runs) < settings.opening:
        return DuplicateReason.OTHER_OPENING
    if one.numbers - other.numbers and other.numbers - one.numbers:
        return DuplicateReason.OTHER_NUMBERS
    exchanged = min(len(one.names - other.names), len(other.names - one.names))
    if exchanged > settings.names_exchanged:
        return DuplicateReason.OTHER_NAMES
    if one.publisher and one.publisher == other.publisher and exchanged > settings.own_names_exchanged:
        return DuplicateReason.SAME_PUBLISHER
    return None


def resemblance(one: Sequence[int], other: Sequence[int]) -> float:
    """The share of runs that two texts have in common, estimated from the smallest hashes of both together."""
    if not one or not other:
        return 0.0
    together = [len(list(equal)) for _, equal in islice(groupby(merge(one, other)), KEPT)]
    return sum(count == 2 for count in together) / len(together)


def contained(alike: float, runs: int, other_runs: int) -> float:
    """The share of the shorter text's runs that are in the longer, from what they have in common of all."""
    shared = alike / (1 + alike) * (runs + other_runs)
    return min(1.0, shared / max(1, min(runs, other_runs)))
