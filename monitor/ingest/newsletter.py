"""One newsletter, several articles: each story with its own title, publisher and URL (case 25).

Three make-ups are told apart by structure, never by the words of one sender:

- *linked headings*: headings (Markdown, HTML, bold lines, titles that are links) with text under them, each linked
  itself or closed by a link of its own ("Read more");
- *URL after*: title, perhaps publisher, paragraphs, and a line that is nothing but a URL;
- *URL before*: title, URL, then paragraphs.

Greetings, tables of contents and closings belong to no story and go. A text in which fewer than two stories are found,
in which most links are not the ends of stories, or in which most of the prose lies outside of them, is an article and
stays whole.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import mean

from monitor.ingest.blocks import Block, plain_text

MIN_STORIES = 2
_TITLE_LENGTH = 200
_PUBLISHER_LENGTH = 60
_PARAGRAPH_LENGTH = 90
_CJK_PARAGRAPH_LENGTH = 35
_STORY_SHARE = 0.6
_PROSE_SHARE = 0.5

_CJK = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]")
_SENTENCE_END = re.compile(r"[.!?。！？…][\"'”’»)）」』]*$")
_NUMBERING = re.compile(r"^(?:\(?\d{1,3}[.)、:：]\s*|[-*•·▪►▶■●]\s+|#\d+\s+)")
_IN_BRACKETS = re.compile(r"^(?P<title>.{8,}?)\s*[(（\[【](?P<publisher>[^()（）\[\]【】]{2,60})[)）\]】]$")
_AFTER_DASH = re.compile(r"^(?P<title>.{8,}?)\s+[|–—-]\s+(?P<publisher>[^|–—]{2,60})$")
_LABELLED = re.compile(
    r"^(?:source|via|from|publisher|by|来源|來源|出处)\s*[:：]\s*(?P<publisher>.{2,60})$", re.IGNORECASE
)
_READ_ON = re.compile(
    r"^\W*(?:read|continue|full|more|link|source|see|view|details|here|via|open|阅读|閱讀|查看|详情|詳情|全文|原文|链接|更多)",
    re.IGNORECASE,
)
_HOUSEKEEPING = re.compile(
    r"unsubscribe|subscri(?:be|ption)|manage (?:your )?preferences|privacy policy|"
    r"view (?:this|it)? ?(?:e-?mail)? ?(?:in|online)|terms of (?:use|service)|forward(?:ed)? (?:this|to)|"
    r"you (?:are )?receiv|copyright|©|all rights reserved|follow us|advertis|sponsor|"
    r"退订|订阅|版权所有|关注我们",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Story:
    """One story of a newsletter, as it stands there."""

    title: str
    body: str
    url: str = ""
    publisher: str = ""


def split_newsletter(blocks: Sequence[Block]) -> list[Story]:
    """The stories of a newsletter in order; empty if the text is one article and should stay whole."""
    for make_up in (_linked_headings, _url_after, _url_before):
        stories = make_up(blocks)
        if len(stories) >= MIN_STORIES and _tell_most(stories, blocks):
            return stories
    return []


def _tell_most(stories: Sequence[Story], blocks: Sequence[Block]) -> bool:
    """Whether the stories hold most of the prose; if not, what looks like stories is the edge of an article."""
    prose = sum(len(block.text) for block in blocks if _is_long(block))
    return sum(len(story.body) for story in stories) >= prose * _PROSE_SHARE


def _is_long(block: Block) -> bool:
    """A paragraph of prose, as against a title, a name or a label."""
    limit = _CJK_PARAGRAPH_LENGTH if len(_CJK.findall(block.text)) * 3 > len(block.text) else _PARAGRAPH_LENGTH
    return len(block.text) >= _TITLE_LENGTH or (len(block.text) >= limit and bool(_SENTENCE_END.search(block.text)))


def _is_titleish(block: Block) -> bool:
    return not _is_long(block) and not block.bare_url and len(block.text) <= _TITLE_LENGTH


def _link_of(block: Block) -> str:
    """Where a block leads that is there to be clicked: a bare URL, or a short "Read more" link."""
    if block.bare_url:
        return block.bare_url
    last = block.links[-1] if block.links else None
    return last.url if last and len(last.text) <= 60 and _READ_ON.match(last.text or "link") else ""


# --- linked headings


def _linked_headings(blocks: Sequence[Block]) -> list[Story]:
    """Sections under the heading level (or under titles that are links) that most sections with a link use."""
    stories: list[Story] = []
    for starts in _heading_sets(blocks):
        ends = [*starts[1:], len(blocks)]
        sections = [(blocks[start], blocks[start + 1 : end]) for start, end in zip(starts, ends, strict=True)]
        found = [story for head, under in sections if (story := _section_story(head, under))]
        linked = {story.url for story in found if story.url}
        told = [head for head, under in sections if any(map(_is_long, under))]
        if len(linked) >= MIN_STORIES and len(linked) >= len(told) * _STORY_SHARE and len(found) > len(stories):
            stories = _without_edges(found)
    return stories


def _heading_sets(blocks: Sequence[Block]) -> list[list[int]]:
    levels = Counter(block.level for block in blocks if block.level)
    sets = [[i for i, block in enumerate(blocks) if block.level == level] for level, n in levels.items() if n > 1]
    titles = [i for i, block in enumerate(blocks) if _is_title_link(block)]
    return [*sets, titles] if len(titles) > 1 else sets


def _is_title_link(block: Block) -> bool:
    if not block.whole_link or _READ_ON.match(block.text) or _HOUSEKEEPING.search(block.text):
        return False
    return len(block.text.split()) >= 3 or len(_CJK.findall(block.text)) >= 6


def _section_story(head: Block, under: Sequence[Block]) -> Story | None:
    """A heading and what follows. A line of lower rank that is a new section's name does not belong to the story."""
    url = head.whole_link or (head.links[0].url if head.links else "")
    end = len(under)
    for i, block in enumerate(under):
        link = _link_of(block)
        if link and _was_told(under[:i]):
            url = url or link
            end = i + (0 if block.bare_url or not _is_long(block) else 1)
            break
        url = url or link
    told = [block for block in under[:end] if not block.bare_url and not _is_read_on(block)]
    publisher, told = _leading_publisher(told)
    while told and not _is_long(told[-1]) and (told[-1].level or not _SENTENCE_END.search(told[-1].text)):
        told = told[:-1]
    if not told or _HOUSEKEEPING.search(head.text):
        return None
    title, named = _title_and_publisher(head.text)
    return Story(title, plain_text(told), url, publisher or named)


def _was_told(blocks: Sequence[Block]) -> bool:
    return any(_is_long(block) or _SENTENCE_END.search(block.text) for block in blocks)


def _is_read_on(block: Block) -> bool:
    return bool(block.whole_link and _READ_ON.match(block.text))


def _leading_publisher(told: list[Block]) -> tuple[str, list[Block]]:
    if len(told) > 1 and _could_be_publisher(told[0]) and _is_long(told[1]):
        return _publisher_name(told[0].text), told[1:]
    return "", told


def _without_edges(stories: list[Story]) -> list[Story]:
    """Without sections before the first and after the last that lead nowhere: greeting and closing."""
    linked = [i for i, story in enumerate(stories) if story.url]
    return [story for story in stories[linked[0] : linked[-1] + 1] if story.url or not _HOUSEKEEPING.search(story.body)]


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
    return bool(chunk) and (_is_long(chunk[-1]) or _SENTENCE_END.search(chunk[-1].text) is not None)


def _head_length(chunk: Sequence[Block]) -> int:
    """How many short lines stand before the first paragraph; 0 if the chunk has no paragraph."""
    return next((i for i, block in enumerate(chunk) if _is_long(block)), 0)


def _parted(chunk: list[Block], usual: int, *, first: bool) -> tuple[list[Block], list[Block]]:
    """Head and paragraphs. The first chunk begins with a greeting: its story follows the last paragraph of that."""
    start = _head_length(chunk)
    if first:
        tops = [i for i in range(1, len(chunk)) if _is_long(chunk[i]) and not _is_long(chunk[i - 1])]
        start = tops[-1] if tops else start
    return chunk[max(0, start - usual) : start], chunk[start:]


def _url_before(blocks: Sequence[Block]) -> list[Story]:
    """Chunks in which the URL line follows the title."""
    urls = [i for i, block in enumerate(blocks) if block.bare_url and i and _is_titleish(blocks[i - 1])]
    parts: list[tuple[list[Block], list[Block], str]] = []
    for n, at in enumerate(urls):
        end = urls[n + 1] - 1 if n + 1 < len(urls) else len(blocks)
        body = [block for block in blocks[at + 1 : end] if not block.bare_url]
        head = [blocks[at - 1]]
        if body and _could_be_publisher(body[0]) and len(body) > 1:
            head, body = [*head, body[0]], body[1:]
        parts.append((head, _until_closing(body), blocks[at].bare_url))
    return _told(parts, sum(bool(block.bare_url) for block in blocks))


def _until_closing(body: list[Block]) -> list[Block]:
    """The paragraphs up to the first short line or housekeeping: what follows is a section's name or the closing."""
    for i, block in enumerate(body):
        if i and (not _is_long(block) or _HOUSEKEEPING.search(block.text)):
            return body[:i]
    return body


def _told(parts: Sequence[tuple[list[Block], list[Block], str]], links: int) -> list[Story]:
    """The parts that are stories, if they are most of what the links belong to."""
    whole = [(head, body, url) for head, body, url in parts if head and body and any(map(_is_long, body))]
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
        title, publisher = first.text, _publisher_name(second.text) if _could_be_publisher(second) else ""
    title, named = _title_and_publisher(title)
    return Story(title, plain_text(body), url, publisher or named)


# --- titles and publishers


def _could_be_publisher(block: Block) -> bool:
    return (
        len(block.text) <= _PUBLISHER_LENGTH
        and len(block.text.split()) <= 8
        and not _SENTENCE_END.search(block.text)
        and not block.bare_url
    )


def _publisher_name(text: str) -> str:
    """`Source: Reuters | 30 January` -> Reuters."""
    labelled = _LABELLED.match(text)
    name = labelled["publisher"] if labelled else text
    return re.split(r"\s+[|•·–—-]\s+|\s*[|•·]\s*", name.strip(" ()[]（）【】*_"))[0].strip()


def _title_and_publisher(text: str) -> tuple[str, str]:
    """A title without its number; the publisher too, where it stands in brackets or after a bar at the end."""
    text = _NUMBERING.sub("", text).strip()
    for form in (_IN_BRACKETS, _AFTER_DASH):
        found = form.match(text)
        if found and _is_name(found["publisher"]):
            return found["title"].strip(), found["publisher"].strip()
    return text, ""


def _is_name(text: str) -> bool:
    words = text.split()
    significant = [
        word for word in words if word[0].isalpha() and word.lower() not in ("of", "the", "and", "for", "in")
    ]
    return 0 < len(words) <= 5 and bool(significant) and all(not word[0].islower() for word in significant)
