"""`monitor learn`: an archive read as history. It fills articles, stories and memory, and alerts nobody."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain
from pathlib import Path

from monitor.app import utc_now
from monitor.backtests.histories import Corpus, corpus_of
from monitor.backtests.journey import ArticleTime, Journey
from monitor.backtests.matching import Answered, Moment, PackedRules, match_history
from monitor.backtests.replay import Foretold
from monitor.backtests.trial import workers
from monitor.checks import setting_faults
from monitor.commands.backtest import INTERRUPTED, progress
from monitor.commands.replay import say_what_is_left_out
from monitor.ingest.files import safe_name
from monitor.ingest.read import read_paths
from monitor.model import Novelty
from monitor.pipeline import RoundAccount
from monitor.protocols import Store
from monitor.rehearsals import learning
from monitor.rulebook.files import RuleTexts, read_rules
from monitor.rulebook.load import load_texts
from monitor.rulebook.timings import timing_of
from monitor.settings import Settings, load_config
from monitor.stories.identity import TEXT_IDENTITY
from monitor.terminal import complain, count, say


def learn(paths: Sequence[Path], config: Path, *, again: bool = False, processes: int | None = None) -> int:
    """Read the archive at `paths` into the store of the configuration, with the present rules.

    What is known already is passed over, so that after an interruption (130) the same command goes on; with `again` it
    is tried with the rules of today, and what these find and nobody knows is learned. Raises ConfigError, RuleError,
    SourceError or StoreError; the last also where a daemon is at work.
    """
    settings = load_config(config, setting_faults).settings
    texts = read_rules(settings.rules.paths)
    for problem in load_texts(texts).errors:
        complain(f"this rule is left out: {problem}")
    corpus = read_archive(paths)
    say_what_is_left_out(corpus)
    lesson = Lesson(len(corpus.moments))
    try:
        _learn(texts, corpus, settings, lesson, processes, again=again)
    except KeyboardInterrupt:
        complain(
            f"interrupted after {lesson.passed + lesson.taken} of {lesson.total} articles; the same command goes on"
        )
        return INTERRUPTED
    _say(lesson)
    return 0


def read_archive(paths: Sequence[Path]) -> Corpus:
    """The articles of an archive in the order in which they came. Raises SourceError.

    Each path is a source of its own: two archives that number their items mean different ones by one number.
    """
    now = utc_now()
    return corpus_of(chain.from_iterable(read_paths([path], now, safe_name(path.name)) for path in paths), now)


@dataclass(slots=True)
class Lesson:
    """How far the learning has come: articles passed over because they are known, and articles taken in."""

    total: int
    passed: int = 0
    taken: int = 0
    account: RoundAccount | None = None


def _learn(
    texts: RuleTexts, corpus: Corpus, settings: Settings, lesson: Lesson, processes: int | None, *, again: bool
) -> None:
    foretold, clock = Foretold(), ArticleTime()
    with (
        workers(PackedRules.of(texts), lesson.total, processes) as executor,
        learning(settings, foretold, clock, timing_of(load_texts(texts)), again=again) as pipeline,
        progress("learning", lesson.total) as tell,
    ):

        def done(_: Answered) -> None:
            lesson.taken += 1
            tell()

        moments = corpus.moments if again else _unknown(corpus.moments, pipeline.store, lesson, tell)
        answered = match_history(PackedRules.of(texts), moments, executor, set())
        lesson.account = Journey(pipeline, foretold, clock).travel(answered, done)


def _unknown(moments: Iterable[Moment], store: Store, lesson: Lesson, tell: Callable[[], None]) -> Iterator[Moment]:
    """Without the articles whose very text is in the store, so that nothing is matched twice."""
    for moment in moments:
        texts = [identity for identity in moment.article.identities if identity.startswith(TEXT_IDENTITY)]
        if store.find_article(texts) is None:
            yield moment
        else:
            lesson.passed += 1
            tell()


def _say(lesson: Lesson) -> None:
    account = lesson.account or RoundAccount()
    versions = f", {count(account.versions, 'new version')}" if account.versions else ""
    known = f"; {count(lesson.passed, 'article')} known before" if lesson.passed else ""
    say(f"learned  {count(account.articles, 'new article')}, {count(account.copies, 'copy')}{versions}{known}")
    say(f"stories  {account.stories}")
    say(f"facts    {account.novelties[Novelty.NEW]} new, told {account.matches} times; nobody is alerted of them")
