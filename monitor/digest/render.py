"""A digest as HTML and as plain text, both within the size that mail readers show whole (design, section 7)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import cache

import css_inline
from jinja2 import Environment, PackageLoader, StrictUndefined

from monitor.digest import wording
from monitor.digest.content import Chart, Digest, Run
from monitor.digest.times import full_day, short_day
from monitor.digest.wrap import width, wrap

HTML_LIMIT = 90_000
"""Bytes of the HTML part; some readers clip at 102 kB, headers included (case 61)."""

BAR_HEIGHT = 30
"""Pixels of the busiest day's bar."""

_STYLE = re.compile(r' style="[^"]*"')
_LOOSE = re.compile(r"([:;,]) |;(?=\"$)")
"""Blanks and the last semicolon of an inlined style: a twentieth of the mail, and nothing that a reader sees."""

_BLOCKS = "▁▂▃▄▅▆▇█"


@dataclass(frozen=True, slots=True)
class Rendered:
    """Both parts and the subject; `digest` is what they show, shorter than what was composed if that was too large."""

    subject: str
    html: str
    text: str
    digest: Digest


def render(digest: Digest) -> Rendered:
    """Render both parts from the same, fitted digest. What does not fit keeps waiting and is counted."""
    fitted, html = _fit(digest)
    return Rendered(wording.subject(fitted), html, _text(fitted), fitted)


def _fit(digest: Digest) -> tuple[Digest, str]:
    """Drop the least important stories until the HTML part is small enough; the first story always stays."""
    html = _html(digest)
    stories = sum(1 for _ in digest)
    fitted = digest
    while (size := len(html.encode())) > HTML_LIMIT and stories > 1:
        stories = max(1, min(stories - 1, stories * HTML_LIMIT // size))
        fitted = _first(digest, stories)
        html = _html(fitted)
    return fitted, html


def _first(digest: Digest, stories: int) -> Digest:
    """The `stories` most important ones. (Ranks may have gaps where a cap has cut before.)"""
    ranks = sorted(card.rank for card in digest)
    return digest.limited(ranks[stories])


def _html(digest: Digest) -> str:
    page = _templates().get_template("digest.html.j2").render(_values(digest))
    return _STYLE.sub(lambda style: _LOOSE.sub(lambda sign: sign[1] or "", style[0]), _inliner().inline(page))


def _text(digest: Digest) -> str:
    page = _templates().get_template("digest.txt.j2").render(_values(digest))
    lines = "\n".join(line.rstrip() for line in page.strip().split("\n"))
    return re.sub(r"\n{4,}", "\n\n\n", lines) + "\n"


def _values(digest: Digest) -> dict[str, object]:
    busy = [section for section in digest.sections if section.stories or section.held_cards or section.held_recaps]
    quiet = [section.title for section in digest.sections if section not in busy]
    return {
        "digest": digest,
        "sections": busy,
        "quiet": wording.joined(quiet[: wording.MOST_LISTED])
        + (f" and {len(quiet) - wording.MOST_LISTED} more" if len(quiet) > wording.MOST_LISTED else ""),
        "day": full_day(digest.period.end, digest.zone),
        "counts": wording.headline_counts(digest),
        "origin": wording.origin(digest),
        "warning": wording.warnings(digest),
        "contents": sum(len(section.cards) for section in busy) >= wording.CONTENTS_FROM,
        "footer": wording.footer(digest),
    }


@cache
def _templates() -> Environment:
    """Autoescape is on whatever a template is called (finding 10); the text template alone switches it off inside."""
    environment = Environment(
        loader=PackageLoader("monitor.digest"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters.update(
        wrap=wrap,
        starred=starred,
        columns=width,
        bars=bars,
        spark=spark,
        short_day=short_day,
        caption=wording.chart_caption,
        counted=lambda section: ", ".join(wording.counts(section)),
        held=wording.held_note,
        kind=wording.kind,
    )
    return environment


@cache
def _inliner() -> css_inline.CSSInliner:
    """By default it would fetch what a `<link>` names, and drop @media and with it the dark mode."""
    return css_inline.CSSInliner(keep_style_tags=False, keep_at_rules=True, load_remote_stylesheets=False)


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
