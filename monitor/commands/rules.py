"""`monitor rules`: how each rule does, and which want attention."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import timedelta
from pathlib import Path

from rich.table import Table
from rich.text import Text

from monitor.app import look, utc_now
from monitor.backtests.housekeeping import Attention, Kept, Known, Struck, house
from monitor.backtests.matching import Moment
from monitor.commands._rules import DEFAULT_CONFIG, load_configured
from monitor.commands.backtest import open_history, progress, span_of
from monitor.model import Article
from monitor.query.engine import Engine
from monitor.query.lists import TermList
from monitor.query.sightings import sightings
from monitor.settings import Settings, load_config
from monitor.terminal import console, count, harmless, say
from monitor.watchlist.nouns import Loaded

_MOST_TITLES, _MOST_SPELLINGS = 3, 12
_COLUMNS = ("rule", "a week", "last match", "right", "cases", "owner", "review", "struck out", "attention")
_NUMBERS = {_COLUMNS.index(name) for name in ("a week", "right", "cases", "struck out")}
_LAST = len(_COLUMNS) - 1


def rules(
    paths: Sequence[Path], since: str, on: Sequence[Path], config: Path | None, *, as_json: bool, as_markdown: bool
) -> int:
    """Print for each rule what it told a week since `since` (a span such as 28d), how it was judged, its cases, its
    owner and day of review, what its exclusions struck out, and which spellings were never seen.

    Exclusions and spellings are tried on the articles at `on`, without them on the archive of that span; where there is
    neither they are left out. 0; raises RuleError, SourceError, ConfigError or StoreError.
    """
    span = span_of(since)
    loaded = load_configured(paths, config)
    settings = load_config(config or DEFAULT_CONFIG).settings if (config or DEFAULT_CONFIG).exists() else None
    stored = settings is not None and settings.store.path.exists()
    struck: Mapping[tuple[str, str], Struck] | None = None
    unseen: dict[str, list[str]] | None = None
    if on or stored:
        with (
            open_history(on, None if on else since, config or DEFAULT_CONFIG) as history,
            progress("looking back", history.total) as done,
        ):
            struck, unseen = _looked_back(loaded, history.moments(), done)
    kept = house(loaded, _known(settings if stored else None, span, struck), utc_now().date())
    if as_json:
        say(json.dumps({"rules": [_data(each) for each in kept], "unseen": unseen}, indent=2))
    elif as_markdown:
        say("\n".join(_markdown(kept, unseen, since)))
    else:
        _print(kept, unseen)
    return 0


def _known(settings: Settings | None, span: timedelta, struck: Mapping[tuple[str, str], Struck] | None) -> Known:
    if settings is None:
        return Known(span, struck=struck)
    store = look(settings)
    try:
        return Known(span, store.rule_activity(utc_now() - span), store.rule_records(), struck)
    finally:
        store.close()


def _looked_back(
    loaded: Loaded, moments: Iterable[Moment], done: Callable[[], None]
) -> tuple[dict[tuple[str, str], Struck], dict[str, list[str]]]:
    """In how many articles the `except` of each rule struck something out; by list, the spellings that none has."""
    engine = Engine(rule for rule in loaded.rules if rule.except_ is not None)
    found: defaultdict[tuple[str, str], list[str]] = defaultdict(list)

    def articles() -> Iterator[Article]:
        for moment in moments:
            engine.struck.clear()
            engine.match(moment.article)
            for name in engine.struck:
                found[name].append(moment.article.title)
            yield moment.article
            done()

    unseen = _unseen(loaded, articles())
    return {name: Struck(len(titles), tuple(titles[:_MOST_TITLES])) for name, titles in found.items()}, unseen


def _unseen(loaded: Loaded, articles: Iterable[Article]) -> dict[str, list[str]]:
    """By list, the spellings that stand in no article; all lists are looked for at once."""
    lists = [(f"terms/{each.name}", each) for each in loaded.shared]
    lists += [(f"{watchlist.name}/{each.name}", each) for watchlist in loaded.watchlists for each in watchlist.lists]
    every = TermList("every", tuple((place, spelled) for place, each in lists for _, spelled in each.names))
    found: dict[str, list[str]] = {place: [] for place, _ in lists}
    for sighting in sightings(every, articles):
        if not sighting.articles:
            found[sighting.name].append(sighting.spelling)
    return found


def _print(kept: Sequence[Kept], unseen: Mapping[str, Sequence[str]] | None) -> None:
    rows = [_cells(each) for each in kept]
    told = _telling(rows)
    table = Table(*(_COLUMNS[number] for number in told))
    table.columns[0].overflow = "fold"
    for at, number in enumerate(told):
        if number in _NUMBERS:
            table.columns[at].justify = "right"
    for each, cells in zip(kept, rows, strict=True):
        style = "" if not each.attention else "bold red" if Attention.BROKEN in each.attention else "bold"
        texts = [Text(harmless(cells[number]), style=style if number == _LAST else "") for number in told]
        table.add_row(*texts)
    console().print(table)
    wanting = sum(bool(each.attention) for each in kept)
    owners = sorted({each.owner for each in kept})
    owned = f"; all of {harmless(owners[0])}" if len(owners) == 1 and owners[0] else ""
    say(f"{count(len(kept), 'rule')}, {wanting} that want attention{owned}")
    for place, spellings in (unseen or {}).items():
        if spellings:
            say(f"never seen in {place}: {_some(spellings)}")


def _telling(rows: Sequence[tuple[str, ...]]) -> list[int]:
    """The columns that tell something: none that is empty for every rule, nor the owner where all rules have one.

    A terminal of 80 columns has no room for the others.
    """
    owner = _COLUMNS.index("owner")
    values = {number: {row[number] for row in rows} for number in range(len(_COLUMNS))}
    return [n for n in values if values[n] != {""} and not (n == owner and len(values[n]) == 1)]


def _cells(kept: Kept) -> tuple[str, ...]:
    record = kept.record
    right = f"{record.precision:.0%} of {record.judged}" if record and record.precision is not None else ""
    return (
        f"{kept.watchlist}/{kept.rule}",
        "" if kept.per_week is None else f"{kept.per_week:.1f}",
        f"{kept.last:%Y-%m-%d}" if kept.last else "" if kept.per_week is None else "never",
        right,
        str(kept.cases),
        kept.owner,
        kept.review.isoformat() if kept.review else "",
        str(kept.struck.articles) if kept.struck and kept.struck.articles else "",
        ", ".join(reason.value for reason in kept.attention),
    )


def _markdown(kept: Sequence[Kept], unseen: Mapping[str, Sequence[str]] | None, since: str) -> Iterator[str]:
    yield f"# Rules, the last {since}"
    yield ""
    yield f"| {' | '.join(_COLUMNS)} |"
    yield "|---|--:|---|--:|--:|---|---|--:|---|"
    for each in kept:
        yield f"| {' | '.join(_escaped(cell) for cell in _cells(each))} |"
    suppressed = [each for each in kept if each.struck and each.struck.articles]
    if suppressed:
        yield from ("", "## What exclusions struck out", "")
    for each in suppressed:
        assert each.struck is not None
        titles = "; ".join(f"“{_escaped(title)}”" for title in each.struck.titles)
        yield f"- `{each.watchlist}/{each.rule}`: {count(each.struck.articles, 'article')}, such as {titles}"
    dead = {place: spellings for place, spellings in (unseen or {}).items() if spellings}
    if dead:
        yield from ("", "## Spellings that were never seen", "")
    for place, spellings in dead.items():
        yield f"- `{place}` ({len(spellings)}): {_escaped(_some(spellings))}"


def _some(spellings: Sequence[str]) -> str:
    rest = len(spellings) - _MOST_SPELLINGS
    shown = ", ".join(spellings[:_MOST_SPELLINGS])
    return f"{shown} and {rest} more (`monitor terms`)" if rest > 0 else shown


def _escaped(text: str) -> str:
    """Text that is text in Markdown too: titles come from feeds."""
    line = " ".join(text.split())
    return "".join(f"\\{sign}" if sign in "\\|`*_[]<>#" else sign for sign in line)


def _data(kept: Kept) -> dict[str, object]:
    record = kept.record
    return {
        "watchlist": kept.watchlist,
        "rule": kept.rule,
        "owner": kept.owner,
        "review": kept.review.isoformat() if kept.review else None,
        "cases": kept.cases,
        "per_week": None if kept.per_week is None else round(kept.per_week, 2),
        "last": kept.last.isoformat() if kept.last else None,
        "judged": record.judged if record else 0,
        "precision": record.precision if record else None,
        "struck": {"articles": kept.struck.articles, "titles": kept.struck.titles} if kept.struck else None,
        "attention": [reason.value for reason in kept.attention],
    }
