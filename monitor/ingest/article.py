"""From what a reader found to an `Article`: cleaned, titled, dated, identified."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from types import MappingProxyType
from urllib.parse import unquote, urlsplit

from monitor.ingest.blocks import paragraphs
from monitor.ingest.dates import parse_date, settle_date
from monitor.ingest.detect import DETECTED, detected
from monitor.ingest.identity import Doubts, Traits, identify
from monitor.ingest.letter_lines import Story
from monitor.ingest.roundup import stories_of
from monitor.model import Article, Rejection
from monitor.net.urls import safe_link
from monitor.text.clean import clean, one_line
from monitor.text.language import guess_language
from monitor.text.sentences import sentence_spans

MAX_TITLE = 500
"""Characters of a title; a longer one is no title, but its words are kept as body."""

CREDIT = re.compile(
    r"^(?:\S+ ){0,3}(?:photo|image|picture|illustration|graphic|file photo|credit|source|图片来源|图源|圖片來源|图)s?"
    r"\s*(?:by\b|[:：/])",
    re.IGNORECASE,
)
"""A line that names a picture's photographer, which is no title."""

_TOLD_BY_SCRIPT = frozenset({"ja", "ko", "zh", "el", "he", "ar", "th"})
_MADE_TITLE = 110
_LANGUAGE_SAMPLE = 1_000
_MAX_EXTRA = 10_000


@dataclass(frozen=True, slots=True)
class Draft:
    """An article as its source tells it: plain text, but not yet cleaned. `published` may be a text or a time.

    `stories` are those of a round-up, each to be an article of its own; `is_part` says that the draft is one of them.
    """

    title: str = ""
    summary: str = ""
    body: str = ""
    url: str = ""
    publisher: str = ""
    author: str = ""
    category: str = ""
    lang: str = ""
    published: str | datetime = ""
    arrived: str = ""
    native_id: str = ""
    extra: Mapping[str, str] = field(default_factory=dict)
    stories: tuple[Story, ...] = ()
    is_part: bool = False


@dataclass(frozen=True, slots=True)
class Setting:
    """Where drafts were found: what all articles of one file or feed share. `now` is the time of reading, UTC.

    `by_title`: see `Traits`.
    """

    source: str
    origin: str
    now: datetime
    publisher: str = ""
    lang: str = ""
    by_title: bool = False


def build_all(
    found: Iterable[Draft | Rejection], setting: Setting, doubts: Doubts | None = None
) -> Iterator[Article | Rejection]:
    """Articles of one batch. `doubts` carries over from the batches before, where a file has several."""
    batch = [part for draft in found for part in _parts(draft)]
    doubts = doubts or Doubts()
    traits = [_traits(draft, setting) for draft in batch if isinstance(draft, Draft)]
    doubts.consider(traits)
    known_by = iter(traits)
    for draft in batch:
        yield _built(draft, next(known_by), setting, doubts) if isinstance(draft, Draft) else draft


def _parts(found: Draft | Rejection) -> list[Draft | Rejection]:
    """The polished draft, or those of the stories that it strings together; an item without a text has none."""
    if isinstance(found, Rejection):
        return [found]
    draft = _polished(found)
    stories = found.stories or stories_of(draft.title, f"{draft.summary}\n{draft.body}".strip())
    if not stories:
        return [draft]
    return [
        _polished(
            replace(
                draft,
                title=story.title,
                summary="",
                body=story.body,
                url=story.url or draft.url,
                publisher=story.publisher or draft.publisher,
                stories=(),
                is_part=True,
            )
        )
        for story in stories
    ]


def _built(draft: Draft, traits: Traits, setting: Setting, doubts: Doubts) -> Article | Rejection:
    """One article of a polished draft and what it is known by; a rejection if there is nothing in it."""
    title = draft.title or made_title(draft)
    if not title:
        return Rejection(setting.origin, "an item without title, text and URL")
    arrived = _arrival(draft.arrived, setting.now)
    dated, doubtful = settle_date(traits.published, arrived)
    sample = f"{title}\n{draft.summary}\n{draft.body}"[:_LANGUAGE_SAMPLE]
    lang = guess_language(sample, draft.lang or setting.lang)
    article_id, identities = identify(setting.source, traits, doubts)
    return Article(
        id=article_id,
        source=setting.source,
        title=title,
        arrived=arrived,
        body=draft.body,
        summary=draft.summary,
        url=draft.url,
        publisher=draft.publisher or one_line(setting.publisher),
        author=draft.author,
        category=draft.category,
        lang=lang,
        published=dated,
        date_doubtful=doubtful,
        native_id=draft.native_id,
        origin=setting.origin,
        identities=identities,
        extra=MappingProxyType({**draft.extra, **_seeming(sample, lang, draft.lang or setting.lang)}),
    )


def _seeming(sample: str, lang: str, hint: str) -> dict[str, str]:
    """The language that a text seems to be in, where neither script nor source says which."""
    found = "" if hint or lang in _TOLD_BY_SCRIPT else detected(sample)
    return {DETECTED: found} if found and found != lang else {}


def _polished(draft: Draft) -> Draft:
    """Every text cleaned; a title too long to be one goes before the body; a summary that repeats the body goes."""
    title = one_line(draft.title)
    body = paragraphs(clean(draft.body))
    summary = paragraphs(clean(draft.summary))
    if len(title) > MAX_TITLE:
        title, body = "", f"{title}\n{body}".strip()
    if summary in (body, title):
        summary = ""
    return Draft(
        title=title,
        summary=summary,
        body=body,
        url=safe_link(one_line(draft.url)),
        publisher=one_line(draft.publisher),
        author=one_line(draft.author),
        category=one_line(draft.category),
        lang=one_line(draft.lang),
        published=draft.published,
        arrived=draft.arrived,
        native_id=one_line(draft.native_id)[:1000],
        extra={one_line(name)[:200]: clean(value)[:_MAX_EXTRA] for name, value in draft.extra.items()},
        is_part=draft.is_part,
    )


def _traits(draft: Draft, setting: Setting) -> Traits:
    published = draft.published if isinstance(draft.published, datetime) else parse_date(draft.published)
    text = draft.body or draft.summary
    publisher = draft.publisher or setting.publisher
    if draft.is_part:  # its id is that of the whole, and its link that of an article which it only sums up
        return Traits(title=draft.title, body=text, published=published)
    return Traits(draft.native_id, draft.url, draft.title, text, published, publisher, setting.by_title)


def _arrival(declared: str, now: datetime) -> datetime:
    """When the article arrived: now, or what an archive says of it, if that lies in the past."""
    said = parse_date(declared) if declared else None
    return said if said is not None and settle_date(said, now) == (said, False) and said <= now else now.astimezone(UTC)


def made_title(draft: Draft) -> str:
    """A title where the source gives none: the first sentence of its text, else what its URL says (case 15)."""
    for text in (draft.summary, draft.body):
        sentences = [one_line(text[start:end]) for start, end in sentence_spans(text[: 5 * MAX_TITLE])]
        told = [sentence for sentence in sentences if not CREDIT.match(sentence)]
        if sentences:
            return shortened((told or sentences)[0], _MADE_TITLE)
    return _title_of_url(draft.url)


def shortened(text: str, limit: int) -> str:
    """At most `limit` characters, cut at a word, with an ellipsis where something was cut."""
    if len(text) <= limit:
        return text
    cut = text[: limit - 1]
    if " " in cut[limit // 2 :] and not text[limit - 1].isspace():
        cut = cut.rpartition(" ")[0]
    return cut.rstrip(" ,;:.-–—") + "…"


def _title_of_url(url: str) -> str:
    if not url:
        return ""
    parts = urlsplit(url)
    steps = [step for step in unquote(parts.path, errors="replace").split("/") if step]
    slug = re.sub(r"\.\w{2,5}$", "", steps[-1]) if steps else ""
    words = re.sub(r"[-_+]+", " ", slug).strip()
    return one_line(words if re.search(r"[^\W\d_]{3}", words) else (parts.hostname or "") + parts.path)[:MAX_TITLE]
