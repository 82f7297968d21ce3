"""Files that hold one text: `.txt`, `.md` and `.html`, each perhaps a newsletter."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from monitor.ingest.article import CREDIT, Draft
from monitor.ingest.blocks import STRONG, Block, plain_text, text_blocks
from monitor.ingest.charset import decode, html_charset
from monitor.ingest.html import read_page
from monitor.ingest.letter_lines import Story
from monitor.ingest.markdown import markdown_blocks, split_front_matter
from monitor.ingest.newsletter import split_newsletter
from monitor.model import Rejection
from monitor.text.clean import clean

TITLE_LENGTH = 160
"""Characters up to which the first line of a text may be its title."""

_FIELDS = {
    "id": "native_id", "guid": "native_id", "title": "title", "headline": "title", "summary": "summary",
    "description": "summary", "url": "url", "link": "url", "publisher": "publisher", "source": "publisher",
    "author": "author", "authors": "author", "by": "author", "category": "category", "categories": "category",
    "tags": "category", "published": "published", "date": "published", "arrived": "arrived", "lang": "lang",
    "language": "lang",
}  # fmt: skip


def text_drafts(raw: bytes) -> Iterator[Draft | Rejection]:
    """The articles of a `.txt` file."""
    yield from drafts_of(text_blocks(clean(decode(raw))), Draft())


def markdown_drafts(raw: bytes) -> Iterator[Draft | Rejection]:
    """The articles of a `.md` file; its front matter speaks for all of them."""
    front = split_front_matter(clean(decode(raw)))
    if front.fault:
        yield Rejection("", front.fault)
    blocks = markdown_blocks(front.text)
    known = draft_of_keys(front.values)
    title, rest = _heading_title(blocks)
    if not known.title and title:
        known, blocks = replace(known, title=title), rest
    yield from drafts_of(blocks, known)


def html_drafts(raw: bytes) -> Iterator[Draft | Rejection]:
    """The articles of a saved page. One that names its address or date is one article, whatever stands around it."""
    page = read_page(clean(decode(raw, html_charset(raw))))
    known = Draft(
        title=page.title, summary=page.summary, url=page.url, publisher=page.publisher, author=page.author,
        published=page.published, lang=page.lang,
    )  # fmt: skip
    if page.url or page.published:
        told = [block for block in page.blocks if not block.whole_link or block.level]
        yield replace(known, body=plain_text(_without_title(told, known.title)))
    else:
        yield from drafts_of(page.blocks, known)


def draft_of_keys(values: Mapping[str, str]) -> Draft:
    """A draft without text from front matter; keys that we do not search are kept in `extra`."""
    known: dict[str, Any] = {_FIELDS[key]: value for key, value in values.items() if key in _FIELDS and value}
    return Draft(**known, extra={key: value for key, value in values.items() if key not in _FIELDS})


def drafts_of(blocks: Sequence[Block], known: Draft) -> Iterator[Draft]:
    """The stories of a newsletter, or the one article that the blocks are. `known` is what stood outside the text."""
    stories = split_newsletter(blocks)
    if stories:
        yield from (_of_story(story, known) for story in stories)
        return
    title, rest = (known.title, blocks) if known.title else first_line_title(blocks)
    yield replace(known, title=title, body=plain_text(_without_title(rest, known.title)))


def _without_title(blocks: Sequence[Block], title: str) -> Sequence[Block]:
    """The blocks below the title, where it stands above the text once more."""
    return blocks[1:] if title and blocks and blocks[0].text.strip() == title.strip() else blocks


def _of_story(story: Story, known: Draft) -> Draft:
    """A story's own words, with the newsletter's date and language; the id and URL of the whole are not its own."""
    return Draft(
        title=story.title,
        body=story.body,
        url=story.url,
        publisher=story.publisher or known.publisher,
        category=known.category,
        lang=known.lang,
        published=known.published,
        arrived=known.arrived,
        extra=known.extra,
    )


def first_line_title(blocks: Sequence[Block]) -> tuple[str, Sequence[Block]]:
    """The first line, if it is a short one before more text; a photo's credit is none, and stays in the body."""
    if len(blocks) < 2 or len(blocks[0].text) > TITLE_LENGTH or blocks[0].bare_url or CREDIT.match(blocks[0].text):
        return "", blocks
    if re.search(r"[^.][.。]$", blocks[0].text) and len(blocks[0].text) > TITLE_LENGTH // 2:
        return "", blocks
    return blocks[0].text, blocks[1:]


def _heading_title(blocks: Sequence[Block]) -> tuple[str, list[Block]]:
    """A Markdown text's title: its first block if that is a heading, and the only one of its level."""
    if not blocks or not 0 < blocks[0].level < STRONG:
        return "", list(blocks)
    alone = sum(block.level == blocks[0].level for block in blocks) == 1
    return (blocks[0].text, list(blocks[1:])) if alone else ("", list(blocks))
