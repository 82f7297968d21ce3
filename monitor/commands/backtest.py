"""`monitor backtest`: what rules would have told of a history of articles."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from pathlib import Path

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn
from rich.table import Table
from rich.text import Text

from monitor.app import look, novelty_of, utc_now
from monitor.backtests.chart import columns, draw
from monitor.backtests.histories import read_corpus
from monitor.backtests.matching import Moment, PackedRules
from monitor.backtests.report import WORDS, Report, as_data, as_html, bounds, rate, values_line
from monitor.backtests.tally import RuleTally, tally
from monitor.backtests.trial import Trial, asked_of, look_back, try_rules, workers
from monitor.errors import ConfigError
from monitor.model import Problem
from monitor.rehearsals import rehearsal
from monitor.rulebook.files import RuleTexts, read_rules
from monitor.rulebook.load import load_texts
from monitor.rulebook.timings import timing_of
from monitor.settings import Settings, load_config
from monitor.settings.duration import parse_duration
from monitor.stories.freshness import NoveltySettings
from monitor.terminal import at_most, complain, console, count, harmless, say
from monitor.watchlist.nouns import Loaded
from monitor.watchlist.past import past_problems
from monitor.watchlist.render import render_problems

INTERRUPTED = 130


@dataclass(frozen=True, slots=True)
class History:
    """Articles in the order in which they came, which can be told more than once; `notes` for whoever reads of them."""

    total: int
    moments: Callable[[], Iterable[Moment]]
    novelty: NoveltySettings
    notes: tuple[str, ...] = field(default=())


def backtest(
    paths: Sequence[Path],
    on: Sequence[Path],
    since: str | None,
    config: Path,
    html: Path | None,
    *,
    as_json: bool = False,
    processes: int | None = None,
) -> int:
    """Try the rules at `paths` (none: those of the configuration) on files (`on`) or on the archive (`since`).

    1 if a rule tells fewer or more stories a week than it expects; 130 after Ctrl-C, with what was counted until then.
    Raises RuleError, SourceError, ConfigError or StoreError.
    """
    texts = read_rules(paths or load_config(config).settings.rules.paths)
    loaded = load_texts(texts)
    for problem in loaded.errors:
        complain(f"this rule is left out: {problem}")
    with open_history(on, since, config) as history:
        trial = attempt(texts, history, "trying the rules", processes)
    if trial.span is None and trial.interrupted:
        return INTERRUPTED
    if trial.span is None:
        complain("there is no article to try the rules on")
        return 0
    report = _report(loaded, history, trial, past_problems(loaded, texts.files, trial.past))
    if html is not None:
        _write(html, as_html(report))
    say(json.dumps(as_data(report), indent=2)) if as_json else _print(report)
    if html is not None and not as_json:
        say(f"\nwritten: {html}")
    return INTERRUPTED if trial.interrupted else int(bool(report.tally.failed))


def look_back_on(paths: Sequence[Path], on: Sequence[Path], since: str | None, config: Path) -> list[Problem]:
    """The warnings about the rules at `paths` (none: those of the configuration) that only past articles can give.

    Raises RuleError, SourceError, ConfigError or StoreError.
    """
    texts = read_rules(paths or load_config(config).settings.rules.paths)
    with (
        open_history(on, since, config) as history,
        workers(PackedRules.of(texts), history.total) as executor,
        progress("looking back", history.total) as done,
    ):
        past = look_back(texts, history.moments(), executor, done)
    return past_problems(load_texts(texts), texts.files, past)


@contextmanager
def open_history(on: Sequence[Path], since: str | None, config: Path) -> Iterator[History]:
    """The history that the command line names: files, or the archive in the store of the configuration.

    Raises ConfigError if it names none or both.
    """
    if bool(on) == (since is not None):
        raise ConfigError("say what to try the rules on: --on FOLDER for files, or --since 30d for the archive")
    if since is None:
        settings = load_config(config).settings if config.exists() else None
        yield _of_files(on, novelty_of(settings) if settings else NoveltySettings())
        return
    span = span_of(since)
    settings = load_config(config).settings
    yield from _of_archive(settings, since, span)


def attempt(texts: RuleTexts, history: History, what: str, processes: int | None) -> Trial:
    """One trial, with a progress bar where there is somebody to see it."""
    build = partial(rehearsal, novelty=history.novelty, timing=timing_of(load_texts(texts)))
    rules = PackedRules.of(texts)
    with workers(rules, history.total, processes) as executor, progress(what, history.total) as done:
        return try_rules(texts, history.moments(), build, executor, done)


def _of_files(paths: Sequence[Path], novelty: NoveltySettings) -> History:
    corpus = read_corpus(paths, utc_now())
    for line in at_most([f"{rejection.origin}: {rejection.reason}" for rejection in corpus.rejections]):
        complain(f"not read: {line}")
    notes = []
    if corpus.undated:
        notes.append(f"{count(corpus.undated, 'article')} without a date: taken with the last one")
    return History(len(corpus.moments), lambda: corpus.moments, novelty, tuple(notes))


def _of_archive(settings: Settings, since: str, span: timedelta) -> Iterator[History]:
    store = look(settings)
    try:
        total, _ = store.archive(start := utc_now() - span)
        note = f"the last {since} of the archive; what was told before that counts as new once more"
        yield History(total, lambda: (Moment(*each) for each in store.archive(start)[1]), novelty_of(settings), (note,))
    finally:
        store.close()


def span_of(since: str) -> timedelta:
    """The span that --since names. Raises ConfigError where it is none."""
    try:
        return parse_duration(since)
    except ValueError as error:
        raise ConfigError(f"--since {since}: {error}") from None


@contextmanager
def progress(what: str, total: int) -> Iterator[Callable[[], None]]:
    """A bar on standard error, where there is somebody to see it; what it gives is called once an article."""
    shown = Console(stderr=True, highlight=False)
    if not shown.is_terminal:
        yield lambda: None
        return
    parts = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*parts, console=shown, transient=True) as bar:
        task = bar.add_task(what, total=total)
        yield lambda: bar.advance(task)


def _report(loaded: Loaded, history: History, trial: Trial, problems: Sequence[Problem]) -> Report:
    assert trial.span is not None
    counted = tally(trial.waiting, asked_of(loaded), trial.span)
    articles = f"{count(trial.read, 'article')} from {trial.span.first} to {trial.span.last}"
    account = f"{articles}: {count(counted.stories, 'story')} matched, {counted.told} told"
    notes = list(history.notes)
    if trial.copies:
        notes.append(f"{count(trial.copies, 'copy')} among the articles")
    if trial.interrupted:
        notes.insert(0, f"interrupted: {trial.read} of {history.total} articles were read")
    names = tuple(watchlist.name for watchlist in loaded.watchlists)
    return Report(names, account, tuple(notes), counted, tuple(problems))


def _print(report: Report) -> None:
    shown = console()
    plain = not _can_show_blocks()
    say(report.account)
    for note in report.notes:
        say(note)
    chart = columns(report.tally.days, shown.width - 8)
    say(f"\nstories told per {chart.unit}")
    for line in draw(chart, shown.width, plain=plain):
        say(line)
    say()
    shown.print(_table(report))
    for rule in report.tally.rules:
        if rule.articles:
            _print_rule(rule)
    if report.problems:
        say(f"\n{render_problems(report.problems)}".rstrip("\n"))


def _table(report: Report) -> Table:
    table = Table("rule", "articles", "stories", "told", "a week", "busiest", "expected")
    table.columns[0].overflow = "fold"
    for column in table.columns[1:6]:
        column.justify = "right"
    for rule in report.tally.rules:
        numbers = (rule.articles, rule.stories, rule.told, rate(rule.per_week), rule.busiest)
        expected = Text(bounds(rule), style="bold red" if rule.expectation.failed else "")
        table.add_row(Text(f"{rule.asked.watchlist}/{rule.asked.rule}"), *map(str, numbers), expected)
    return table


def _print_rule(rule: RuleTally) -> None:
    novelties = ", ".join(f"{rule.novelties[each]} {word}" for each, word in WORDS.items() if rule.novelties[each])
    say(f"\n{rule.asked.watchlist}/{rule.asked.rule}: {novelties}")
    for line in values_line(rule):
        say(f"  {line}")
    for sample in rule.samples:
        say(f"  {sample.day}  {sample.headline}")
        marked = Text("              ")
        for piece, evidence in sample.pieces:
            marked.append(harmless(piece), style="bold" if evidence else "")
        console().print(marked, soft_wrap=True)


def _can_show_blocks() -> bool:
    try:
        "█─└".encode(sys.stdout.encoding or "ascii")
    except UnicodeEncodeError:
        return False
    return True


def _write(path: Path, text: str) -> None:
    try:
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{path}: cannot be written: {error.strerror}") from error
