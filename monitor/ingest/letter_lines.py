"""What a line of a newsletter is: a title, a publisher, prose, a link to be clicked, housekeeping. All pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from monitor.ingest.blocks import Block, Link

_TITLE_LENGTH = 200
_PUBLISHER_LENGTH = 60
_PARAGRAPH_LENGTH = 90
_CJK_PARAGRAPH_LENGTH = 24
_MIN_WORDS, _MIN_CJK = 3, 6
_AT_END = 8
_BYLINE_LENGTH = 150

CJK = re.compile(r"[\u3040-\u30ff\u4e00-\u9fff\uac00-\ud7af]")
_LATIN = re.compile(r"[A-Za-z]{2,}")
_SENTENCE_END = re.compile(r"[.!?。！？…][\"'”’»)）」』]*$")
AFTER_NUMBER = r"[.)、:：）](?:(?!\d)|(?=(?:19|20)\d\d\D))\s*"
"""What follows a number that counts items: `3.62 trillion` is no third item, but `2.2024 begins` is a second one."""

_NUMBERING = re.compile(rf"^(?:\(?\d{{1,3}}{AFTER_NUMBER}|[-*•·▪►▶■●]\s+|#\d+\s+)")
_MINUTES = re.compile(r"\s*\(\d{1,3}[- ]min(?:ute)?s?(?: read| watch)?\)$", re.IGNORECASE)
_IN_BRACKETS = re.compile(r"^(?P<title>.{8,}?)\s*[(（\[【](?P<publisher>[^()（）\[\]【】]{2,60})[)）\]】]$")
_AFTER_DASH = re.compile(r"^(?P<title>.{8,}?)\s+[|–—-]\s+(?P<publisher>[^|–—]{2,60})$")
_LABELLED = re.compile(
    r"^(?:source|via|from|publisher|by|来源|來源|出处)\s*[:：]\s*(?P<publisher>.{2,60})$", re.IGNORECASE
)
_CLOSING = re.compile(
    r"\s*[(（\[【]\s*(?:(?:source|via|来源|來源|文|编译)\s*[:：/]\s*)?(?P<name>[^()（）\[\]【】]{2,40}?)\s*[)）\]】][.。]?$",
    re.IGNORECASE,
)
_BYLINE = re.compile(r"(?<=[.!?”\"])\s+[A-Z][^/.!?]{1,80}/(?P<name>[A-Z][^/\s]*(?:\s[^/\s]+){0,4}?)\.?$")
_BRACKETS = (*")）]】", *(f"{bracket}{end}" for bracket in ")）]】" for end in ".。"))
_REPORTS = re.compile(
    r"^(?P<name>.{2,40}?)\s+(?:reports?|reported|says|said|writes|wrote|has (?:the )?(?:more|story))\b", re.IGNORECASE
)
_ACCORDING = re.compile(r"^(?:according to|per|via)\s+(?P<name>.{2,40})$", re.IGNORECASE)
_DATE_BEHIND = re.compile(
    r"[,，]\s*(?=(?:\d{1,2}\.?\s+\w+|\w{3,9}\.?\s+\d{1,2},?)\s+\d{4}\b|\d{1,4}[-/.年]\s?\d{1,2}[-/.月])"
)
_READ_ON = re.compile(
    r"^\W*(?:(?:read|continue|view|details?|link|source|via|go deeper)\b|here\b(?!['’])|"
    r"(?:full|whole) (?:story|text|article|report|piece|post)\b|article (?:on|at|from|in)\b|"
    r"(?:more|see|open|full)(?:\W*$|\s+(?:on|at|from|here|in|the|"
    r"this|more|also|details|info)\b)|share (?:this )?story|阅读|閱讀|查看|详情|詳情|全文|原文|链接|更多)",
    re.IGNORECASE,
)
HOUSEKEEPING = re.compile(
    r"unsubscribe|subscri(?:be|ption)|manage (?:your )?preferences|privacy policy|"
    r"view (?:this|it)? ?(?:e-?mail)? ?(?:in|online)|terms of (?:use|service)|forward(?:ed)? (?:this|to)|"
    r"you (?:are )?receiv|copyright|©|all rights reserved|follow us|advertis|sponsor|"
    r"(?:first appeared|appeared first) on\b|"
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


def is_long(block: Block) -> bool:
    """A paragraph of prose, as against a title, a name or a label."""
    text = _prose(block)
    limit = _CJK_PARAGRAPH_LENGTH if len(CJK.findall(text)) * 3 > len(text) else _PARAGRAPH_LENGTH
    return len(text) >= _TITLE_LENGTH or (len(text) >= limit and ends_sentence(text))


def ends_sentence(text: str) -> bool:
    """Whether the last sentence of a text has its end."""
    return _SENTENCE_END.search(text[-_AT_END:]) is not None


def _prose(block: Block) -> str:
    """A paragraph's text without the link or the paper's name that closes it."""
    text, last = block.text, block.links[-1] if block.links else None
    if last and last.text and text.endswith(last.text) and _READ_ON.match(last.text):
        text = text[: -len(last.text)].rstrip()
    return _CLOSING.sub("", text) if text.endswith(_BRACKETS) else text


def is_titleish(block: Block) -> bool:
    """A line that may be a title."""
    return not is_long(block) and not block.bare_url and len(block.text) <= _TITLE_LENGTH


def link_of(block: Block) -> str:
    """Where a block leads that is there to be clicked: a bare URL, or a short "Read more" link."""
    if block.bare_url:
        return block.bare_url
    last = block.links[-1] if block.links else None
    return last.url if last and len(last.text) <= 60 and _READ_ON.match(last.text or "link") else ""


def closing_source(block: Block) -> tuple[str, Link]:
    """A paragraph without the paper that closes it, written there or as a link, and that paper.

    The link's words are the publisher, and its URL where the story leads; either may be empty.
    """
    text, source = written_source(block)
    if source.text:
        return text, source
    last = block.links[-1] if block.links else None
    if last and last.text and last.text != text and text.endswith(last.text) and (name := _bare_name(last.text)):
        return text[: -len(last.text)].rstrip(" -–—|:："), Link(last.url, name)
    return text, Link("")


def written_source(block: Block) -> tuple[str, Link]:
    """The same for a paper in brackets or behind the reporter: `... a day. (Reuters)`, `... a day. Ana Ray/Reuters.`"""
    text = block.text
    found = _CLOSING.search(text) if text.endswith(_BRACKETS) else _BYLINE.search(text[-_BYLINE_LENGTH:])
    if found and (name := _bare_name(found["name"])):
        url = next((link.url for link in block.links if name in link.text or link.text in name), "")
        return text.removesuffix(found[0]).rstrip(" -–—"), Link(url, name)
    return text, Link("")


def is_source_line(block: Block) -> bool:
    """A line that names the paper with a label: `Source: Reuters`."""
    return _LABELLED.match(block.text) is not None


def without_source(told: Sequence[Block]) -> tuple[list[Block], Link]:
    """Paragraphs without the paper that closes them, in the last one or on a line of its own (`Source: Reuters`)."""
    if not told:
        return [], Link("")
    last, before = told[-1], list(told[:-1])
    if (labelled := _LABELLED.match(last.text)) and before:
        return before, Link(last.links[0].url if last.links else "", publisher_name(labelled["publisher"]))
    text, source = closing_source(last)
    if not source.text:
        return [*before, last], source
    return [*before, *([replace(last, text=text)] if text else [])], source


def named_source(block: Block) -> Link | None:
    """A link in the prose that names the paper which tells the story: `Reuters`, `Reuters reports`, `per Reuters`."""
    for link in block.links if is_long(block) else ():
        reports = _REPORTS.match(link.text) or _ACCORDING.match(link.text)
        if name := _bare_name(reports["name"] if reports else link.text):
            return Link(link.url, name)
    return None


def headlines(blocks: Sequence[Block]) -> list[Story]:
    """Stories of which there is no more than a headline with its link, where several stand one below the other."""
    found: list[Story] = []
    for block in blocks:
        link = next((link for link in block.links if len(link.text) * 2 >= len(block.text)), None)
        if link and is_headline(link.text) and not HOUSEKEEPING.search(block.text):
            text, source = closing_source(block)
            title, publisher = title_and_publisher(text)
            found.append(Story(title, "", link.url, source.text or publisher))
    return found if len(found) > 1 else []


def is_headline(text: str) -> bool:
    """Whether so many words can say what happened."""
    cjk = len(CJK.findall(text))
    return cjk + 2 * len(_LATIN.findall(text)) >= _MIN_CJK if cjk else len(text.split()) >= _MIN_WORDS


def _bare_name(text: str) -> str:
    """The name of a paper, or nothing if the words are none."""
    name = text.strip(" .,;:()[]（）【】")
    if HOUSEKEEPING.search(name) or _READ_ON.match(name):
        return ""
    if CJK.search(name):
        return name if len(name) <= 12 and not re.search(r"[\s，。、；！？]", name) else ""
    return name if is_name(name) and not re.search(r"[:：\d]", name) else ""


def is_title_link(block: Block) -> bool:
    """A title that is a link from end to end."""
    if not block.whole_link or _READ_ON.match(block.text) or HOUSEKEEPING.search(block.text):
        return False
    return is_headline(block.text)


def is_read_on(block: Block) -> bool:
    """A line that is nothing but a link to the whole story."""
    return bool(block.whole_link and _READ_ON.match(block.text))


def could_be_publisher(block: Block) -> bool:
    """A line that may be a paper's name."""
    return (
        len(block.text) <= _PUBLISHER_LENGTH
        and len(block.text.split()) <= 8
        and not ends_sentence(block.text)
        and not block.bare_url
    )


def publisher_name(text: str) -> str:
    """`Source: Reuters | 30 January` -> Reuters."""
    labelled = _LABELLED.match(text)
    name = labelled["publisher"] if labelled else text
    name = re.split(r"\s+[|•·–—-]\s+|\s*[|•·]\s*", name.strip(" ()[]（）【】*_"))[0]
    return _DATE_BEHIND.split(name)[0].strip()


def title_and_publisher(text: str) -> tuple[str, str]:
    """A title without its number and reading time; the publisher too, in brackets or after a bar at the end."""
    text = _MINUTES.sub("", _NUMBERING.sub("", text)).strip()
    for form in (_IN_BRACKETS, _AFTER_DASH):
        found = form.match(text)
        if found and is_name(found["publisher"]):
            return found["title"].strip(), found["publisher"].strip()
    return text, ""


def is_name(text: str) -> bool:
    """Up to five words that are written as names are."""
    words = text.split()
    significant = [
        word for word in words if word[0].isalpha() and word.lower() not in ("of", "the", "and", "for", "in")
    ]
    return 0 < len(words) <= 5 and bool(significant) and all(not word[0].islower() for word in significant)
