"""Which rules want attention: silent, noisy, imprecise, unproven, due for review (pure)."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum

from monitor.model import RuleActivity, RuleRecord
from monitor.watchlist.nouns import Expect, Loaded, Watchlist

NOISY = 21.0
"""Alerts a week that are a nuisance where the rule does not `expect` another number: three a day."""

FEW_CASES = 3
LEAST_PRECISION = 0.7
ENOUGH_JUDGED = 5
"""Fewer judged alerts than this say nothing of a rule's precision."""


class Attention(StrEnum):
    """Why somebody should look at a rule."""

    BROKEN = "broken"
    SILENT = "silent"
    NOISY = "noisy"
    RARE = "fewer than expected"
    IMPRECISE = "often wrong"
    UNPROVEN = "few cases"
    REVIEW = "review is due"


@dataclass(frozen=True, slots=True)
class Struck:
    """In how many articles an `except` struck something out, with the titles of some."""

    articles: int = 0
    titles: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Kept:
    """One rule as it stands: what it told a week on average, when it last matched (UTC), how it was judged.

    `per_week` is None where there is no store that knows, `struck` where there was no history to try it on.
    """

    watchlist: str
    rule: str
    owner: str
    review: date | None
    cases: int
    per_week: float | None = None
    last: datetime | None = None
    record: RuleRecord | None = None
    struck: Struck | None = None
    attention: tuple[Attention, ...] = ()


@dataclass(frozen=True, slots=True)
class Known:
    """What store and history say of the rules, by watchlist and rule; `told` was counted over `span`.

    `activity` is None where there is no store, `struck` where there is no history.
    """

    span: timedelta
    activity: Mapping[tuple[str, str], RuleActivity] | None = None
    records: Mapping[tuple[str, str], RuleRecord] = field(default_factory=dict)
    struck: Mapping[tuple[str, str], Struck] | None = None


def house(loaded: Loaded, known: Known, today: date) -> list[Kept]:
    """Every rule, broken ones too, in the order of the files."""
    return [kept for watchlist in loaded.watchlists for kept in _of_file(watchlist, known, today)]


def _of_file(watchlist: Watchlist, known: Known, today: date) -> list[Kept]:
    expects = {notes.id: notes.expect for notes in watchlist.notes}
    ids = [*expects, *watchlist.broken]
    return [_kept(watchlist, rule, expects.get(rule), known, today) for rule in ids]


def _kept(watchlist: Watchlist, rule: str, expect: Expect | None, known: Known, today: date) -> Kept:
    name = (watchlist.name, rule)
    active, record = (known.activity or {}).get(name), known.records.get(name)
    cases = sum(case.rule == rule for case in watchlist.cases)
    per_week = None if known.activity is None else (active.told if active else 0) / (known.span / timedelta(days=7))
    due = watchlist.review is not None and watchlist.review <= today
    reasons: Sequence[Attention] = (Attention.BROKEN,)
    if expect is not None:
        reasons = [*_of_volume(per_week, expect), *_of_quality(record, cases)]
    return Kept(
        watchlist=watchlist.name,
        rule=rule,
        owner=watchlist.owner,
        review=watchlist.review,
        cases=cases,
        per_week=per_week,
        last=active.last if active else None,
        record=record,
        struck=known.struck.get(name, Struck()) if known.struck is not None else None,
        attention=(*reasons, *((Attention.REVIEW,) if due else ())),
    )


def _of_volume(per_week: float | None, expect: Expect) -> Iterator[Attention]:
    """Whether a rule tells too little or too much; nothing where nobody knows what it told."""
    if per_week is None:
        return
    if not per_week:
        yield Attention.SILENT
    if per_week > (expect.most if expect.most is not None else NOISY):
        yield Attention.NOISY
    if per_week and expect.least is not None and per_week < expect.least:
        yield Attention.RARE


def _of_quality(record: RuleRecord | None, cases: int) -> Iterator[Attention]:
    if record is not None and record.judged >= ENOUGH_JUDGED and (record.precision or 0.0) < LEAST_PRECISION:
        yield Attention.IMPRECISE
    if cases < FEW_CASES:
        yield Attention.UNPROVEN
