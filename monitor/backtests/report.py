"""A backtest as HTML, as JSON, and in the words that all of its forms share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any

from jinja2 import Environment, PackageLoader, StrictUndefined, Template

from monitor.backtests.chart import columns
from monitor.backtests.tally import RuleTally, Sample, Tally
from monitor.model import Novelty, Problem

WORDS = {Novelty.NEW: "new", Novelty.UPDATE: "update", Novelty.FOLD: "told again", Novelty.RECAP: "recap"}


@dataclass(frozen=True, slots=True)
class Report:
    """What a backtest found. `account` says in a line what was read, `notes` what one should know about it.

    `problems` are the warnings that only past articles can give.
    """

    names: tuple[str, ...]
    account: str
    notes: tuple[str, ...]
    tally: Tally
    problems: tuple[Problem, ...] = ()


def bounds(rule: RuleTally) -> str:
    """What was expected of a rule, and whether it came: `1..12: as expected`; empty where nothing was."""
    least, most = rule.asked.least, rule.asked.most
    if least is None and most is None:
        return ""
    return f"{'' if least is None else least}..{'' if most is None else most}: {rule.expectation}"


def rate(per_week: float) -> str:
    """Stories a week: `12.3`, `0.25`, `0`."""
    if not per_week:
        return "0"
    return f"{per_week:.1f}" if per_week >= 1 else f"{per_week:.2f}"


def as_html(report: Report) -> str:
    """One page without anything from outside; what articles say is shown as text."""
    return _template().render(
        names=report.names,
        account=report.account,
        notes=(*report.notes, *map(str, report.problems)),
        tally=report.tally,
        columns=columns,
        words=WORDS,
        bounds=bounds,
        rate=rate,
    )


def as_data(report: Report) -> dict[str, Any]:
    """For programs; dates in ISO 8601, days without a story left out."""
    tally = report.tally
    return {
        "watchlists": list(report.names),
        "account": report.account,
        "notes": list(report.notes),
        "problems": [asdict(problem) for problem in report.problems],
        "first": tally.span.first.isoformat(),
        "last": tally.span.last.isoformat(),
        "stories": tally.stories,
        "told": tally.told,
        "days": _days(tally),
        "rules": [_rule(rule) for rule in tally.rules],
    }


def _rule(rule: RuleTally) -> dict[str, Any]:
    return {
        "watchlist": rule.asked.watchlist,
        "rule": rule.asked.rule,
        "articles": rule.articles,
        "stories": rule.stories,
        "told": rule.told,
        "novelty": {novelty.value: number for novelty, number in rule.novelties.items()},
        "per_week": round(rule.per_week, 2),
        "busiest_week": rule.busiest,
        "expected": [rule.asked.least, rule.asked.most],
        "expectation": rule.expectation.value,
        "days": _days(rule),
        "values": [[count.slot, count.value, count.stories] for count in rule.values],
        "samples": [_sample(sample) for sample in rule.samples],
    }


def _days(counted: Tally | RuleTally) -> dict[str, int]:
    return {day.isoformat(): count for day, count in counted.days.items() if count}


def _sample(sample: Sample) -> dict[str, Any]:
    return {
        "day": sample.day.isoformat(),
        "headline": sample.headline,
        "publisher": sample.publisher,
        "title": sample.title,
        "novelty": sample.novelty.value,
        "text": "".join(piece for piece, _ in sample.pieces),
        "evidence": [piece for piece, marked in sample.pieces if marked],
    }


def values_line(rule: RuleTally, most: int = 8) -> Sequence[str]:
    """The commonest values of each slot: `place: Italy 3, Malta 1, 4 more`."""
    slots: dict[str, list[str]] = {}
    for count in rule.values:
        slots.setdefault(count.slot, []).append(f"{count.value} {count.stories}")
    return [
        f"{slot}: {', '.join((*counted[:most], *([f'{len(counted) - most} more'] if len(counted) > most else [])))}"
        for slot, counted in slots.items()
    ]


@cache
def _template() -> Template:
    environment = Environment(
        loader=PackageLoader("monitor.backtests"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    return environment.get_template("backtest.html")
