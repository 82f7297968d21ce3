"""A small journey without engine and store: articles with given matches, and memories in dictionaries."""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from monitor.model import (
    TEXT_FIELDS,
    Article,
    Evidence,
    Fact,
    KeyMemory,
    KnownArticle,
    Match,
    Severity,
    Story,
    Verdict,
)
from monitor.stories.grouping import Placement, place
from monitor.stories.identity import TEXT_IDENTITY, Recognised, Recognition, fingerprint, lookup_order, recognise
from monitor.stories.keys import key_of
from monitor.stories.novelty import NoveltySettings, judge

TABLE = Path(__file__).with_name("expected_novelty.toml")


@dataclass(frozen=True)
class Step:
    """One article of a table, its matches, and what is expected of it."""

    name: str
    article: Article
    matches: tuple[Match, ...]
    expected: tuple[str, ...]
    kind: str
    story: str


@dataclass(frozen=True)
class Told:
    """What the journey made of one article."""

    article: Article
    recognised: Recognised
    placement: Placement | None
    verdicts: tuple[Verdict, ...]


@dataclass
class Journey:
    """The pipeline's order of calls, on dictionaries."""

    settings: NoveltySettings = field(default_factory=NoveltySettings)
    articles: dict[str, KnownArticle] = field(default_factory=dict)
    stories: dict[str, Story] = field(default_factory=dict)
    memories: dict[str, KeyMemory] = field(default_factory=dict)

    def take(self, article: Article, matches: Sequence[Match]) -> Told:
        order = lookup_order(article.identities)
        known = next((self.articles[identity] for identity in order if identity in self.articles), None)
        recognised = recognise(article, known)
        if recognised.kind is Recognition.COPY:
            return Told(article, recognised, None, ())
        placement = place(article, recognised, matches, self.recall(matches, ""), self.settings)
        memories = self.recall(matches, placement.story)
        verdicts = judge(article, recognised, placement, matches, memories, article.arrived, self.settings)
        for identity in article.identities:
            self.articles[identity] = KnownArticle(
                recognised.stored_as, placement.story, recognised.fingerprint, identity, article
            )
        known_story = self.stories.get(placement.story)
        self.stories[placement.story] = placement.after(known_story, article, verdicts)
        self.memories |= {verdict.memory.key: verdict.memory for verdict in verdicts}
        return Told(article, recognised, placement, tuple(verdicts))

    def recall(self, matches: Iterable[Match], story: str) -> Mapping[str, KeyMemory]:
        """As the store does it: `last_told` is that of the key's story."""
        keys = {key_of(match, story) for match in matches}
        return {key: self._with_story(self.memories[key]) for key in keys & self.memories.keys()}

    def _with_story(self, memory: KeyMemory) -> KeyMemory:
        return replace(memory, last_told=max(memory.last_told, self.stories[memory.story].last_told))


def article_of(title: str, text: str, at: datetime, *, name: str = "", url: str = "", **more: Any) -> Article:
    """An article with the identities that ingest would find: its URL and its words."""
    url = url or f"https://news.example/{name or title}"
    bare = Article(id=f"id-{name or title}", source="test", title=title, body=text, url=url, arrived=at, **more)
    return replace(bare, identities=(f"url:{url}", TEXT_IDENTITY + fingerprint(bare)))


def evidence_of(article: Article, words: str) -> tuple[Evidence, ...]:
    """The first place in title, summary or body where the words stand."""
    for name in TEXT_FIELDS:
        if (start := article.text_of(name).find(words)) >= 0:
            return (Evidence(name, ((start, start + len(words)),)),)
    raise AssertionError(f"{words!r} stands nowhere in {article.id}")


def load_steps(path: Path = TABLE) -> list[Step]:
    """The steps of a table, in order of arrival."""
    table = tomllib.loads(path.read_text(encoding="utf-8"))
    urls: dict[str, str] = {}
    steps = []
    for row in table["step"]:
        urls[row["name"]] = urls.get(row.get("url_of", ""), f"https://news.example/{row['name']}")
        article = article_of(
            row["title"],
            row["text"],
            row["at"],
            name=row["name"],
            url=urls[row["name"]],
            publisher=row["publisher"],
            published=row.get("published", row["at"]),
        )
        lines = [[part.strip() for part in line.split("|")] for line in row["tell"]]
        steps.append(
            Step(
                name=row["name"],
                article=article,
                matches=tuple(_match(table["rules"], article, told, words) for told, words, _ in lines),
                expected=tuple(outcome for _, _, outcome in lines),
                kind=row.get("is", "first"),
                story=row.get("story", row["name"]),
            )
        )
    return sorted(steps, key=lambda step: step.article.arrived)


def _match(rules: Mapping[str, Any], article: Article, told: str, words: str) -> Match:
    name, _, rest = told.partition(":")
    values, _, state = rest.partition(";")
    rule = rules[name.removesuffix("!")]
    return Match(
        watchlist=rule["watchlist"],
        rule=name.removesuffix("!"),
        about=rule["about"],
        severity=Severity(rule["severity"]),
        title=told,
        fact=Fact.of(dict(zip(rule["fact"], (value.strip() for value in values.split(",")), strict=False))),
        state=Fact.of({slot: state.strip() for slot in rule.get("state", ())}),
        evidence=evidence_of(article, words),
        retracts=name.endswith("!"),
    )
