"""Rule files checked: loaded, and their cases run. What was found of unchanged files is taken from a shelf."""

from __future__ import annotations

import json

from monitor import __version__
from monitor.checked import Checked, problems_of, rows_of
from monitor.model import Problem, RuleVersion
from monitor.query.engine import Engine
from monitor.rulefiles import RuleTexts
from monitor.ruleload import collector_paused, load_texts
from monitor.watchlist.cases import CaseOutcome, case_problem, run_cases
from monitor.watchlist.load import Shelf
from monitor.watchlist.nouns import Loaded, Watchlist
from monitor.watchlist.render import in_order


def check_texts(texts: RuleTexts, shelf: Shelf | None) -> Checked:
    """Load rule files and run their cases; `shelf` keeps over runs what each file was found to be."""
    with collector_paused():
        loaded = load_texts(texts, shelf)
        failed = case_problems(loaded, texts, shelf)
    cases = sum(len(watchlist.cases) for watchlist in loaded.watchlists)
    return Checked(tuple(in_order((*loaded.problems, *failed))), len(loaded.watchlists), len(loaded.rules), cases)


def case_problems(loaded: Loaded, texts: RuleTexts, shelf: Shelf | None) -> list[Problem]:
    """The cases that do not come out as their files say. Why those of a broken rule do not run is told already."""
    keys = {watchlist.name: _key(watchlist, texts) for watchlist in loaded.watchlists}
    known = {name: _known(key, shelf) for name, key in keys.items()}
    unproven = [watchlist for watchlist in loaded.watchlists if known[watchlist.name] is None]
    engine = Engine(rule for watchlist in unproven for rule in watchlist.rules)
    for watchlist in unproven:
        found = known[watchlist.name] = _run(watchlist, engine)
        if shelf is not None:
            shelf.put(keys[watchlist.name], json.dumps(rows_of(found)).encode())
    return [problem for found in known.values() for problem in found or ()]


def _run(watchlist: Watchlist, engine: Engine) -> tuple[Problem, ...]:
    return tuple(
        case_problem(watchlist, result)
        for result in run_cases(watchlist, engine.within(watchlist.name))
        if not result.ok and result.outcome is not CaseOutcome.RULE_BROKEN
    )


def _known(key: str, shelf: Shelf | None) -> tuple[Problem, ...] | None:
    """What came of the cases when they were run on the same texts; None where nobody knows."""
    entry = shelf.get(key) if shelf is not None else None
    try:
        return None if entry is None else problems_of(json.loads(entry))
    except (ValueError, TypeError):
        return None


def _key(watchlist: Watchlist, texts: RuleTexts) -> str:
    """All that the cases of a watchlist depend on."""
    version = RuleVersion(texts.files[watchlist.file], {path: texts.shared[path] for path in watchlist.terms})
    return f"cases\n{watchlist.file}\n{version.digest(__version__)}"
