"""`monitor near-misses`: the articles that a rule does not match for one clause alone, and that clause."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from monitor.commands._rules import DEFAULT_CONFIG, load_configured, rule_called
from monitor.commands.backtest import open_history
from monitor.model import Article
from monitor.query.engine import Engine
from monitor.query.explain import Explainer
from monitor.query.lacking import Lack
from monitor.query.rule import Rule
from monitor.query.tell import lack_json
from monitor.terminal import count, say, working


@dataclass(frozen=True, slots=True)
class NearMiss:
    """An article, and the one clause that it lacks."""

    article: Article
    lack: Lack


def misses(
    name: str,
    rules: Sequence[Path],
    on: Sequence[Path],
    since: str | None,
    config: Path | None,
    *,
    limit: int,
    as_json: bool,
) -> int:
    """Print the articles that fail by exactly one clause: first those that have all the words, nearest first.

    `limit` is the most that are shown as text. Raises RuleError, SourceError, ConfigError or StoreError.
    """
    loaded = load_configured(rules, config)
    rule = rule_called(loaded, name)
    engine = Engine(other for other in loaded.rules if other.watchlist == rule.watchlist)
    with open_history(on, since, config or DEFAULT_CONFIG) as history, working("trying the rule"):
        articles = (moment.article for moment in history.moments())
        found = sorted(_near(rule, engine, articles), key=_order)
    if as_json:
        say(json.dumps([_as_json(miss) for miss in found], indent=2))
    else:
        _print(rule, found, history.total, limit)
    return 0


def _near(rule: Rule, engine: Engine, articles: Iterator[Article]) -> Iterator[NearMiss]:
    explainer = Explainer(engine)
    for article in articles:
        lack = explainer.near_miss(rule, article)
        if lack is not None:
            yield NearMiss(article, lack)


def _order(miss: NearMiss) -> tuple[int, int, str]:
    return (miss.lack.how.rank, miss.lack.apart, miss.lack.clause)


def _called(article: Article) -> str:
    return article.native_id or article.origin or article.id


def _as_json(miss: NearMiss) -> dict[str, object]:
    return {
        "article": _called(miss.article),
        "title": miss.article.title,
        "url": miss.article.url,
        **lack_json(miss.lack),
    }


def _print(rule: Rule, found: Sequence[NearMiss], articles: int, limit: int) -> None:
    for miss in found[:limit]:
        say(f"{miss.article.title}  ({_called(miss.article)})")
        say(f"    {miss.lack.clause}  {miss.lack}")
    if len(found) > limit:
        say(f"... and {len(found) - limit} more: --limit {len(found)} shows them all")
    if found:
        say()
        for (clause, how), number in Counter((miss.lack.clause, miss.lack.how) for miss in found).most_common():
            say(f"{number:6}  {clause}  {how}")
    say(f"{count(len(found), 'article')} of {articles} failed {rule.watchlist}/{rule.id} by one clause")
