"""`monitor replay`: the whole journey of past articles, in their own time, against a store that is gone in the end."""

from __future__ import annotations

import asyncio
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

from rich.padding import Padding
from rich.text import Text

from monitor.app import novelty_of, utc_now
from monitor.backtests.histories import Corpus, read_corpus
from monitor.backtests.journey import ArticleTime, Journey, Timetable
from monitor.backtests.matching import PackedRules, match_history
from monitor.backtests.replay import Foretold
from monitor.backtests.trial import workers
from monitor.checks import setting_faults
from monitor.commands._rules import DEFAULT_CONFIG
from monitor.commands.backtest import INTERRUPTED, progress
from monitor.deliver.files import FileChannel
from monitor.errors import ConfigError
from monitor.model import Alert, Article, Attempt, Delivery, DeliveryState, FrozenDigest, Outcome, Reason
from monitor.pipeline import Pipeline, RoundAccount, Taken
from monitor.rehearsals import replaying
from monitor.rulebook.files import RuleTexts, read_rules, shipped_rules
from monitor.rulebook.load import load_texts
from monitor.rulebook.timings import timing_of
from monitor.settings import Settings, load_config
from monitor.store import Store
from monitor.stories.freshness import NoveltySettings
from monitor.terminal import at_most, complain, console, count, harmless

NO_RULE = "no rule matches"
LISTING = "digests.jsonl"
"""The file beside the digests that says when each would have been sent, and to whom."""


def replay(
    paths: Sequence[Path],
    rules: Sequence[Path],
    config: Path | None,
    digests: Path | None,
    *,
    as_jsonl: bool,
    processes: int | None = None,
) -> int:
    """Tell the articles at `paths` again, in the order in which they came, and print what was decided of each.

    Rules are those at `rules`, else those of the configuration, else the shipped ones. With `digests` what the
    subscriptions would have been sent is written into that folder, which must be empty. 130 after Ctrl-C. Raises
    RuleError, SourceError, ConfigError or StoreError.
    """
    asked = digests is not None or config is not None or DEFAULT_CONFIG.exists()
    settings = load_config(config or DEFAULT_CONFIG, setting_faults).settings if asked else None
    texts = read_rules(rules or (settings.rules.paths if settings else [shipped_rules()]))
    corpus = read_corpus(paths, utc_now())
    say_what_is_left_out(corpus)
    log = DecisionLog()
    written = _Digests(_empty(digests)) if digests else None
    try:
        account = _travel(texts, corpus, settings, log, written, processes)
    except KeyboardInterrupt:
        account = None
    if as_jsonl:
        _print_lines(log)
    else:
        _print_table(log)
        if account is not None:
            complain(_summary(account, written))
    return INTERRUPTED if account is None else 0


def say_what_is_left_out(corpus: Corpus) -> None:
    """Tell on standard error what is not read, or has no date."""
    for line in at_most([f"{rejection.origin}: {rejection.reason}" for rejection in corpus.rejections]):
        complain(f"not read: {line}")
    if corpus.undated:
        complain(f"{count(corpus.undated, 'article')} without a date: taken with the last one")


@dataclass(slots=True)
class DecisionLog:
    """The lines of a replay, each with the arrival and the title of its article, in the order of the decisions."""

    lines: list[tuple[datetime, str, dict[str, Any]]] = field(default_factory=list)
    _own: dict[str, str] = field(default_factory=dict)
    _names: dict[str, str] = field(default_factory=dict)

    def __call__(self, taken: Taken) -> None:
        recognised = taken.recognised
        article = recognised.article
        self._own.setdefault(recognised.stored_as, own_id(article))
        for merge in taken.placement.merges:
            self._names[merge.dropped] = merge.kept
        for line in decisions(taken, self._own.get(recognised.copy_of)):
            self.lines.append((article.arrived, article.title, line))

    def absences(self, alerts: Sequence[Alert]) -> None:
        """What rules over time told while nothing came."""
        for alert in alerts:
            line = {"article": None, "duplicate_of": None, "story": alert.story, "story_reason": None}
            self.lines.append((alert.raised, alert.match.title, line | _decided(alert)))

    def told(self) -> Iterator[tuple[datetime, str, dict[str, Any]]]:
        """The lines, with every story under the name that it has in the end."""
        for arrived, title, line in self.lines:
            yield arrived, title, line | {"story": self._current(line["story"])}

    def _current(self, story: str) -> str:
        while story in self._names:
            story = self._names[story]
        return story


def decisions(taken: Taken, original: str | None) -> Iterator[dict[str, Any]]:
    """One line for each thing decided of an article; a single one without a rule where no rule matches.

    `original` is what the article calls itself whose text this one repeats, None where it repeats none.
    """
    recognised = taken.recognised
    line: dict[str, Any] = {
        "article": own_id(recognised.article),
        "duplicate_of": original,
        "story": taken.story,
        "story_reason": taken.placement.reason.value,
        "watchlist": None,
        "rule": None,
        "fact": {},
        "novelty": None,
        "reason": NO_RULE if original is None else recognised.copy.why,
        "former": "",
        "added": [],
        "why": "",
    }
    yield from [line | _decided(alert) for alert in taken.alerts] or [line]


def own_id(article: Article) -> str:
    """What its source calls an article, else the file that it came from."""
    return article.native_id or article.origin


def _decided(alert: Alert) -> dict[str, Any]:
    return {
        "watchlist": alert.match.watchlist,
        "rule": alert.match.rule,
        "fact": alert.match.fact.as_dict(),
        "novelty": None if alert.reason is Reason.COUNTED else alert.novelty.value,
        "reason": alert.reason.value,
        "former": alert.former,
        "added": list(alert.added),
        "why": alert.why,
    }


def _travel(
    texts: RuleTexts,
    corpus: Corpus,
    settings: Settings | None,
    log: DecisionLog,
    written: _Digests | None,
    processes: int | None,
) -> RoundAccount:
    loaded = load_texts(texts)
    for problem in loaded.errors:
        complain(f"this rule is left out: {problem}")
    titles = {watchlist.name: watchlist.title for watchlist in loaded.watchlists}
    foretold, clock = Foretold(), ArticleTime()
    novelty = novelty_of(settings) if settings else NoveltySettings()
    total = len(corpus.moments)
    with (
        workers(PackedRules.of(texts), total, processes) as executor,
        replaying(foretold, clock, novelty, log, settings if written else None, titles, timing_of(loaded)) as pipeline,
        progress("replaying", total) as done,
    ):
        timetable = Timetable(pipeline, lambda digest: _deliver(digest, written, pipeline)) if written else None
        answered = match_history(PackedRules.of(texts), corpus.moments, executor, set())
        return Journey(pipeline, foretold, clock, timetable, log.absences).travel(answered, lambda _: done())


def _deliver(digest: FrozenDigest, written: _Digests, pipeline: Pipeline) -> None:
    """Write a digest; for what comes later its messages are sent."""
    written(digest)
    store = pipeline.store
    assert isinstance(store, Store)
    for delivery in store.deliveries(DeliveryState.QUEUED):
        store.finish(Attempt(delivery.id, digest.composed, Outcome.SENT), DeliveryState.SENT, None)


class _Digests:
    """Writes digests into a folder as the channel `files` does, and a line of JSON for each."""

    def __init__(self, folder: Path) -> None:
        self.written = 0
        self._folder = folder
        self._channel = FileChannel("replay", folder)

    def __call__(self, digest: FrozenDigest) -> None:
        for number, message in enumerate(digest.messages):
            state, at = DeliveryState.QUEUED, digest.composed
            asyncio.run(self._channel.send(Delivery(number, digest.id, digest.channel, message, state, 0, at)))
        self.written += 1
        line = {
            "at": digest.composed.isoformat(),
            "subscription": digest.subscription,
            "digest": digest.id,
            "to": [message.recipient for message in digest.messages],
            "subject": digest.messages[0].subject if digest.messages else "",
            "alerts": len(digest.alerts),
        }
        with (self._folder / LISTING).open("a", encoding="utf-8") as listing:
            listing.write(json.dumps(line) + "\n")


def _empty(folder: Path) -> Path:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if any(folder.iterdir()):
            raise ConfigError(f"--digests {folder}: the folder is not empty; name a new one")
    except OSError as error:
        raise ConfigError(f"--digests {folder}: cannot be used: {error.strerror}") from error
    return folder


def _print_lines(log: DecisionLog) -> None:
    """In ASCII, which no terminal and no encoding can spoil."""
    for _, _, line in log.told():
        sys.stdout.write(json.dumps(line) + "\n")


def _print_table(log: DecisionLog) -> None:
    """What was decided of each article, and what was a copy; articles that concern no rule are only counted."""
    screen, before = console(), None
    for arrived, title, line in log.told():
        if line["rule"] is None and line["duplicate_of"] is None:
            continue
        if before != (arrived, line["article"]):
            screen.print(_text(f"{arrived:%Y-%m-%d %H:%M}  {' '.join(title.split())}"))
        before = arrived, line["article"]
        screen.print(Padding(_text(_decision(line)), (0, 0, 0, 4)))


def _text(line: str) -> Text:
    return Text(harmless(line))


def _decision(line: dict[str, Any]) -> str:
    """What was decided, of which fact of which rule, and why."""
    if not line["rule"]:
        return f"{'copy':<8}{_why(line)}"
    facts = ", ".join(value for value in line["fact"].values() if value)
    rule = f"{line['watchlist']}/{line['rule']}"
    return f"{line['novelty'] or 'counted':<8}{rule}{f' ({facts})' if facts else ''}: {_why(line)}"


def _why(line: dict[str, Any]) -> str:
    """The reason, and what changed or is added."""
    former = f", was {line['former']}" if line["former"] else ""
    added = f": {', '.join(line['added'])}" if line["added"] else ""
    return f"{line['reason']}{added}{former}"


def _summary(account: RoundAccount, written: _Digests | None) -> str:
    decided = ", ".join(f"{number} {novelty}" for novelty, number in sorted(account.novelties.items()))
    parts = [
        count(account.articles, "article"),
        count(account.copies, "copy"),
        count(account.stories, "story"),
        f"{count(account.matches, 'decision')}{f' ({decided})' if decided else ''}",
    ]
    return ", ".join([*parts, *([count(written.written, "digest")] if written else [])])
