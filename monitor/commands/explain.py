"""`monitor explain`: every clause of a rule on an article, with its evidence or with how near it came."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from rich.text import Text

from monitor.commands._rules import DEFAULT_CONFIG, load_configured, rule_called
from monitor.errors import SourceError
from monitor.ingest.formats import READ_FORMATS
from monitor.ingest.read import read_paths
from monitor.model import Article
from monitor.query.engine import Engine
from monitor.query.explain import Explainer, Explanation
from monitor.query.tell import Line, as_json, lines_of, plain
from monitor.terminal import complain, console, harmless, say
from monitor.watchlist.cases import article_of
from monitor.watchlist.nouns import Case, CaseKind


def explain(name: str, subject: str, rules: Sequence[Path], config: Path | None, *, in_json: bool) -> int:
    """Explain the rule `name` on `subject`: a file or folder, an article of the archive, or a text.

    An article of the archive is named by its id, its URL, or the id of an alert or story. Raises RuleError,
    ConfigError, SourceError.
    """
    loaded = load_configured(rules, config)
    rule = rule_called(loaded, name)
    explainer = Explainer(Engine(other for other in loaded.rules if other.watchlist == rule.watchlist))
    explained = (explainer.explain(rule, article) for article in _articles(subject, config))
    if in_json:
        say(json.dumps([as_json(explanation) for explanation in explained], indent=2))
        return 0
    for number, explanation in enumerate(explained):
        if number:
            say()
        _print(explanation)
    return 0


def _articles(subject: str, config: Path | None) -> Iterator[Article]:
    if _is_path(subject):
        for found in read_paths([Path(subject)], datetime.now(UTC)):
            if isinstance(found, Article):
                yield found
            else:
                complain(f"not read: {found.origin}: {found.reason}")
        return
    archived = _archived(subject, config)
    if not archived and "://" in subject and not any(map(str.isspace, subject)):
        raise SourceError(f"{subject}: there is no article of this address in the archive")
    yield from archived or [article_of(Case(CaseKind.MATCH, "", subject))]


def _is_path(subject: str) -> bool:
    """What exists is a path, and what looks like one: a mistyped file name must not be explained as a text."""
    try:
        if Path(subject).exists():
            return True
    except (OSError, ValueError):
        return False
    one_word = not any(map(str.isspace, subject)) and "://" not in subject
    return one_word and ("/" in subject or subject.lower().endswith(tuple(READ_FORMATS)))


def _archived(subject: str, config: Path | None) -> list[Article]:
    """The articles of the archive that have this name; none where there is no archive."""
    if config is None and not DEFAULT_CONFIG.exists():
        return []
    from monitor.app import look
    from monitor.settings import load_config

    settings = load_config(config or DEFAULT_CONFIG).settings
    if not settings.store.path.exists():
        return []
    store = look(settings)
    try:
        return [found for each in store.articles_called([subject]) if (found := store.article(each)) is not None]
    finally:
        store.close()


def _print(explanation: Explanation) -> None:
    """In colours where there is a terminal that has them, else plain."""
    screen = console()
    if not screen.is_terminal:
        say(plain(lines_of(explanation)).rstrip("\n"))
        return
    for line in lines_of(explanation):
        screen.print(_coloured(line), soft_wrap=True)


def _coloured(line: Line) -> Text:
    return Text.assemble(*((harmless(text), style) for style, text in line))
