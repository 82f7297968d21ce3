"""A backtest is the live journey told again (case 55): the same alerts, whatever the stream."""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from concurrent.futures import Executor, ProcessPoolExecutor
from contextlib import AbstractContextManager, contextmanager
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings

from monitor.backtests import trial
from monitor.backtests.histories import read_corpus
from monitor.backtests.matching import Here, Moment, PackedRules, match_history
from monitor.backtests.replay import READER
from monitor.backtests.trial import Trial, try_rules, workers
from monitor.ingest.read import read_paths
from monitor.model import Article, Harvest, SourceState, WaitingAlert
from monitor.pipeline import Pipeline, RoundAccount
from monitor.query.engine import Engine
from monitor.rehearsals import rehearsal
from monitor.rulebook.load import load_texts
from monitor.store import Database, Store
from monitor.stories.freshness import NoveltySettings
from monitor.stories.kept import KeptStories
from monitor.watchlist.past import past_problems

from .world import START, Piece, pieces, texts, write

NOW = START + timedelta(days=1000)
END = START + timedelta(days=2000)
NOVELTY = NoveltySettings()
BUILD = partial(rehearsal, novelty=NOVELTY)


class Stream:
    """A live source: one article a read, at the time at which it arrives."""

    name = "stream"

    def __init__(self, article: Article) -> None:
        self.article = article

    async def read(self, state: SourceState, now: datetime) -> AsyncIterator[Harvest]:
        yield Harvest(state, (self.article,))


@contextmanager
def live(found: Sequence[Article]) -> Iterator[Store]:
    """What a monitor that ran all the time would have in its store."""
    with tempfile.TemporaryDirectory() as folder:
        now = [START]
        store = Store(Database.open(Path(folder) / "live.sqlite", create=True), lambda: now[0])
        pipeline = Pipeline(store, Engine(load_texts(texts()).rules), (READER,), {}, NOVELTY, KeptStories(store))
        for number, article in enumerate(found):
            now[0] = article.arrived + timedelta(microseconds=number)
            asyncio.run(pipeline.ingest(Stream(article), RoundAccount(), clock=lambda: now[0]))
        yield store
        store.close()


def told(waiting: Sequence[WaitingAlert]) -> list[WaitingAlert]:
    """Alerts as they are but for the microsecond of the decision, and without what the ledgers of readers say."""
    bare = [replace(each, alert=replace(each.alert, raised=START), copies=()) for each in waiting]
    return sorted(
        (replace(each, article=replace(each.article, identities=(), extra={})) for each in bare),
        key=lambda each: each.alert.id,
    )


def articles_of(path: Path) -> list[Article]:
    return [article for article in read_paths([path], NOW) if isinstance(article, Article)]


def run(moments: Sequence[Moment], done: Callable[[], None] = lambda: None) -> Trial:
    return try_rules(texts(), moments, BUILD, Here(), done)


@pytest.mark.case(55)
@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(found=pieces())
def test_live_and_backtest_tell_the_same(found: list[Piece], tmp_path: Path) -> None:
    path = write(tmp_path / "corpus.jsonl", found)
    with live(articles_of(path)) as store:
        expected = told(store.waiting(READER.name, END))
        trial = run(read_corpus([path], NOW).moments)
        assert told(trial.waiting) == expected
        assert trial.read == len(found)
        count, archive = store.archive(START)
        from_archive = run([Moment(*each) for each in archive])
        assert told(from_archive.waiting) == expected
        assert from_archive.read == count


def test_a_world_in_which_something_happens(tmp_path: Path) -> None:
    """The property above must not hold because nothing is ever told."""
    kinds = set()

    @settings(max_examples=40, deadline=None)
    @given(pieces())
    def draw(found: list[Piece]) -> None:
        trial = run(read_corpus([write(tmp_path / "corpus.jsonl", found)], NOW).moments)
        kinds.update(each.alert.novelty.value for each in trial.waiting)
        kinds.update({"copy"} if trial.copies else ())

    draw()
    assert kinds == {"new", "update", "fold", "recap", "copy"}


def corpus(path: Path, articles: int) -> Sequence[Moment]:
    found = [Piece(n, n, n, f"Rome bans DeepSeek, part {n}", f"Case {n}.", "Post") for n in range(articles)]
    return read_corpus([write(path / "corpus.jsonl", found)], NOW).moments


@contextmanager
def spawned(rules: PackedRules) -> Iterator[Executor]:
    """As it is where processes cannot be forked."""
    with trial._spawned(rules, 2) as pool:
        yield pool


@contextmanager
def usual(rules: PackedRules) -> Iterator[Executor]:
    with workers(rules, 1100, 2) as pool:
        assert isinstance(pool, ProcessPoolExecutor)
        yield pool


@pytest.mark.parametrize("make", [usual, spawned])
def test_other_processes_give_the_same_answers_in_order(
    tmp_path: Path, make: Callable[[PackedRules], AbstractContextManager[Executor]]
) -> None:
    moments = corpus(tmp_path, 1100)
    rules = PackedRules.of(texts())
    with make(rules) as pool:
        answered = list(match_history(rules, moments, pool, set()))
    assert answered == list(match_history(rules, moments, Here(), set()))
    assert [each.moment for each in answered] == list(moments)
    assert all(each.matches for each in answered)


def test_few_articles_are_matched_here() -> None:
    rules = PackedRules.of(texts())
    with workers(rules, 10) as executor:
        assert isinstance(executor, Here)
    with workers(rules, 10_000, 1) as executor:
        assert isinstance(executor, Here)


def test_rules_are_equal_where_their_texts_are() -> None:
    assert PackedRules.of(texts()) == PackedRules.of(texts())
    assert hash(PackedRules.of(texts())) == hash(PackedRules.of(texts()))
    assert PackedRules.of(texts()) != PackedRules.of(texts(more=b""))


def test_what_a_task_raises_comes_out() -> None:
    def fail() -> None:
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        Here().submit(fail).result()


def test_an_interruption_keeps_what_was_read(tmp_path: Path) -> None:
    moments = corpus(tmp_path, 300)
    seen = []

    def done() -> None:
        seen.append(1)
        if len(seen) == 100:
            raise KeyboardInterrupt

    trial = run(moments, done)
    assert trial.interrupted
    assert trial.read == 100
    assert len(trial.waiting) >= 100
    assert trial.span is not None
    assert trial.span.first == START.date()


def test_an_except_that_strikes_nothing(tmp_path: Path) -> None:
    fine = Piece(1, 1, 1, "News", "It was fine weather in Malta.", "Post")
    trial = run(read_corpus([write(tmp_path / "a.jsonl", [fine])], NOW).moments)
    assert trial.past.struck == {("bans", "fine")}
    assert trial.past.articles == 1
    assert not past_problems(load_texts(texts()), texts().files, trial.past)
    dry = run(read_corpus([write(tmp_path / "b.jsonl", [replace(fine, text="Rain in Malta.")])], NOW).moments)
    (idle,) = past_problems(load_texts(texts()), texts().files, dry.past)
    assert idle.code == "W301"
    assert "struck nothing out in 1 past article;" in str(idle)


def test_nothing_to_read() -> None:
    assert run([]) == Trial((), 0, 0, 0, None)


def test_undated_articles_come_with_the_last_one(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text("Rome bans DeepSeek\n\nOnce upon a time.\n", encoding="utf-8")
    dated = write(tmp_path / "b.jsonl", [Piece(1, 1, 5, "Malta", "News.", ""), Piece(2, 2, 1, "Rome", "News.", "")])
    found = read_corpus([tmp_path / "a.txt", dated], NOW)
    assert found.undated == 1
    assert [moment.article.title for moment in found.moments] == ["Rome", "Malta", "Rome bans DeepSeek"]
    assert found.moments[-1].at == START + timedelta(hours=5)
    only = read_corpus([tmp_path / "a.txt"], NOW)
    assert [moment.at for moment in only.moments] == [NOW]
