"""`monitor match`: which rules match which articles, and why; nothing is stored."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from rich.table import Table
from rich.text import Text

from monitor.ingest.read import read_paths
from monitor.model import Article, Evidence, Match, Rejection
from monitor.query.engine import Engine
from monitor.rulebook.files import shipped_rules
from monitor.rulebook.load import load_rules
from monitor.terminal import complain, console, harmless
from monitor.watchlist.nouns import Loaded

DEFAULT_CONFIG = Path("config.toml")


def match(paths: Sequence[Path], rules: Sequence[Path], config: Path | None, *, as_jsonl: bool) -> int:
    """Print the matches of the articles at `paths`. What could not be read is told on standard error, with its reason.

    Returns 0; raises SourceError for a path that is not there, RuleError or ConfigError where rules are missing.
    """
    loaded = _load(rules, config)
    for problem in loaded.errors:
        complain(f"this rule is left out: {problem}")
    engine = Engine(loaded.rules)
    articles = _articles(read_paths(paths, datetime.now(UTC)))
    found = ((article, each) for article in articles for each in engine.match(article))
    _print_jsonl(found) if as_jsonl else _print_table(found)
    return 0


def row(article: Article, found: Match) -> dict[str, Any]:
    """One match as the line of JSON that programs read; positions count characters of the field's text."""
    return {
        "article": article.native_id or article.origin,
        "watchlist": found.watchlist,
        "rule": found.rule,
        "title": found.title,
        "fact": {**found.shown.as_dict(), **found.fact.as_dict()},
        "evidence": [
            {
                "field": evidence.field,
                "text": _words(article, evidence),
                "spans": [list(span) for span in evidence.spans],
            }
            for evidence in found.evidence
        ],
    }


def _load(rules: Sequence[Path], config: Path | None) -> Loaded:
    if rules:
        return load_rules(rules)
    if config is not None or DEFAULT_CONFIG.exists():
        from monitor.settings import load_config

        return load_rules(load_config(config or DEFAULT_CONFIG).settings.rules.paths)
    return load_rules([shipped_rules()])


def _articles(found: Iterable[Article | Rejection]) -> Iterator[Article]:
    for each in found:
        if isinstance(each, Article):
            yield each
        else:
            complain(f"not read: {each.origin}: {each.reason}")


def _words(article: Article, evidence: Evidence) -> str:
    """The text from the first marked word to the last."""
    return article.text_of(evidence.field)[evidence.start : evidence.end]


def _print_jsonl(found: Iterable[tuple[Article, Match]]) -> None:
    """In ASCII, which no terminal and no encoding can spoil."""
    for article, each in found:
        sys.stdout.write(json.dumps(row(article, each)) + "\n")


def _print_table(found: Iterable[tuple[Article, Match]]) -> None:
    table = Table("article", "what matched", "the words that prove it", show_lines=True)
    for article, each in found:
        fact = ", ".join(f"{slot}: {value}" for slot, value in each.fact)
        evidence = " … ".join(" ".join(_words(article, part).split()) for part in each.evidence)
        what = "\n".join(filter(None, (each.title, f"{each.watchlist} / {each.rule}", fact)))
        table.add_row(*(Text(harmless(cell)) for cell in (article.title, what, evidence)))
    if table.row_count:
        console().print(table)
    else:
        complain("no rule matches")
