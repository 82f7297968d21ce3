"""Stories: scores beside two baselines, held-out scores, time and memory; and the fit of the weights.

    python -m benchmarks.stories            # scores in stream order, baselines, halves of the topics
    python -m benchmarks.stories --speed 200000 1000000     # the window in memory
    python -m benchmarks.stories --store 100000 1000000     # with copies looked up and all of it kept
    python -m benchmarks.stories --fit      # prints monitor/stories/odds.py

What is measured is printed, and stands in benchmarks/stories.md in its section, in place of what stood there.

The labelled news is read where it lies (`../shared`); nothing of it is written anywhere.
"""

from __future__ import annotations

import json
import random
import re
import statistics
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Hashable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, datetime
from functools import partial
from itertools import islice
from math import exp, log, sqrt
from pathlib import Path
from typing import Any, TypeVar

from benchmarks.workload import articles
from monitor.model import Article, StoryReason
from monitor.store import Database, Store
from monitor.stories import assign
from monitor.stories.features import features
from monitor.stories.grouping import Placement
from monitor.stories.kept import KeptStories
from monitor.stories.likeness import Likeness, likeness
from monitor.stories.profile import Profile, Weighed, joined, opened, weigh
from monitor.stories.rarity import Rarity
from monitor.stories.signature import Signature, sign
from monitor.stories.window import Sought, StoryWindow
from monitor.text.tokens import words

DEV = Path(__file__).resolve().parents[1] / "../shared/eval/stories_dev.jsonl"
RESULTS = Path(__file__).with_name("stories.md")
NOW = datetime(2026, 1, 1, tzinfo=UTC)
T = TypeVar("T")
Item = tuple[Article, str, str]
Scores = tuple[float, float, float, float]


def items() -> list[Item]:
    """Article, story and topic: the two similar events of ECB+ are one topic, so that they are held out together."""
    found = []
    for line in DEV.read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        published = datetime.fromisoformat(row["published"]).replace(tzinfo=UTC) if row["published"] else None
        article = Article(
            id=row["id"], source="dev", title=row["title"], arrived=NOW, body=row["text"], published=published
        )
        topic = re.sub(r"^(ecb\d+)_.*", r"\1", row["story"])
        found.append((article, row["story"], topic))
    return found


def scores(truth: Sequence[str], groups: Sequence[Hashable]) -> Scores:
    """B-cubed precision, recall, F1 and pairwise F1."""
    gold, found = Counter(truth), Counter(groups)
    both = Counter(zip(truth, groups, strict=True))
    precision = sum(n * n / found[group] for (_, group), n in both.items()) / len(truth)
    recall = sum(n * n / gold[story] for (story, _), n in both.items()) / len(truth)
    right = _pairs(both)
    return precision, recall, _f1(precision, recall), _f1(right / max(1, _pairs(found)), right / max(1, _pairs(gold)))


def _pairs(counted: Mapping[Any, int]) -> int:
    return sum(n * (n - 1) // 2 for n in counted.values())


def _f1(precision: float, recall: float) -> float:
    return 2 * precision * recall / max(1e-9, precision + recall)


def grouped(stream: Sequence[Item]) -> list[str]:
    window = StoryWindow()
    placed = [window.place(article).story for article, _, _ in stream]
    return [window.current(story) for story in placed]


def baseline(stream: Sequence[Item], *, average: bool) -> Scores:
    """TF-IDF cosine, agglomerated offline, at the threshold that scores best on the very same items."""
    vectors = _tf_idf([words(f"{article.title} {article.body}") for article, _, _ in stream])
    near = [[_dot(one, other) for other in vectors] for one in vectors]
    truth = [story for _, story, _ in stream]
    best: Scores = (0.0, 0.0, 0.0, 0.0)
    for groups in _agglomerated(near, average=average):
        best = max(best, scores(truth, groups), key=lambda each: each[2])
    return best


def _tf_idf(texts: Sequence[Sequence[str]]) -> list[dict[str, float]]:
    spread = Counter(word for text in texts for word in set(text))
    vectors = []
    for text in texts:
        raw = {word: (1 + log(n)) * log(len(texts) / spread[word]) for word, n in Counter(text).items()}
        length = sqrt(sum(value * value for value in raw.values())) or 1.0
        vectors.append({word: value / length for word, value in raw.items()})
    return vectors


def _dot(one: dict[str, float], other: dict[str, float]) -> float:
    if len(one) > len(other):
        one, other = other, one
    return sum(value * other[word] for word, value in one.items() if word in other)


def _agglomerated(near: list[list[float]], *, average: bool) -> Iterator[list[int]]:
    """The grouping after every merge of the two nearest groups, single or average link."""
    near = [list(row) for row in near]
    group, size, alive = list(range(len(near))), [1] * len(near), set(range(len(near)))
    best = {i: max((j for j in alive if j != i), key=near[i].__getitem__) for i in alive}
    while len(alive) > 1:
        one = max(alive, key=lambda i: near[i][best[i]])
        other = best[one]
        for k in alive - {one, other}:
            a, b = near[one][k], near[other][k]
            near[one][k] = near[k][one] = (
                (a * size[one] + b * size[other]) / (size[one] + size[other]) if average else max(a, b)
            )
        size[one] += size[other]
        alive.discard(other)
        group = [one if member == other else member for member in group]
        for i in alive:
            if i == one or best[i] in (one, other):
                best[i] = max((j for j in alive if j != i), key=near[i].__getitem__, default=i)
        yield group


def examples(stream: Sequence[Item]) -> tuple[list[Likeness], list[bool]]:
    """What every article is compared with when all before it are where they belong."""
    rarity, stories = Rarity(), dict[str, Profile]()
    evidence, same = [], []
    for article, story, _ in stream:
        given = features(article)
        weighed = weigh(given, rarity)
        rarity.learn(given.terms)
        for name, profile in stories.items():
            pairs = zip(profile.terms, profile.weights, strict=True)
            if sum(weighed.vector.get(term, 0.0) * weight for term, weight in pairs) > 0.03 * profile.articles:
                evidence.append(likeness(weighed, profile))
                same.append(name == story)
        alone = opened(story, weighed)
        stories[story] = joined(stories[story], alone) if story in stories else alone
    return evidence, same


def fit(stream: Sequence[Item]) -> tuple[float, Likeness]:
    """Logistic regression on the stream and two shuffles of it; Newton's method, a little held towards zero."""
    rows: list[Likeness] = []
    same: list[bool] = []
    for seed in range(3):
        order = list(stream)
        if seed:
            random.Random(seed).shuffle(order)
        evidence, labels = examples(order)
        rows += evidence
        same += labels
    columns = list(zip(*rows, strict=True))
    mean = [statistics.fmean(column) for column in columns]
    spread = [statistics.pstdev(column) or 1.0 for column in columns]
    scaled = [[1.0, *((v - m) / s for v, m, s in zip(row, mean, spread, strict=True))] for row in rows]
    beta = [0.0] * (len(columns) + 1)
    for _ in range(8):
        beta = _newton(scaled, same, beta)
    weights = [b / s for b, s in zip(beta[1:], spread, strict=True)]
    return beta[0] - sum(w * m for w, m in zip(weights, mean, strict=True)), Likeness(*weights)


def _newton(rows: Sequence[Sequence[float]], same: Sequence[bool], beta: Sequence[float]) -> list[float]:
    many = len(beta)
    gradient = [0.0 if i == 0 else -b / 0.3 for i, b in enumerate(beta)]
    hessian = [[(1 / 0.3 if i == j and i else 0.0) for j in range(many)] for i in range(many)]
    for row, label in zip(rows, same, strict=True):
        chance = 1 / (1 + exp(-sum(b * v for b, v in zip(beta, row, strict=True))))
        miss, slope = label - chance, chance * (1 - chance)
        for i, value in enumerate(row):
            gradient[i] += miss * value
            scaled = slope * value
            for j in range(i + 1):
                hessian[i][j] += scaled * row[j]
    for i in range(many):
        for j in range(i):
            hessian[j][i] = hessian[i][j]
    return [b + step for b, step in zip(beta, _solved(hessian, gradient), strict=True)]


def _solved(matrix: list[list[float]], right: list[float]) -> list[float]:
    """Gaussian elimination; the matrix is symmetric and positive."""
    rows = [[*row, value] for row, value in zip(matrix, right, strict=True)]
    for i in range(len(rows)):
        for k in range(i + 1, len(rows)):
            factor = rows[k][i] / rows[i][i]
            rows[k] = [a - factor * b for a, b in zip(rows[k], rows[i], strict=True)]
    answer = [0.0] * len(rows)
    for i in reversed(range(len(rows))):
        known = sum(rows[i][j] * answer[j] for j in range(i + 1, len(rows)))
        answer[i] = (rows[i][-1] - known) / rows[i][i]
    return answer


def held_out(stream: Sequence[Item]) -> Scores:
    """Weights of one half of the topics, scored on the other, three splits both ways: the mean."""
    topics, found = sorted({topic for _, _, topic in stream}), []
    chance = random.Random(1)
    for _ in range(3):
        chance.shuffle(topics)
        half = set(topics[::2])
        for learnt in (half, set(topics) - half):
            bias, weights = fit([item for item in stream if item[2] in learnt])
            rest = [item for item in stream if item[2] not in learnt]
            found.append(_with_weights(bias, weights, partial(_scored, rest)))
    first, second, third, fourth = (statistics.fmean(column) for column in zip(*found, strict=True))
    return first, second, third, fourth


def _scored(stream: Sequence[Item]) -> Scores:
    return scores([story for _, story, _ in stream], grouped(stream))


def _with_weights(bias: float, weights: Likeness, measure: Callable[[], Scores]) -> Scores:
    shipped = {name: vars(assign)[name] for name in ("BIAS", "WEIGHTS")}
    vars(assign).update(BIAS=bias, WEIGHTS=weights)
    try:
        return measure()
    finally:
        vars(assign).update(shipped)


def speed(count: int) -> str:
    """Time per article in a window of `count` stories, and its memory."""
    window = StoryWindow(assign.GroupingSettings(most=count + 10_000))
    base = articles(5000)
    for article in base[:4000]:
        features(article)  # their words are looked up once, as those of the days before are
    before = _resident()
    _fill(window, base[:2000], count)
    held = _resident() - before
    return f"{count:>9} stories: {_told(base[4000:], window.place)}; {held / 1e6:.0f} MB resident"


def _fill(window: StoryWindow, base: Sequence[Article], count: int) -> None:
    """Stories of one article each: those of `base`, in each round with another third of their words."""
    weighed = [window.weigh(article) for article in base]
    for number in range(count):
        turn, place = divmod(number, len(weighed))
        window.take(Sought(Placement(f"story-{number:016x}", StoryReason.FIRST), _other_words(weighed[place], turn)))


def _other_words(article: Weighed, turn: int) -> Weighed:
    """An article with every third term for another; the words of round 0 are its own."""

    def other(term: int) -> int:
        return (term ^ turn * 2_654_435_761) & 0xFFFF_FFFF if term % 3 == 0 else term

    given = article.features
    return Weighed(
        replace(
            given,
            terms={other(term): times for term, times in given.terms.items()},
            names=frozenset(map(other, given.names)),
            lead=frozenset(map(other, given.lead)),
        ),
        {other(term): weight for term, weight in article.vector.items()},
        {other(term): rare for term, rare in article.rarity.items()},
    )


def kept(count: int) -> str:
    """Time per article over a store of `count` texts: copies looked up, the story found, all of it kept."""
    with tempfile.TemporaryDirectory(prefix="bench-") as folder:
        store = Store(Database.open(Path(folder) / "x.sqlite", create=True), lambda: NOW)
        stories, base = KeptStories(store), articles(5000)
        signatures = [sign(article) for article in base[:2000]]
        for start in range(0, count, 1000):
            with store.transaction():
                for number in range(start, min(count, start + 1000)):
                    turn, place = divmod(number, len(signatures))
                    name = f"filled-{number}"
                    store.add_article(Article(id=name, source="bench", title="", arrived=NOW), "story", "print")
                    stories.sign(name, _other_signature(signatures[place], turn))
        for article in base[:4000]:
            features(article)
        rest = iter(base[4000:])
        with store.transaction():
            looked = _told([sign(article) for article in islice(rest, 500)], stories.duplicate_of)
            every = _told(list(islice(rest, 500)), lambda article: _take(stories, store, article))
        size = store.used() / 1e6
        store.close()
    looked_up = f"copies of a signed text looked up {looked}; all of it {every}"
    return f"{count:>9} texts in the store: {looked_up}; {size:.0f} MB on the disk"


def _take(stories: KeptStories, store: Store, article: Article) -> None:
    signature = sign(article)
    stories.duplicate_of(signature)
    placement = Placement(f"story-{article.id}", StoryReason.FIRST)
    sought = stories.seek(article, placement, ())
    store.add_article(article, sought.placement.story, "print")
    stories.sign(article.id, signature)
    store.save_story(sought.placement.after(store.story(sought.placement.story), article, ()))
    stories.take(article, sought)


def _other_signature(signature: Signature, turn: int) -> Signature:
    """As many hashes of a text that nobody has."""
    mask = turn * 0x9E37_79B9_7F4A_7C15 & (1 << 63) - 1
    return replace(signature, sketch=tuple(sorted(each ^ mask for each in signature.sketch)))


def _told(found: Sequence[T], work: Callable[[T], object]) -> str:
    """The time per article, in the quietest of ten stretches: the machine may have other work."""
    times = [_timed(work, article) for article in found]
    step = max(1, len(times) // 10)
    stretches = [sorted(times[at : at + step]) for at in range(0, len(times), step)]
    quiet = min(stretches, key=statistics.median)
    every = sorted(times)
    late = every[int(len(every) * 0.95)]
    return f"median {statistics.median(quiet):.0f} µs (of all {statistics.median(every):.0f}, p95 {late:.0f})"


def _resident() -> int:
    """Bytes of memory that this process holds now (Linux)."""
    return int(Path("/proc/self/statm").read_text().split()[1]) * 4096


def _timed(function: Callable[[T], object], given: T) -> float:
    """Microseconds of processor time."""
    started = time.process_time_ns()
    function(given)
    return (time.process_time_ns() - started) / 1e3


def main(arguments: Sequence[str]) -> None:
    if arguments[:1] == ["--speed"]:
        first = f"features: {_told(articles(2000), features)}; signature: {_told(articles(2000), sign)}"
        counts = [int(count) for count in arguments[1:] or ["10000", "100000", "200000", "1000000"]]
        _report("The window in memory", [first, *map(speed, counts)])
    elif arguments[:1] == ["--store"]:
        counts = [int(count) for count in arguments[1:] or ["10000", "100000", "1000000"]]
        _report("Over a store", [*map(kept, counts)])
    elif arguments[:1] == ["--fit"]:
        bias, weights = fit(items())
        print(f"BIAS = {bias:.3f}\nWEIGHTS = Likeness(")
        print("".join(f"    {name}={value:.3f},\n" for name, value in weights._asdict().items()) + ")")
    else:
        _report("Scores", _scores(items()))


def _scores(stream: Sequence[Item]) -> list[str]:
    truth = [story for _, story, _ in stream]
    rows = {
        "TF-IDF single link, offline, best threshold": baseline(stream, average=False),
        "TF-IDF average link, offline, best threshold": baseline(stream, average=True),
        "ours, online, stream order": scores(truth, grouped(stream)),
        "ours, weights of one half of the topics, other half": held_out(stream),
    }
    shuffled = []
    for seed in range(3):
        order = list(stream)
        random.Random(seed).shuffle(order)
        shuffled.append(scores([story for _, story, _ in order], grouped(order)))
    first, second, third, fourth = (statistics.fmean(column) for column in zip(*shuffled, strict=True))
    rows["ours, online, shuffled"] = first, second, third, fourth
    lines = [f"{'':52} B3 P   B3 R   B3 F1  pair F1"]
    return lines + [f"{name:52} " + "  ".join(f"{value:.3f}" for value in row) for name, row in rows.items()]


def _report(section: str, lines: Sequence[str]) -> None:
    """Print the lines and put them into the page of results, in place of what the section had."""
    print("\n".join(lines))
    page = RESULTS.read_text(encoding="utf-8") if RESULTS.exists() else "# Stories in figures\n"
    head, *parts = page.split("\n## ")
    sections = dict(part.split("\n", 1) for part in parts)
    load = Path("/proc/loadavg").read_text().split()[0]
    sections[section] = f"\nLoad of the machine at the end: {load}.\n\n" + "".join(f"    {line}\n" for line in lines)
    body = "".join(f"\n## {name}\n{text.rstrip()}\n" for name, text in sections.items())
    RESULTS.write_text(f"{head.rstrip()}\n{body}", encoding="utf-8")


if __name__ == "__main__":
    main(sys.argv[1:])
