"""`monitor terms`: a list with its spellings, and what each of them matches in articles."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from itertools import groupby
from pathlib import Path

from rich.table import Table
from rich.text import Text

from monitor.commands._rules import DEFAULT_CONFIG, load_configured
from monitor.commands.backtest import open_history
from monitor.errors import RuleError
from monitor.query.lists import TermList
from monitor.query.sightings import Sighting, sightings
from monitor.terminal import console, count, harmless, say, working
from monitor.watchlist.nouns import Loaded
from monitor.watchlist.page import did_you_mean

_MOST_FORMS = 6


def terms(
    name: str, rules: Sequence[Path], on: Sequence[Path], since: str | None, config: Path | None, *, as_json: bool
) -> int:
    """Print the list `name` (`place`, `@place`, or `bans/place` for a list of one file) with its spellings; with `on`
    or `since` also what each matched there, and those that were never seen.

    Raises RuleError, SourceError, ConfigError or StoreError.
    """
    found = _called(load_configured(rules, config), name.removeprefix("@"))
    if not on and since is None:
        say(json.dumps(_spelled(found), indent=2)) if as_json else _print_list(found)
        return 0
    with open_history(on, since, config or DEFAULT_CONFIG) as history, working("looking for the spellings"):
        seen = sightings(found, (moment.article for moment in history.moments()))
    if as_json:
        say(json.dumps([_as_json(sighting) for sighting in seen], indent=2))
    else:
        _print_sightings(found, seen, history.total)
    return 0


def _called(loaded: Loaded, name: str) -> TermList:
    """The list that is meant. A list of a file is not the shared one of that name: then both must be told apart."""
    lists = [(f"terms/{each.name}", each) for each in loaded.shared]
    lists += [(f"{watchlist.name}/{each.name}", each) for watchlist in loaded.watchlists for each in watchlist.lists]
    found = [(path, each) for path, each in lists if name in (path, each.name)]
    if len(found) == 1:
        return found[0][1]
    if found:
        raise RuleError(f"there are several lists {name}: say {' or '.join(path for path, _ in found)}")
    hint = did_you_mean(name, [*(each.name for _, each in lists), *(path for path, _ in lists)])
    raise RuleError(f"there is no sound list {name}{f'; {hint}' if hint else ''}")


def _spelled(found: TermList) -> list[dict[str, object]]:
    return [{"name": name, "spelling": spelling.text} for name, spellings in found.names for spelling in spellings]


def _as_json(sighting: Sighting) -> dict[str, object]:
    return {
        "name": sighting.name,
        "spelling": sighting.spelling,
        "articles": sighting.articles,
        "mentions": sighting.mentions,
        "forms": dict(sighting.forms.most_common()),
    }


def _print_list(found: TermList) -> None:
    for line in _by_name([(name, spelling.text) for name, spellings in found.names for spelling in spellings]):
        say(line)
    say()
    say(f"{count(len(found.names), 'name')}, {count(sum(len(each) for _, each in found.names), 'spelling')}")


def _by_name(pairs: Sequence[tuple[str, str]]) -> Iterator[str]:
    """A line for each name with its spellings; of a list without names one line for all."""
    if all(name == spelling for name, spelling in pairs):
        yield ", ".join(spelling for _, spelling in pairs)
        return
    for name, group in groupby(pairs, key=lambda pair: pair[0]):
        yield f"{name}: {', '.join(spelling for _, spelling in group)}"


def _print_sightings(found: TermList, seen: Sequence[Sighting], articles: int) -> None:
    table = Table("name", "spelling", "articles", "mentions", "as printed")
    for name, group in groupby(seen, key=lambda sighting: sighting.name):
        for at, sighting in enumerate(each for each in group if each.mentions):
            cells = (
                name if not at else "",
                sighting.spelling,
                str(sighting.articles),
                str(sighting.mentions),
                _forms(sighting),
            )
            table.add_row(*(Text(harmless(cell)) for cell in cells))
    if table.row_count:
        console().print(table)
    never = [sighting for sighting in seen if not sighting.mentions]
    if never:
        say("never seen:")
        for line in _by_name([(sighting.name, sighting.spelling) for sighting in never]):
            say(f"  {line}")
    say(f"{count(len(seen), 'spelling')} of @{found.name} in {count(articles, 'article')}, {len(never)} never seen")


def _forms(sighting: Sighting) -> str:
    shown = [f"{form} {number}" for form, number in sighting.forms.most_common(_MOST_FORMS)]
    more = len(sighting.forms) - len(shown)
    return ", ".join(shown) + (f", {more} more" if more > 0 else "")
