"""Which story an article belongs to. Each article is assigned once, with a reason.

`place` decides as far as exact facts carry: an article joins the story of the freshest fact that it tells again.
`monitor.stories.kept` knows the other way in, by similar words, names and numbers, over a store:

    a copy of a known text: its story                        SAME_TEXT
    a fact that is told again: its story                     SAME_FACT
    like the articles of a story of the last days            SIMILAR
    like a story that a rule without a fact told before      SIMILAR, at any age
    like none of them: a story of its own                    FIRST

A story that was chosen by fact is told to the window too, so that articles without facts find it. An article stays
where it was put; where a later one shows that two stories are one, the one that opened first takes the other in
(`Merge`).
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from monitor.model import Article, KeyMemory, Match, Story, StoryReason, Verdict
from monitor.stories.freshness import NoveltySettings, is_fresh
from monitor.stories.identity import Recognised, Recognition
from monitor.stories.keys import key_of
from monitor.stories.partial import align, is_told_of


@dataclass(frozen=True, slots=True)
class Merge:
    """Two stories turned out to be one: `dropped` is from now on `kept`, which opened first; `score` says how surely.

    Nothing is told again because of it: what was told of either was told, and its memories stay under their keys.
    """

    kept: str
    dropped: str
    score: float


@dataclass(frozen=True, slots=True)
class Placement:
    """The story of an article, and why.

    `score` is the logarithm of the odds of the likeliest story where likeness was asked; `merges` are the stories that
    this article showed to be one.
    """

    story: str
    reason: StoryReason
    score: float | None = None
    merges: tuple[Merge, ...] = ()

    @property
    def names(self) -> frozenset[str]:
        """The story's name, and those of the stories that go by it from now on."""
        return frozenset((self.story, *(name for merge in self.merges for name in (merge.kept, merge.dropped))))

    def after(self, known: Story | None, article: Article, verdicts: Sequence[Verdict]) -> Story:
        """The story once the article is in it; `known` is the stored story of this id, None if it opens now.

        A new version of an article is not another article. Only what was told as new, update or also-in prolongs
        the story: the verdicts' memories say so, in `last_told`.
        """
        if known is None:
            known = Story(id=self.story, opened=article.arrived, last_told=article.arrived, articles=0)
        another = known.articles == 0 or self.reason is not StoryReason.SAME_ARTICLE
        last_told = max([known.last_told, *(verdict.memory.last_told for verdict in verdicts)])
        return replace(known, last_told=last_told, articles=known.articles + another)


def place(
    article: Article,
    recognised: Recognised,
    matches: Sequence[Match],
    memories: Mapping[str, KeyMemory],
    settings: NoveltySettings,
) -> Placement:
    """Assign an article to a story.

    A version stays with its article, a copy with its original. A correction belongs to the story that it corrects,
    at any age. Else the freshest story of a fact that the article tells, while that is fresh; else a story of its
    own, whose id derives from the article's, so that a replay gives the same. What an article only mentions further
    down does not put it anywhere: else one look back at five bans would make one story of five. A ban that is
    lifted when its story is over opens a story of its own: it is another event about the same fact.
    """
    if recognised.known is not None:
        version = recognised.kind is Recognition.VERSION
        return Placement(recognised.known.story, StoryReason.SAME_ARTICLE if version else StoryReason.SAME_TEXT)
    aligned = align(matches, memories, article.arrived, settings)
    keys = [(match, aligned.standing.get(key, key)) for match in matches if match.fact and (key := key_of(match, ""))]
    told = [(match, aligned.memories[key]) for match, key in keys if key in aligned.memories and is_told_of(match)]
    open_ = [memory for match, memory in told if match.retracts or is_fresh(memory, article.arrived, settings)]
    if open_:
        freshest = max(open_, key=lambda memory: (memory.last_told, memory.story))
        return Placement(freshest.story, StoryReason.SAME_FACT)
    return Placement(story_id(article.id), StoryReason.FIRST)


def story_of(match: Match, key: str, article: str, story: str) -> str:
    """The story that a fact is remembered by when `article` is the first to tell it, and belongs to `story`.

    What is only mentioned there waits for the article that is about it, under a name of its own.
    """
    return story if is_told_of(match) or not match.fact else story_id(f"{article}\0{key}")


def story_id(article: str) -> str:
    """The id of the story that an article opens."""
    return "story-" + hashlib.sha256(article.encode("utf-8", "surrogatepass")).hexdigest()[:16]
