"""`monitor diff`: what an edit of rules does to the inbox."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from rich.table import Table
from rich.text import Text

from monitor.backtests.compare import Changed, ChangedCase, Comparison, Volume, compare, paired, unpaired
from monitor.backtests.trial import Trial
from monitor.commands.backtest import INTERRUPTED, attempt, open_history
from monitor.rulebook.load import load_texts
from monitor.rulebook.revisions import rules_at
from monitor.terminal import at_most, complain, console, count, say

SHOWN = 20
"""Matches and cases that are shown; JSON has all of them."""


def diff(
    old: str,
    new: str,
    on: Sequence[Path],
    since: str | None,
    config: Path,
    *,
    as_json: bool = False,
    processes: int | None = None,
) -> int:
    """Compare two sets of rules (paths, or `REVISION:PATH` of git) by what they make of one history.

    1 if a case that was well fails with the new rules; 130 after Ctrl-C. Raises RuleError, SourceError, ConfigError or
    StoreError.
    """
    texts = {place: rules_at(place) for place in (old, new)}
    loaded = {place: load_texts(each) for place, each in texts.items()}
    loaded[new] = paired(loaded[old], loaded[new])
    for place, each in loaded.items():
        for problem in each.errors:
            complain(f"left out of {place}: {problem}")
    trials: list[Trial] = []
    with open_history(on, since, config) as history:
        for place in (old, new):
            trials.append(attempt(texts[place], history, place, processes))
            if trials[-1].interrupted:
                return INTERRUPTED
    before, after = trials
    if before.span is None or after.span is None:
        complain("there is no article to compare the rules on")
        return 0
    found, alone = compare(loaded[old], loaded[new], before, after), unpaired(loaded[old], loaded[new])
    if as_json:
        say(json.dumps(_as_data(found, alone), indent=2))
    else:
        _print(found, before, [*history.notes, *_lonely((old, new), alone)])
    return int(any(case.fails for case in found.cases))


def _print(found: Comparison, trial: Trial, notes: Sequence[str]) -> None:
    assert trial.span is not None
    say(f"{count(trial.read, 'article')} from {trial.span.first} to {trial.span.last}")
    for note in notes:
        say(note)
    say(f"stories told in a week: {found.before:.2f} before, {found.after:.2f} after\n")
    changed = [volume for volume in found.volumes if volume.before != volume.after]
    if changed:
        console().print(_table(changed))
    _print_matches("gained", "+", found.gained)
    _print_matches("lost", "-", found.lost)
    _print_cases(found.cases)


def _lonely(places: tuple[str, str], alone: tuple[Sequence[str], Sequence[str]]) -> Iterator[str]:
    """Said plainly, because all that such a watchlist tells counts as gained or lost."""
    hint = "; a file that was renamed says was = [...]" if all(alone) else ""
    for place, names in zip(places, alone, strict=True):
        if names:
            yield f"only in {place}, compared with nothing: {', '.join(names)}{hint}"


def _table(volumes: Sequence[Volume]) -> Table:
    table = Table("rule", "a week before", "after")
    table.columns[0].overflow = "fold"
    for volume in volumes:
        numbers = ("no rule" if each is None else f"{each:.2f}" for each in (volume.before, volume.after))
        table.add_row(Text("/".join(volume.rule)), *numbers)
    return table


def _print_matches(word: str, sign: str, found: Sequence[Changed]) -> None:
    told = sum(each.told for each in found)
    say(f"{word}: {len(found)} match{'' if len(found) == 1 else 'es'}, {told} of them told")
    lines = []
    for each in found:
        whence = f"{'/'.join(each.rule)}: {each.title}" + ("" if each.told else " (not told)")
        lines.append(f"{sign} {each.day}  {each.headline}\n              {whence}")
    for line in at_most(lines, SHOWN):
        say(line)


def _print_cases(cases: Sequence[ChangedCase]) -> None:
    fails = sum(case.fails for case in cases)
    say(f"cases: {count(len(cases), 'change')}" + (f", {fails} for the worse" if cases else ""))
    lines = [
        f"{'-' if case.fails else '+'} {'/'.join(case.rule)} ({case.kind}): {case.text}\n"
        f"              before: {case.before}; after: {case.after}"
        for case in cases
    ]
    for line in at_most(lines, SHOWN):
        say(line)


def _as_data(found: Comparison, alone: tuple[Sequence[str], Sequence[str]]) -> dict[str, Any]:
    return {
        "only_old": alone[0],
        "only_new": alone[1],
        "per_week": [round(found.before, 2), round(found.after, 2)],
        "rules": [
            {
                "watchlist": volume.rule[0],
                "rule": volume.rule[1],
                "per_week": [None if each is None else round(each, 2) for each in (volume.before, volume.after)],
            }
            for volume in found.volumes
        ],
        "gained": [_match(each) for each in found.gained],
        "lost": [_match(each) for each in found.lost],
        "cases": [
            {
                "watchlist": case.rule[0],
                "rule": case.rule[1],
                "kind": case.kind.value,
                "text": case.text,
                "before": case.before.value,
                "after": case.after.value,
                "fails": case.fails,
            }
            for case in found.cases
        ],
    }


def _match(each: Changed) -> dict[str, Any]:
    return {
        "watchlist": each.rule[0],
        "rule": each.rule[1],
        "day": each.day.isoformat(),
        "headline": each.headline,
        "publisher": each.publisher,
        "title": each.title,
        "fact": each.fact.as_dict(),
        "told": each.told,
        "evidence": [piece for piece, marked in each.pieces if marked],
    }
