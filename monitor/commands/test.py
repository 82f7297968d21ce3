"""`monitor test`: the cases in rule files, and for each that fails the clause that decided."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from monitor.commands._rules import load_configured
from monitor.errors import RuleError
from monitor.query.engine import Engine
from monitor.query.explain import Explainer
from monitor.terminal import complain, count, say
from monitor.watchlist.cases import CaseOutcome, CaseResult, run_cases
from monitor.watchlist.junit import Suite, junit
from monitor.watchlist.nouns import Loaded, Watchlist
from monitor.watchlist.verdicts import as_json as result_as_json
from monitor.watchlist.verdicts import reasons


def test(paths: Sequence[Path], config: Path | None, report: Path | None, *, as_json: bool) -> int:
    """Run the cases of the rule files at `paths` (none: those of the configuration); `report` is a file for JUnit.

    1 if a case fails, if a rule is broken, or if a known gap has closed. Raises RuleError, ConfigError.
    """
    loaded = load_configured(paths, config)
    for problem in loaded.errors:
        complain(f"this rule is left out: {problem}")
    engine = Engine(loaded.rules)
    suites = list(_run(loaded, engine))
    if report is not None:
        _write(report, junit(suites))
    _print_json(loaded, suites, Explainer(engine)) if as_json else _print_text(suites)
    return int(bool(loaded.errors) or not all(result.ok for suite in suites for result, _ in suite.results))


def _run(loaded: Loaded, engine: Engine) -> Iterator[Suite]:
    explainer = Explainer(engine)
    for watchlist in loaded.watchlists:
        rules = {rule.id: rule for rule in watchlist.rules}
        results = run_cases(watchlist, engine.within(watchlist.name))
        told = [
            (result, reasons(result, rule, explainer) if (rule := rules.get(result.case.rule)) else ())
            for result in results
        ]
        yield Suite(watchlist, [*told, *_timelines(loaded, watchlist, engine)])


def _timelines(loaded: Loaded, watchlist: Watchlist, engine: Engine) -> Iterable[tuple[CaseResult, Sequence[str]]]:
    """Imported late: with the whole journey it takes several times as long to load as to run the cases."""
    if not any(notes.timeline for notes in watchlist.notes):
        return ()
    from monitor.backtests.timelines import run_timelines
    from monitor.rehearsals import replaying
    from monitor.rulebook.timings import timing_of
    from monitor.stories.freshness import NoveltySettings

    timing = timing_of(loaded)
    return run_timelines(
        watchlist, lambda clock, witness: replaying(engine, clock, NoveltySettings(), witness, timing=timing)
    )


def _print_text(suites: Sequence[Suite]) -> None:
    for suite in suites:
        for result, why in suite.results:
            if result.outcome is not CaseOutcome.PASSED:
                _print_result(suite.watchlist, result, why)
    every = [result for suite in suites for result, _ in suite.results]
    gaps = sum(result.outcome is CaseOutcome.KNOWN_GAP for result in every)
    failed = sum(not result.ok for result in every)
    known = count(gaps, "known gap")
    passed = f"{len(every) - gaps - failed} passed, {failed} failed"
    say(f"{count(len(every), 'case')}: {passed}{f', {known}' if gaps else ''}")


def _print_result(watchlist: Watchlist, result: CaseResult, why: Sequence[str]) -> None:
    case = result.case
    say(f"{watchlist.file}:{case.line}:{case.column}: {case.kind.value} case of {case.rule}: {result.outcome}")
    for text in filter(None, (case.title, case.text)):
        say(f"    | {' '.join(text.split())}")
    for line in why:
        say(f"    {line}")
    say()


def _print_json(loaded: Loaded, suites: Sequence[Suite], explainer: Explainer) -> None:
    rules = {(rule.watchlist, rule.id): rule for rule in loaded.rules}
    found = [
        result_as_json(
            suite.watchlist.name,
            suite.watchlist.file,
            result,
            rules.get((suite.watchlist.name, result.case.rule)),
            explainer,
        )
        for suite in suites
        for result, _ in suite.results
    ]
    say(json.dumps(found, indent=2))


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        raise RuleError(f"{path}: the report cannot be written: {error.strerror}") from None
