"""A digest as HTML and as plain text, both within the size that mail readers show whole (design, section 7)."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass, replace
from functools import cache

import css_inline
from jinja2 import BaseLoader, Environment, PackageLoader, StrictUndefined

from monitor.digest import wording
from monitor.digest.account import footer
from monitor.digest.content import Chart, Digest, Run
from monitor.digest.times import full_day
from monitor.digest.wrap import width, wrap

HTML_LIMIT = 90_000
"""Bytes of the HTML part; some readers clip at 102 kB, headers included (case 61)."""

MOST_RECAPS = 40
"""How many recap lines a mail shows."""

BAR_HEIGHT = 30
"""Pixels of the busiest day's bar."""

PAGE, TEXT = "digest.html.j2", "digest.txt.j2"
"""The templates of the two parts."""

_STYLE = re.compile(r' style="[^"]*"')
_LOOSE = re.compile(r"([:;,]) |;(?=\"$)")
"""Blanks and the last semicolon of an inlined style: a twentieth of the mail, and nothing that a reader sees."""

_BLOCKS = "▁▂▃▄▅▆▇█"


class TemplateError(Exception):
    """A template of the user's own that failed; the text is for the person who wrote it."""


Own = Callable[[Digest, str], str | None]
"""Renders a digest with a template of the user's own, by its name; None where there is none of that name."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """Both parts and the subject; `digest` is what they show, shorter than what was composed if that was too large."""

    subject: str
    html: str
    text: str
    digest: Digest


def render(digest: Digest, own: Own | None = None) -> Rendered:
    """Render both parts from the same, fitted digest. What does not fit is counted as held.

    Where a template of the user's own fails, the digest goes out as we would lay it out, and says why (case 56).
    """
    if own is not None:
        try:
            return _render(digest, own)
        except TemplateError as error:
            digest = replace(digest, fault=str(error))
    return _render(digest, None)


def whole_page(digest: Digest) -> str:
    """The digest with all its stories, as a page for a browser: there is no limit to its size."""
    return _templates().get_template(PAGE).render(values(digest))


def _render(digest: Digest, own: Own | None) -> Rendered:
    fitted, html = _fit(digest.capped(digest.reader.most, MOST_RECAPS), own)
    return Rendered(wording.subject(fitted), html, _text(fitted, own), fitted)


def _fit(digest: Digest, own: Own | None) -> tuple[Digest, str]:
    """Drop the least important stories until the HTML part is small enough; the first story always stays."""
    html = _html(digest, own)
    ranks = sorted(card.rank for card in digest)
    fitted, stories = digest, len(ranks)
    while (size := len(html.encode())) > HTML_LIMIT and stories > 1:
        stories = max(1, min(stories - 1, stories * HTML_LIMIT // size))
        fitted = digest.only(set(ranks[:stories]))
        html = _html(fitted, own)
    if own is not None and size > HTML_LIMIT:
        raise TemplateError(f"{PAGE}: its page is larger than {HTML_LIMIT:,} octets with a single story")
    return fitted, html


def _html(digest: Digest, own: Own | None) -> str:
    page = own(digest, PAGE) if own else None
    if page is None:
        page = _templates().get_template(PAGE).render(values(digest))
    return _STYLE.sub(lambda style: _LOOSE.sub(lambda sign: sign[1] or "", style[0]), _inliner().inline(page))


def _text(digest: Digest, own: Own | None) -> str:
    page = own(digest, TEXT) if own else None
    if page is None:
        page = _templates().get_template(TEXT).render(values(digest))
    lines = "\n".join(line.rstrip() for line in page.strip().split("\n"))
    return re.sub(r"\n{4,}", "\n\n\n", lines) + "\n"


def values(digest: Digest) -> dict[str, object]:
    """What a template can name (docs/templates.md)."""
    words = digest.words
    return {
        "digest": digest,
        "lang": words.tag,
        "sections": [section for section in digest.sections if section.is_busy],
        "quiet": words.comma.join(section.title for section in digest.sections if not section.is_busy),
        "contents": wording.contents(digest),
        "title": words.say("title", name=digest.subscription),
        "day": full_day(digest.period.end, digest.zone, words),
        "head": words.say("instant_head") if digest.reader.instant else wording.headline_counts(digest),
        "origin": wording.origin(digest),
        "warning": wording.warnings(digest),
        "heartbeat": wording.heartbeat(digest),
        "rest": wording.rest(digest),
        "earlier": [(wording.earlier_head(mail, digest), mail) for mail in digest.earlier],
        "footer": footer(digest),
        "say": words.say,
        "many": words.many,
        "counted": lambda section: words.comma.join(wording.counts(section, words)),
        "caption": lambda chart: wording.chart_caption(chart, words),
        "held": lambda section: wording.held_note(section, digest),
        "kind": lambda card: wording.kind(card, words),
        "severity": lambda card, section: wording.severity(card, section, words),
    }


def furnished(kind: type[Environment], loader: BaseLoader) -> Environment:
    """An environment for templates, ours and others: what is printed is escaped, what is unknown is an error."""
    environment = kind(
        loader=loader,
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(wrap=wrap, starred=starred, columns=width, bars=bars, spark=spark, bare=bare)
    return environment


def shipped() -> BaseLoader:
    """Our own templates."""
    return PackageLoader("monitor.digest")


@cache
def _templates() -> Environment:
    return furnished(Environment, shipped())


@cache
def _inliner() -> css_inline.CSSInliner:
    """By default it would fetch what a `<link>` names, and drop @media and with it the dark mode."""
    return css_inline.CSSInliner(keep_style_tags=False, keep_at_rules=True, load_remote_stylesheets=False)


def bare(site: str) -> str:
    """A publisher or a host, as they are compared: `www.example.org` is called example.org."""
    return site.casefold().removeprefix("www.")


def starred(runs: tuple[Run, ...]) -> str:
    """Plain text with the evidence *starred*; the stars hug the words."""
    return "".join(_star(run.text) if run.marked else run.text for run in runs)


def _star(text: str) -> str:
    words = text.strip()
    if not words:
        return text
    before, _, after = text.partition(words)
    return f"{before}*{words}*{after}"


def bars(chart: Chart) -> list[int]:
    """Heights in pixels; a day without stories is 0."""
    most = max(1, chart.peak[1])
    return [max(4, round(BAR_HEIGHT * count / most)) if count else 0 for _, count in chart.days]


def spark(chart: Chart) -> str:
    """The same in text: a character a day, a low dot for a day without stories."""
    most = max(1, chart.peak[1])
    return "".join(_BLOCKS[(count * len(_BLOCKS) - 1) // most] if count else "·" for _, count in chart.days)
