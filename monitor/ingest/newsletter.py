"""One newsletter, several articles: each story with its own title, publisher and URL (case 25).

Make-ups are told apart by structure, never by the words of one sender:

- *linked headings*: headings (Markdown, HTML, bold lines, titles that are links) with text under them, each linked
  itself or closed by a link of its own ("Read more");
- *URL after*: title, perhaps publisher, paragraphs, and a line that is nothing but a URL;
- *URL before*: title, URL, then paragraphs;
- *items*, see `monitor.ingest.letter_items`: opened in bold, numbered, or between rules, and closed by their source.

Greetings, tables of contents and closings belong to no story and go. A text in which fewer than two stories are found,
in which most links are not the ends of stories, or in which most of the prose lies outside of them, is an article and
stays whole.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import replace
from statistics import mean

from monitor.ingest.blocks import Block, plain_text
from monitor.ingest.letter_items import ITEMS
from monitor.ingest.letter_lines import (
    HOUSEKEEPING,
    Story,
    could_be_publisher,
    ends_sentence,
    headlines,
    is_headline,
    is_long,
    is_read_on,
    is_title_link,
    is_titleish,
    link_of,
    named_source,
    publisher_name,
    title_and_publisher,
    without_source,
)

MIN_STORIES = 2
_LABEL = re.compile(r"[A-Z][\w'’ ]{3,30}:")
_STORY_SHARE = 0.6
_PROSE_SHARE = 0.5
_LARGEST_SHARE = 0.75
_SOURCED_SHARE = 0.4
_CLOSING = 8
"""Blocks at the end in which a mail to many says how to be rid of it."""


def split_newsletter(blocks: Sequence[Block]) -> list[Story]:
    """The stories of a newsletter in order; empty if the text is one article and should stay whole."""
    found: list[Story] = []
    for make_up in (_linked_headings, _url_after, _url_before, _named_sources, _labelled, *ITEMS):
        stories = make_up(blocks)
        if len(stories) >= MIN_STORIES and len(stories) > len(found) and _tell_most(stories, blocks):
            found = stories
    return found


def _tell_most(stories: Sequence[Story], blocks: Sequence[Block]) -> bool:
    """Whether the stories hold most of the prose, and none of them nearly all of it: else they edge an article."""
    prose = sum(len(block.text) for block in blocks if is_long(block))
    sizes = [len(story.title) + len(story.body) for story in stories]
    return sum(sizes) >= prose * _PROSE_SHARE and max(sizes) <= sum(sizes) * _LARGEST_SHARE


# --- linked headings


def _linked_headings(blocks: Sequence[Block]) -> list[Story]:
    """Sections under the heading level (or under titles that are links) that most sections with a link use."""
    stories: list[Story] = []
    for starts in _heading_sets(blocks):
        ends = [*starts[1:], len(blocks)]
        sections = [(blocks[start], blocks[start + 1 : end]) for start, end in zip(starts, ends, strict=True)]
        found = [story for head, under in sections if (story := _section_story(head, under))]
        linked = {story.url for story in found if story.url}
        told = [head for head, under in sections if any(map(is_long, under))]
        if len(linked) >= MIN_STORIES and len(linked) >= len(told) * _STORY_SHARE and len(found) > len(stories):
            stories = _without_edges(found)
    return stories


def _heading_sets(blocks: Sequence[Block]) -> list[list[int]]:
    """Where sections may begin: at headings of one level, unless they name columns (`TECH`, `#1`); linked titles."""
    levels = {block.level for block in blocks if block.level}
    sets = [[i for i, block in enumerate(blocks) if block.level == level] for level in sorted(levels)]
    titled = [starts for starts in sets if sum(is_headline(blocks[i].text) for i in starts) * 2 > len(starts)]
    return [starts for starts in (*titled, [i for i, block in enumerate(blocks) if is_title_link(block)]) if starts[1:]]


def _named_sources(blocks: Sequence[Block]) -> list[Story]:
    """Sections of a mail to many whose links stand in the prose, and name the paper that tells each story.

    An essay with headings has such links too, but it has them to one paper here and another there.
    """
    linked = sum(bool(block.links) for block in blocks) > MIN_STORIES
    if not linked or not any(HOUSEKEEPING.search(block.text) for block in blocks[-_CLOSING:]):
        return []
    best: list[Story] = []
    for starts in _heading_sets(blocks):
        ends = [*starts[1:], len(blocks)]
        found: list[Story] = []
        sourced = 0
        for start, end in zip(starts, ends, strict=True):
            head, under = blocks[start], blocks[start + 1 : end]
            story = _section_story(head, [each for each in under if not HOUSEKEEPING.search(each.text)])
            source = next(filter(None, map(named_source, under)), None)
            if story and source:
                sourced += 1
                story = replace(story, url=source.url, publisher=story.publisher or source.text)
            found += [story] if story and source else headlines(under)
        if sourced > MIN_STORIES and sourced >= len(starts) * _SOURCED_SHARE and len(found) > len(best):
            best = found
    return best


def _labelled(blocks: Sequence[Block]) -> list[Story]:
    """Sections that each say `Why it matters:`, or the like: a letter does so of all its stories, an essay of none.

    Of several such labels the rarest tells: a sponsor has fewer of them.
    """
    best: list[Story] = []
    for starts in _heading_sets(blocks):
        ends = [*starts[1:], len(blocks)]
        sections = [(blocks[start], blocks[start + 1 : end]) for start, end in zip(starts, ends, strict=True)]
        labels = [
            {opening[0] for block in under if is_long(block) and (opening := _LABEL.match(block.text))}
            for _, under in sections
        ]
        counts = Counter(label for each in labels for label in each)
        usual = [label for label, n in counts.items() if n > MIN_STORIES and n >= len(sections) * _STORY_SHARE]
        if not usual:
            continue
        label = min(usual, key=lambda each: (counts[each], each))
        told = [section for section, each in zip(sections, labels, strict=True) if label in each]
        found = [_with_link(story, under) for head, under in told if (story := _section_story(head, under))]
        best = found if len(found) > len(best) else best
    return best


def _with_link(story: Story, under: Sequence[Block]) -> Story:
    """A story with the first link in its prose, where no other leads to it."""
    return replace(
        story, url=story.url or next((link.url for block in filter(is_long, under) for link in block.links), "")
    )


def _section_story(head: Block, under: Sequence[Block]) -> Story | None:
    """A heading and what follows. A line of lower rank that is a new section's name does not belong to the story."""
    url = head.whole_link or (head.links[0].url if head.links else "")
    end = len(under)
    for i, block in enumerate(under):
        link = link_of(block)
        if link and _was_told(under[:i]):
            url = url or link
            end = i + (0 if block.bare_url or not is_long(block) else 1)
            break
        url = url or link
    told = [block for block in under[:end] if not block.bare_url and not is_read_on(block) and not _is_closing(block)]
    publisher, told = _leading_publisher(told)
    told, source = without_source(told)
    publisher, url = publisher or source.text, url or source.url
    while told and not is_long(told[-1]) and (told[-1].level or not ends_sentence(told[-1].text)):
        told = told[:-1]
    if not told or HOUSEKEEPING.search(head.text):
        return None
    title, named = title_and_publisher(head.text)
    return Story(title, plain_text(told), url, publisher or named)


def _was_told(blocks: Sequence[Block]) -> bool:
    return any(is_long(block) or ends_sentence(block.text) for block in blocks)


def _is_closing(block: Block) -> bool:
    return not is_long(block) and HOUSEKEEPING.search(block.text) is not None


def _leading_publisher(told: list[Block]) -> tuple[str, list[Block]]:
    if len(told) > 1 and could_be_publisher(told[0]) and is_long(told[1]):
        return publisher_name(told[0].text), told[1:]
    return "", told


def _without_edges(stories: list[Story]) -> list[Story]:
    """Without sections before the first and after the last that lead nowhere: greeting and closing."""
    linked = [i for i, story in enumerate(stories) if story.url]
    return [story for story in stories[linked[0] : linked[-1] + 1] if story.url or not HOUSEKEEPING.search(story.body)]


# --- URLs on lines of their own


def _url_after(blocks: Sequence[Block]) -> list[Story]:
    """Chunks that end in a URL line."""
    ends = [i for i, block in enumerate(blocks) if block.bare_url]
    starts = [0, *(end + 1 for end in ends)]
    chunks = [list(blocks[start:end]) for start, end in zip(starts, ends, strict=False)]
    heads = [_head_length(chunk) for chunk in chunks[1:] if chunk]
    if len(chunks) < MIN_STORIES or not heads:
        return []
    usual = Counter(n for n in heads if n).most_common(1)
    if not usual:
        return []
    parted = [_parted(chunk, usual[0][0], first=i == 0) for i, chunk in enumerate(chunks) if _ends_in_prose(chunk)]
    ends = [end for chunk, end in zip(chunks, ends, strict=False) if _ends_in_prose(chunk)]
    return _told([(*part, blocks[end].bare_url) for part, end in zip(parted, ends, strict=True)], len(starts) - 1)


def _ends_in_prose(chunk: Sequence[Block]) -> bool:
    """Where the URL line follows a title, it does not close a story but opens one."""
    return bool(chunk) and (is_long(chunk[-1]) or ends_sentence(chunk[-1].text))


def _head_length(chunk: Sequence[Block]) -> int:
    """How many short lines stand before the first paragraph; 0 if the chunk has no paragraph."""
    return next((i for i, block in enumerate(chunk) if is_long(block)), 0)


def _parted(chunk: list[Block], usual: int, *, first: bool) -> tuple[list[Block], list[Block]]:
    """Head and paragraphs. The first chunk begins with a greeting: its story follows the last paragraph of that."""
    start = _head_length(chunk)
    if first:
        tops = [i for i in range(1, len(chunk)) if is_long(chunk[i]) and not is_long(chunk[i - 1])]
        start = tops[-1] if tops else start
    return chunk[max(0, start - usual) : start], chunk[start:]


def _url_before(blocks: Sequence[Block]) -> list[Story]:
    """Chunks in which the URL line follows the title."""
    urls = [i for i, block in enumerate(blocks) if block.bare_url and i and _is_title(blocks[i - 1])]
    parts: list[tuple[list[Block], list[Block], str]] = []
    for n, at in enumerate(urls):
        end = urls[n + 1] - 1 if n + 1 < len(urls) else len(blocks)
        body = [block for block in blocks[at + 1 : end] if not block.bare_url]
        head = [blocks[at - 1]]
        if body and could_be_publisher(body[0]) and len(body) > 1:
            head, body = [*head, body[0]], body[1:]
        parts.append((head, _until_closing(body), blocks[at].bare_url))
    return _told(parts, sum(bool(block.bare_url) for block in blocks))


def _is_title(block: Block) -> bool:
    """Whether a line can head a story; one that ends in a colon says what the URL is: `Connect with us:`."""
    return is_titleish(block) and is_headline(block.text) and not block.text.endswith((":", "："))


def _until_closing(body: list[Block]) -> list[Block]:
    """The paragraphs up to the first short line or housekeeping: what follows is a section's name or the closing."""
    for i, block in enumerate(body):
        if i and (not is_long(block) or HOUSEKEEPING.search(block.text)):
            return body[:i]
    return body


def _told(parts: Sequence[tuple[list[Block], list[Block], str]], links: int) -> list[Story]:
    """The parts that are stories, if they are most of what the links belong to."""
    whole = [(head, body, url) for head, body, url in parts if head and body and any(map(is_long, body))]
    if len(whole) < MIN_STORIES or len(whole) < links * _STORY_SHARE:
        return []
    names_first = _publisher_first([head for head, _, _ in whole])
    return [_story(head, body, url, names_first=names_first) for head, body, url in whole]


def _publisher_first(heads: Sequence[Sequence[Block]]) -> bool:
    """Of two lines in a head, publishers are the shorter and the less varied ones, title lines the longer."""
    pairs = [(head[-2].text, head[-1].text) for head in heads if len(head) > 1]
    if not pairs:
        return False
    uppers, lowers = zip(*pairs, strict=True)
    return mean(map(len, uppers)) < mean(map(len, lowers)) and len(set(uppers)) <= len(set(lowers))


def _story(head: Sequence[Block], body: Sequence[Block], url: str, *, names_first: bool) -> Story:
    title, publisher = head[-1].text, ""
    if len(head) > 1:
        first, second = (head[-1], head[-2]) if names_first else (head[-2], head[-1])
        title, publisher = first.text, publisher_name(second.text) if could_be_publisher(second) else ""
    title, named = title_and_publisher(title)
    return Story(title, plain_text(body), url, publisher or named)
