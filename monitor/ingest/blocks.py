"""A text as a row of blocks, whatever it was written in: what newsletters are split into and bodies made of."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from monitor.ingest.unwrap import single_blanks, unwrap

STRONG = 7
"""The level of a line that is bold from end to end: a heading in all but name."""

_MAX_URL_LINE = 3_000
_BARE_URL = re.compile(
    r"""^(?P<label>[^\n:：]{0,40}?[:：]?\s*)(?:[-–—→»>*•]\s*)?[<(\[]?(?P<url>https?://[^\s<>()\[\]"]+(?:\([^\s<>()"]*\))?[^\s<>()\[\]"]*)[>)\]]?\.?$""",
    re.IGNORECASE,
)
_RULE = re.compile(r"^[ \t]*((?:[-=_*~#•·—–─━═][ \t]?){3,})$", re.MULTILINE)
_WORDS_AND_URL = re.compile(r"(?<=[\w.!?。”\"')）])<(?P<url>https?://[^\s<>]{1,2000})>")


@dataclass(frozen=True, slots=True)
class Link:
    """A link and the words that it stands on; no words where the URL itself is shown."""

    url: str
    text: str = ""


@dataclass(frozen=True, slots=True)
class Block:
    """One paragraph, heading or list item. `level` is 1 to 6 for headings, `STRONG` for all-bold lines, else 0.

    `lead` are the words in bold with which a paragraph begins; `ruled` says that a rule stands above the block.
    """

    text: str
    level: int = 0
    links: tuple[Link, ...] = ()
    lead: str = ""
    ruled: bool = False

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
    """The blocks of a plain text: its paragraphs, once hard-wrapped lines are joined, and the rules between them."""
    blocks: list[Block] = []
    ruled = False
    for line in filter(None, unwrap(_RULE.sub(r"\n\n\1\n\n", text)).split("\n")):
        if _RULE.fullmatch(line):
            ruled = True
            continue
        blocks.append(_linked(line, ruled))
        ruled = False
    return blocks


def _linked(line: str, ruled: bool) -> Block:
    """A line as mail programs write HTML as text, each link after its words: `words<https://...>`."""
    links: list[Link] = []
    words = ""
    at = 0
    for found in _WORDS_AND_URL.finditer(line) if "<http" in line and len(line) <= _MAX_URL_LINE else ():
        piece = line[at : found.start()]
        words, at = words + piece, found.end()
        links.append(Link(found["url"], re.split(r"(?<=[.!?。|])\s+", piece.strip())[-1]))
    return Block((words + line[at:]).strip() if links else line, links=tuple(links), ruled=ruled)


def plain_text(blocks: Iterable[Block]) -> str:
    """Blocks as a body: a newline ends each paragraph."""
    return "\n".join(block.text for block in blocks)


def paragraphs(text: str) -> str:
    """Text by the convention of `Article.body`: one paragraph a line, no empty lines, no blanks at the edges."""
    return "\n".join(filter(None, map(single_blanks, text.split("\n"))))
