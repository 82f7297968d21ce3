"""HTML to plain text and to blocks, with selectolax (lexbor): comments, scripts and markup go, words and links stay."""

from __future__ import annotations

import html as entities
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from selectolax.lexbor import LexborHTMLParser, LexborNode

from monitor.ingest.blocks import STRONG, Block, Link, paragraphs, plain_text
from monitor.ingest.unwrap import unwrap
from monitor.net.urls import safe_link

_HIDDEN = frozenset(
    "script style noscript template head iframe object embed svg math canvas audio video select textarea button "
    "form nav dialog".split()
)
_PAGE_FURNITURE = frozenset({"header", "footer", "aside"})
_BLOCK = frozenset(
    "address article aside blockquote body center dd details div dl dt fieldset figcaption figure footer h1 h2 h3 h4 "
    "h5 h6 header hr li main ol p pre section summary table tbody td tfoot th thead tr ul br caption".split()
)
_BOLD = frozenset({"b", "strong"})
_TAG = re.compile(r"</?[a-zA-Z][a-zA-Z0-9:-]*(?:\s[^<>]*)?/?>|<!--")
_INLINE_TAG = re.compile(
    r"<!--.*?-->|<!doctype[^>]*>|<(script|style)\b.*?</\1\s*>|</?(?:a|abbr|applet|blink|body|frame|frameset|head|html|"
    r"link|marquee|meta|title|acronym|b|bdi|bdo|big|blockquote|br|center|cite|code|del|dfn|"
    r"div|em|font|h[1-6]|hr|i|img|ins|kbd|li|mark|nobr|ol|p|pre|q|s|samp|small|span|strike|strong|sub|sup|svg|table|td|"
    r"th|tr|tt|u|ul|var|wbr|script|style|iframe|input|form|object|embed)(?:[\s/][^<>]*)?>",
    re.IGNORECASE | re.DOTALL,
)
_HIDING_STYLE = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all", re.IGNORECASE)
_OPEN_OR_CLOSE = re.compile(r"<(/)?([a-zA-Z][a-zA-Z0-9]*)")
_VOID = frozenset("area base br col hr img input link meta source track wbr p li td tr th dt dd option".split())
_MAX_INLINE = 5_000
_MAX_DEPTH = 5_000
_ENTER = 0
_LEAVE = 1


def looks_like_html(text: str) -> bool:
    """Whether a text that may be plain holds markup or entities."""
    return _TAG.search(text) is not None or re.search(r"&(?:#\d+|#x[0-9a-f]+|[a-z]{2,8}\d?);", text, re.I) is not None


def html_to_text(markup: str) -> str:
    """The words of a piece of HTML, one paragraph a line."""
    return paragraphs(plain_text(html_blocks(markup))) if looks_like_html(markup) else paragraphs(markup)


def element_text(markup: str) -> str:
    """The same for an element of a feed, where a single newline is a blank, markup or not: feeds are pretty-printed."""
    if looks_like_html(markup):
        return html_to_text(markup)
    return "\n".join(line for part in re.split(r"\n\s*\n", markup) if (line := " ".join(part.split())))


def body_text(text: str) -> str:
    """The same for a text from outside a feed: markup goes, and lines that were wrapped by a machine are joined."""
    return html_to_text(text) if looks_like_html(text) else unwrap(text.replace("\r\n", "\n"))


def inline_text(markup: str) -> str:
    """A title's words: known inline tags and comments go, `x < y` and `List<String>` stay, entities are resolved."""
    if len(markup) > _MAX_INLINE:
        return html_to_text(markup)
    return entities.unescape(_INLINE_TAG.sub("", markup)) if "<" in markup or "&" in markup else markup


def html_blocks(markup: str, base: str = "", *, page: bool = False) -> list[Block]:
    """The blocks of a piece of HTML, its links made absolute. `page`: leave out headers, footers and asides."""
    if _too_deep(markup):
        return [Block(line) for line in paragraphs(entities.unescape(_TAG.sub("\n", markup))).split("\n") if line]
    root = LexborHTMLParser(markup).body
    return _Collector(base, _HIDDEN | _PAGE_FURNITURE if page else _HIDDEN).collect(root) if root is not None else []


def _too_deep(markup: str) -> bool:
    """Lexbor's time grows with the square of the depth: 5 s for 50,000 nested elements (case 10)."""
    if markup.count("<") < _MAX_DEPTH:
        return False
    depth = 0
    for found in _OPEN_OR_CLOSE.finditer(markup):
        depth += -1 if found[1] else found[2].lower() not in _VOID
        if depth > _MAX_DEPTH:
            return True
    return False


@dataclass(slots=True)
class _Collector:
    """Walks a tree without recursion (depth is the sender's choice) and cuts it into blocks."""

    base: str
    hidden: frozenset[str]
    blocks: list[Block] = field(default_factory=list)
    words: list[str] = field(default_factory=list)
    links: list[Link] = field(default_factory=list)
    levels: list[int] = field(default_factory=list)
    anchors: list[tuple[str, int]] = field(default_factory=list)
    bold: int = 0
    bold_length: int = 0
    lead: str = ""
    ruled: bool = False

    def collect(self, root: LexborNode) -> list[Block]:
        for node, moment in _walk(root, self.hidden):
            tag = node.tag or ""
            if tag == "-text":
                self.take_text(node.text_content or "")
            elif moment == _ENTER:
                self.enter(node, tag)
            else:
                self.leave(tag)
        self.end_block()
        return self.blocks

    def take_text(self, text: str) -> None:
        self.words.append(text)
        if self.bold:
            self.bold_length += len("".join(text.split()))

    def enter(self, node: LexborNode, tag: str) -> None:
        if tag in _BLOCK:
            self.end_block()
        self.ruled |= tag == "hr"
        if _level(tag):
            self.levels.append(_level(tag))
        elif tag == "a":
            self.anchors.append((safe_link(node.attributes.get("href") or "", self.base), len(self.words)))
        self.bold += tag in _BOLD

    def leave(self, tag: str) -> None:
        if tag == "a" and self.anchors:
            url, start = self.anchors.pop()
            words = " ".join("".join(self.words[start:]).split())
            if url and words:
                self.links.append(Link(url, "" if words == url else words))
        if tag in _BLOCK:
            self.end_block()
        if _level(tag) and self.levels:
            self.levels.pop()
        if tag in _BOLD:
            self.end_bold()
            self.bold -= 1

    def end_bold(self) -> None:
        """What was bold so far and from the beginning is what a paragraph opens with."""
        words = "".join(self.words)
        if self.bold_length and self.bold_length == len("".join(words.split())):
            self.lead = " ".join(words.split())

    def end_block(self) -> None:
        """A link that spans several blocks (a card) counts for the first of them that has words."""
        text = " ".join("".join(self.words).split())
        if not text:
            return
        for index, (url, start) in enumerate(self.anchors):
            words = " ".join("".join(self.words[start:]).split())
            if url and words:
                self.links.append(Link(url, words))
                self.anchors[index] = ("", 0)
        all_bold = self.bold_length >= len("".join(text.split()))
        level = self.levels[-1] if self.levels else STRONG if all_bold else 0
        lead = "" if all_bold else self.lead
        self.blocks.append(Block(text, level, tuple(self.links), lead, self.ruled))
        self.words.clear()
        self.links.clear()
        self.anchors[:] = [(url, 0) for url, _ in self.anchors]
        self.bold_length = 0
        self.lead = ""
        self.ruled = False


def _level(tag: str) -> int:
    return int(tag[1]) if len(tag) == 2 and tag[0] == "h" and tag[1] in "123456" else 0


def _walk(root: LexborNode, hidden: frozenset[str]) -> Iterator[tuple[LexborNode, int]]:
    stack: list[tuple[LexborNode, int]] = [(root, _ENTER)]
    while stack:
        node, moment = stack.pop()
        yield node, moment
        if moment == _LEAVE or node.tag == "-text":
            continue
        stack.append((node, _LEAVE))
        children = []
        child = node.first_child
        while child is not None:
            if (
                child.tag not in hidden
                and child.tag not in ("-comment", "_comment", "!doctype")
                and not _is_hidden(child)
            ):
                children.append((child, _ENTER))
            child = child.next
        stack.extend(reversed(children))


def _is_hidden(node: LexborNode) -> bool:
    if node.tag == "-text":
        return False
    attributes = node.attributes
    return "hidden" in attributes or _HIDING_STYLE.search(attributes.get("style") or "") is not None


@dataclass(frozen=True, slots=True)
class Page:
    """What a web page says about its article."""

    title: str = ""
    summary: str = ""
    url: str = ""
    publisher: str = ""
    author: str = ""
    published: str = ""
    lang: str = ""
    blocks: tuple[Block, ...] = ()


def read_page(markup: str) -> Page:
    """A saved page or HTML mail: its meta data, and its main part as blocks."""
    if _too_deep(markup):
        return Page(blocks=tuple(html_blocks(markup)))
    tree = LexborHTMLParser(markup)
    metas = _metas(tree)
    base = safe_link(_attribute(tree, "link[rel=canonical]", "href")) or safe_link(metas.get("og:url", ""))
    main = tree.css_first("article") if len(tree.css("article")) == 1 else tree.css_first("main")
    blocks = html_blocks(main.html or "" if main is not None else markup, base, page=True)
    heading = tree.css_first("h1")
    title_tag = tree.css_first("head title")
    return Page(
        title=metas.get("og:title") or _words(heading) or _words(title_tag),
        summary=metas.get("og:description") or metas.get("description", ""),
        url=base,
        publisher=metas.get("og:site_name", ""),
        author=metas.get("author") or metas.get("article:author", ""),
        published=_published(tree, metas),
        lang=_attribute(tree, "html", "lang"),
        blocks=tuple(blocks),
    )


def _words(node: LexborNode | None) -> str:
    return " ".join((node.text() or "").split()) if node is not None else ""


def _attribute(tree: LexborHTMLParser, selector: str, name: str) -> str:
    node = tree.css_first(selector)
    return (node.attributes.get(name) or "") if node is not None else ""


def _metas(tree: LexborHTMLParser) -> dict[str, str]:
    found: dict[str, str] = {}
    for node in tree.css("meta[content]"):
        name = (node.attributes.get("property") or node.attributes.get("name") or "").strip().lower()
        if name:
            found.setdefault(name, (node.attributes.get("content") or "").strip())
    return found


def _published(tree: LexborHTMLParser, metas: dict[str, str]) -> str:
    names = (
        "article:published_time",
        "og:published_time",
        "date",
        "dc.date",
        "pubdate",
        "publish-date",
        "dc.date.issued",
    )
    for name in names:
        if metas.get(name):
            return metas[name]
    return _attribute(tree, "time[datetime]", "datetime")
