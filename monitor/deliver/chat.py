"""What all chat services have in common: text that does nothing but be read, and posts within their limits.

Titles come from strangers. Services turn what looks like an address, a mention or a tag into one, wherever it stands;
an invisible character after the sign that starts it prevents that and changes nothing that a reader sees.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import pairwise

from monitor.model.record import PassageRecord, Record, StoryRecord

INVISIBLE = "\u200b"
_STARTS = re.compile(
    r"[@#](?=\w)|<(?=[!@#\w/])|(?<![\w/])/(?=\w)|://|(?<=\w)\.(?=[^\W\d_]{2})|\b(?:www|mailto|tel)(?=[.:])",
    re.IGNORECASE,
)
"""Where a mention, a tag, a command, an address or a bare host begins."""

LONGEST_HEADLINE = 200

Run = tuple[str, bool]
"""A stretch of text, and whether it is marked."""


def defused(text: str) -> str:
    """The text, in which no service finds a mention, a tag, a command or an address."""
    return _STARTS.sub(lambda start: start[0] + INVISIBLE, text)


def runs_of(passage: PassageRecord) -> Iterator[Run]:
    """A sentence in stretches, marked and not, with who told it."""
    edges = [0, *(edge for mark in passage.marks for edge in mark), len(passage.text)]
    for number, (start, end) in enumerate(pairwise(edges)):
        if start < end:
            yield passage.text[start:end], number % 2 == 1
    if passage.publisher:
        yield f" ({passage.publisher})", False


def byline(story: StoryRecord) -> str:
    """Who told it, when, and who else."""
    parts = [story.publisher, story.when, story.age, story.note]
    if story.also_in or story.also_more:
        names = ", ".join(dict.fromkeys(place.publisher for place in story.also_in if place.publisher))
        more = f"{names}, {story.also_more} more" if story.also_more and names else names
        parts.append(f"also in {more or f'{story.also_more} more'}")
    return " · ".join(part for part in parts if part)


def heading(record: Record, number: int, total: int) -> str:
    """The subject, and which of several posts this is."""
    return record.subject if total == 1 else f"{record.subject} ({number} of {total})"


WHOLE = "The whole digest"
"""What the last post calls the page that holds everything."""


Fits = Callable[[Sequence[StoryRecord]], bool]


def shares(stories: Sequence[StoryRecord], fits: Fits) -> list[list[StoryRecord]]:
    """The stories in order, as many in each post as fit; at least one post. What fits in none is shortened first."""
    found: list[list[StoryRecord]] = [[]]
    for story in (_fitting(story, fits) for story in stories):
        if found[-1] and not fits([*found[-1], story]):
            found.append([])
        found[-1].append(story)
    return found


def _fitting(story: StoryRecord, fits: Fits) -> StoryRecord:
    """The story, with as much of it as a post of its own can hold; what goes missing is said or shows an ellipsis."""
    return next((form for form in _shorter(story) if fits([form])), _shortest(story))


def _shorter(story: StoryRecord) -> Iterator[StoryRecord]:
    yield story
    for kept in range(len(story.passages) - 1, -1, -1):
        gone = len(story.passages) - kept
        note = f"{gone} more {'sentence' if gone == 1 else 'sentences'} in the article"
        yield replace(story, passages=story.passages[:kept], note=" · ".join(filter(None, (story.note, note))))


def _shortest(story: StoryRecord) -> StoryRecord:
    """No more than a headline and its address."""
    return replace(
        story,
        headline=cut(story.headline, LONGEST_HEADLINE),
        title=cut(story.title, LONGEST_HEADLINE),
        publisher=cut(story.publisher, 80),
        news=(),
        passages=(),
        also_in=(),
        also_more=0,
        note="shortened to its headline: it is too long for this service",
    )


def pieces(text: str, limit: int) -> list[str]:
    """A long text in pieces of at most `limit` characters, cut at ends of lines where there are any; at least one."""
    found = [""]
    for line in text.splitlines(keepends=True):
        for part in (line[at : at + limit] for at in range(0, len(line), limit)):
            if len(found[-1]) + len(part) > limit:
                found.append("")
            found[-1] += part
    return found


def cut(text: str, limit: int) -> str:
    """At most `limit` characters, with an ellipsis where something is missing."""
    return text if len(text) <= limit else f"{text[: limit - 1].rstrip()}…"
