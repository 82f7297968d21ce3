"""`monitor explain`: every clause of a rule on an article, its evidence or how near it came, and what is new in it."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rich.text import Text

from monitor.app import utc_now
from monitor.commands._novelty import Judge, Standing, novelty_json, novelty_lines
from monitor.commands._rules import DEFAULT_CONFIG, load_configured, rule_called
from monitor.errors import SourceError
from monitor.ingest.formats import READ_FORMATS
from monitor.ingest.read import read_paths
from monitor.model import Article
from monitor.query.engine import Engine
from monitor.query.explain import Explainer, Explanation
from monitor.query.rule import Rule
from monitor.query.tell import Line, as_json, lines_of, plain
from monitor.rehearsals import asking
from monitor.rulebook.timings import timing_of
from monitor.settings import load_config
from monitor.store import Store
from monitor.terminal import complain, console, harmless, say
from monitor.watchlist.cases import article_of
from monitor.watchlist.nouns import Case, CaseKind

_NO_STORE = "an empty memory (there is no database yet)"


def explain(name: str, subject: str, rules: Sequence[Path], config: Path | None, *, in_json: bool) -> int:
    """Explain the rule `name` on `subject`: a file or folder, an article of the archive, or a text.

    An article of the archive is named by its id, its URL, or the id of an alert or story. What is new is told against
    the memory of the configuration's database, or an empty one where there is none; nothing is written. Raises
    RuleError, ConfigError, SourceError, StoreError.
    """
    settings = load_config(config or DEFAULT_CONFIG).settings if config or DEFAULT_CONFIG.exists() else None
    loaded = load_configured(rules, config)
    rule = rule_called(loaded, name)
    engine = Engine(loaded.rules)
    memory = str(settings.store.path) if settings and settings.store.path.exists() else _NO_STORE
    with asking(engine, settings) as (pipeline, store):
        asked = _Asked(rule, Explainer(engine), Judge(pipeline, store, memory, timing_of(loaded)), store)
        told = asked.about(subject)
        if in_json:
            say(json.dumps([_as_json(*each) for each in told], indent=2))
            return 0
        for number, each in enumerate(told):
            if number:
                say()
            _print(*each)
    return 0


@dataclass(frozen=True, slots=True)
class _Asked:
    """One rule, and all that answers for it."""

    rule: Rule
    explainer: Explainer
    judge: Judge
    store: Store

    def about(self, subject: str) -> Iterator[tuple[Explanation, Standing]]:
        """The articles that are meant, each by itself, as if it came now."""
        if _is_path(subject):
            yield from map(self._of_new, _read(Path(subject)))
            return
        archived = self._archived(subject)
        for article in archived:
            yield self.explainer.explain(self.rule, article), self.judge.of_archived(self.rule, article.id)
        if not archived:
            if "://" in subject and not any(map(str.isspace, subject)):
                raise SourceError(f"{subject}: there is no article of this address in the archive")
            yield self._of_new(replace(article_of(Case(CaseKind.MATCH, "", subject)), arrived=utc_now()))

    def _of_new(self, article: Article) -> tuple[Explanation, Standing]:
        return self.explainer.explain(self.rule, article), self.judge.of(self.rule, article, utc_now())

    def _archived(self, subject: str) -> list[Article]:
        """The articles of the archive that have this name; none where there is no archive."""
        found = self.store.articles_called([subject])
        return [article for each in found if (article := self.store.article(each)) is not None]


def _read(path: Path) -> Iterator[Article]:
    for found in read_paths([path], utc_now()):
        if isinstance(found, Article):
            yield found
        else:
            complain(f"not read: {found.origin}: {found.reason}")


def _is_path(subject: str) -> bool:
    """What exists is a path, and what looks like one: a mistyped file name must not be explained as a text."""
    try:
        if Path(subject).exists():
            return True
    except (OSError, ValueError):
        return False
    one_word = not any(map(str.isspace, subject)) and "://" not in subject
    return one_word and ("/" in subject or subject.lower().endswith(tuple(READ_FORMATS)))


def _as_json(explanation: Explanation, standing: Standing) -> dict[str, Any]:
    return as_json(explanation) | {"novelty": novelty_json(standing)}


def _print(explanation: Explanation, standing: Standing) -> None:
    """In colours where there is a terminal that has them, else plain."""
    screen = console()
    lines = [*lines_of(explanation), *novelty_lines(standing)]
    if not screen.is_terminal:
        say(plain(lines).rstrip("\n"))
        return
    for line in lines:
        screen.print(_coloured(line), soft_wrap=True)


def _coloured(line: Line) -> Text:
    return Text.assemble(*((harmless(text), style) for style, text in line))
