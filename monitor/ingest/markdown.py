"""Markdown as far as news uses it: front matter, headings, emphasis, links, lists, quotes; the rest is text.

Every pattern is bounded or looks ahead over one line only, so that no text can make it run for ever.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace

from monitor.ingest.blocks import STRONG, Block, Link
from monitor.net.urls import safe_link

_HEADING = re.compile(r"^ {0,3}(#{1,6})\s+(.+?)\s*#*$")
_UNDERLINE = re.compile(r"^ {0,3}(=+|-{2,})\s*$")
_RULE = re.compile(r"^ {0,3}(?:(?:\*\s*){3,}|(?:-\s*){3,}|(?:_\s*){3,})$")
_FENCE = re.compile(r"^ {0,3}(```|~~~)")
_LIST_ITEM = re.compile(r"^\s*(?:[-*+]|\d{1,3}[.)])\s+")
_QUOTE = re.compile(r"^ {0,3}(?:>\s?)+")
_IMAGE = re.compile(r"!\[([^\]\n]{0,500})\]\([^)\n]*\)")
_LINK = re.compile(
    r"\[((?:[^\[\]\n]|\[[^\[\]\n]*\])+)\]\(\s*<?([^\s()<>]*(?:\([^\s()]*\)[^\s()<>]*)*)>?(?:\s+[\"'(][^\n]*?[\"')])?\s*\)"
)
_REFERENCE = re.compile(r"^ {0,3}\[([^\]\n]+)\]:\s*<?(\S+?)>?(?:\s+[\"'(].*)?$")
_REFERENCE_LINK = re.compile(r"\[([^\[\]\n]+)\](?:\[([^\[\]\n]*)\])")
_AUTO_LINK = re.compile(r"<(https?://[^\s<>]+)>")
_EMPHASIS = re.compile(r"(\*\*\*|\*\*|\*|___|__|~~|`)(?=\S)(.{1,200}?)(?<=\S)\1")
_WORD_UNDERSCORE = re.compile(r"(?<!\w)_(?=\S)(.{1,200}?)(?<=\S)_(?!\w)")
_ALL_BOLD = re.compile(r"(\*\*|__)(?!\s)(.+?)(?<!\s)\1[:：]?")
_LEAD = re.compile(r"(\*\*|__)(?=\S)(.{1,300}?)(?<=\S)\1")
_ESCAPED = re.compile(r"\\([\\`*_{}\[\]()#+.!>~|-])")
_MAX_HEADING = 1_000
_RULED = -1
"""The level of a rule between paragraphs."""
_FRONT_KEY = re.compile(r"^([A-Za-z][\w -]{0,40}?)\s*:\s*(.*)$")


@dataclass(frozen=True, slots=True)
class FrontMatter:
    """The keys above a Markdown text, in lower case, and the text below them. `fault` says why keys were not read."""

    values: Mapping[str, str]
    text: str
    fault: str = ""


def split_front_matter(text: str) -> FrontMatter:
    """`---` with simple `key: value` lines, or `+++` with TOML. Without either the text is returned whole."""
    for fence, reader in (("---", _simple_keys), ("+++", _toml_keys)):
        found = re.match(rf"\s*{re.escape(fence)}[ \t]*\n(.*?)\n{re.escape(fence)}[ \t]*(?:\n|$)", text, re.DOTALL)
        if found and (fence == "+++" or _FRONT_KEY.match(found[1].lstrip().split("\n", 1)[0])):
            return reader(found[1], text[found.end() :])
    return FrontMatter({}, text)


def _simple_keys(head: str, text: str) -> FrontMatter:
    values: dict[str, str] = {}
    lost: list[str] = []
    last = ""
    for line in head.split("\n"):
        found = _FRONT_KEY.match(line)
        if found:
            last = found[1].lower()
            values[last] = _unquoted(found[2].strip())
        elif last and (item := re.match(r"\s+(?:-\s+)?(.*)|-\s+(.*)", line)):
            values[last] = ", ".join(filter(None, (values[last], _unquoted((item[1] or item[2] or "").strip()))))
        elif line.strip() and not line.startswith("#"):
            lost.append(line.strip()[:60])
    return FrontMatter(values, text, f"not a front matter line: {lost[0]}" if lost else "")


def _unquoted(value: str) -> str:
    if len(value) >= 2 and value[0] == value[-1] and value[0] in "\"'":
        return value[1:-1]
    if value.startswith("[") and value.endswith("]"):
        return ", ".join(_unquoted(part.strip()) for part in value[1:-1].split(",") if part.strip())
    return "" if value in ("|", ">", "|-", ">-") else value


def _toml_keys(head: str, text: str) -> FrontMatter:
    try:
        table = tomllib.loads(head)
    except (tomllib.TOMLDecodeError, RecursionError) as error:
        return FrontMatter({}, text, f"front matter is no TOML: {error}")
    return FrontMatter({key.lower(): _flat(value) for key, value in table.items()}, text)


def _flat(value: object) -> str:
    return ", ".join(map(_flat, value)) if isinstance(value, list) else str(value)


def markdown_blocks(text: str) -> list[Block]:
    """The blocks of a Markdown text. Lines of one paragraph are joined; code keeps its lines."""
    references = {found[1].lower(): found[2] for line in text.split("\n") if (found := _REFERENCE.match(line))}
    blocks: list[Block] = []
    ruled = False
    for line, level in _pieces(text):
        block = replace(_inline(line, level, references), ruled=ruled)
        ruled = not block.text and (ruled or level == _RULED)
        if block.text:
            blocks.append(block)
    return blocks


def _pieces(text: str) -> Iterator[tuple[str, int]]:
    """Whole paragraphs with their heading level, markup inside them untouched; a rule is one without text."""
    waiting: list[str] = []
    fenced = False
    for line in [*text.split("\n"), ""]:
        if _FENCE.match(line):
            fenced = not fenced
            line = ""
        heading = None if fenced or len(line) > _MAX_HEADING else _HEADING.match(line)
        underline = None if fenced else _UNDERLINE.match(line)
        if underline and waiting:
            yield " ".join(waiting), 1 if underline[1][0] == "=" else 2
            waiting.clear()
        elif _ends_paragraph(line, waiting) or heading or fenced:
            if waiting:
                yield " ".join(waiting), 0
                waiting.clear()
            if heading:
                yield heading[2], len(heading[1])
            elif _RULE.match(line):
                yield "", _RULED
            elif line.strip() and not _REFERENCE.match(line):
                waiting.append(_QUOTE.sub("", line).strip())
        else:
            waiting.append(_QUOTE.sub("", line).strip())
        if waiting and line.endswith("  "):
            yield " ".join(waiting), 0
            waiting.clear()


def _ends_paragraph(line: str, waiting: list[str]) -> bool:
    """Also a list item, a URL on a line of its own and a line after an all-bold one begin anew."""
    if not line.strip() or _RULE.match(line) or _LIST_ITEM.match(line) or _REFERENCE.match(line):
        return True
    alone = re.fullmatch(r"<?https?://\S+>?|\[[^\]]+\]\(\S+\)", line.strip()) or _ALL_BOLD.fullmatch(line.strip())
    after_title = len(waiting) == 1 and (
        _ALL_BOLD.fullmatch(waiting[0]) or re.fullmatch(r"\[[^\]]+\]\(\S+\)", waiting[0])
    )
    return bool(alone or after_title)


def _inline(line: str, level: int, references: Mapping[str, str]) -> Block:
    line = _LIST_ITEM.sub("", _QUOTE.sub("", line), count=1).strip()
    links: list[Link] = []

    def take(words: str, target: str) -> str:
        words = _plain(words)
        url = safe_link(target)
        if url:
            links.append(Link(url, "" if words == target else words))
        return words

    bold = _ALL_BOLD.fullmatch(line)
    lead = None if bold else _LEAD.match(line)
    line = _IMAGE.sub(r"\1", line)
    line = _LINK.sub(lambda found: take(found[1], found[2]), line)
    line = _REFERENCE_LINK.sub(
        lambda found: (
            take(found[1], target) if (target := references.get((found[2] or found[1]).lower(), "")) else found[0]
        ),
        line,
    )
    line = _AUTO_LINK.sub(lambda found: found[1], line)
    opening = _plain(_LINK.sub(r"\1", lead[2])) if lead else ""
    return Block(_plain(line), level or (STRONG if bold else 0), tuple(links), opening)


def _plain(line: str) -> str:
    for _ in range(3):
        line = _EMPHASIS.sub(r"\2", line)
    line = _WORD_UNDERSCORE.sub(r"\1", line)
    return " ".join(_ESCAPED.sub(r"\1", line).split())
