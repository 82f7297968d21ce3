"""A text as a row of blocks, whatever it was written in: what newsletters are split into and bodies made of."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from monitor.ingest.unwrap import unwrap

STRONG = 7
"""The level of a line that is bold from end to end: a heading in all but name."""

_MAX_URL_LINE = 3_000
_BARE_URL = re.compile(
    r"""^(?P<label>[^\n:：]{0,40}?[:：]?\s*)(?:[-–—→»>*•]\s*)?[<(\[]?(?P<url>https?://[^\s<>()\[\]"]+(?:\([^\s<>()"]*\))?[^\s<>()\[\]"]*)[>)\]]?\.?$""",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Link:
    """A link and the words that it stands on; no words where the URL itself is shown."""

    url: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph, heading or list item. `level` is 1 to 6 for headings, `STRONG` for all-bold lines, else 0."""

    text: str
    level: int = 0
    links: tuple[Link, ...] = ()

    @property
    def whole_link(self) -> str:
        """The URL, if the whole block is one link with words of its own."""
        matching = [link for link in self.links if link.text and len(link.text) * 10 >= len(self.text) * 8]
        return matching[0].url if matching else ""

    @property
    def bare_url(self) -> str:
        """The URL, if the block is nothing but a URL, perhaps with a short label before it."""
        found = _BARE_URL.match(self.text) if "://" in self.text and len(self.text) <= _MAX_URL_LINE else None
        if not found or len(found["label"].split()) > 4:
            return ""
        return found["url"]


def text_blocks(text: str) -> list[Block]:
    """The blocks of a plain text: its paragraphs, once hard-wrapped lines are joined."""
    return [Block(line) for line in unwrap(text).split("\n") if line]


def plain_text(blocks: Iterable[Block]) -> str:
    """Blocks as a body: a newline ends each paragraph."""
    return "\n".join(block.text for block in blocks)


def paragraphs(text: str) -> str:
    """Text by the convention of `Article.body`: one paragraph a line, no empty lines, no blanks at the edges."""
    return "\n".join(line for line in (" ".join(part.split()) for part in text.split("\n")) if line)


def join_texts(parts: Sequence[str]) -> str:
    """Several texts as one, each beginning a new paragraph."""
    return "\n".join(part for part in parts if part)
