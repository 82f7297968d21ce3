"""The sentences that a digest says of itself, the same in both parts."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.digest.content import Card, Chart, Digest, Section
from monitor.digest.cutting import cut, label
from monitor.digest.times import local_time, short_day, since
from monitor.model import Accounting, Novelty, Severity, SourceHealth, VitalSign

MOST_LISTED = 12
"""How many sources or rules the footer names before it counts the rest."""

CONTENTS_FROM = 6
"""From so many cards on, a digest begins with a table of contents."""

LONGEST_SUBJECT = 90


@dataclass(frozen=True, slots=True)
class FooterLine:
    """One line of the account."""

    label: str
    text: str
    alarming: bool = False


def many(count: int, one: str, more: str = "") -> str:
    """`1 source`, `2 sources`."""
    return f"{count:,} {one if count == 1 else more or f'{one}s'}"


def counts(item: Digest | Section) -> list[str]:
    """`3 new`, `1 update`, `4 recaps`: those that are not zero."""
    new, updates, recaps = (item.count(novelty) for novelty in (Novelty.NEW, Novelty.UPDATE, Novelty.RECAP))
    found = [f"{new:,} new"] if new else []
    found += [many(updates, "update")] if updates else []
    return found + ([many(recaps, "recap")] if recaps else [])


def headline_counts(digest: Digest) -> str:
    """`3 new, 1 update and 4 recaps`, or `Nothing new`."""
    return joined(counts(digest)) or "Nothing new"


def origin(digest: Digest) -> str:
    """`from 27 articles in 2 sources since Friday 08:00`."""
    account = digest.accounting
    busy = sum(bool(source.articles) for source in account.sources)
    sources = f" in {many(busy, 'source')}" if busy else ""
    start = since(digest.period.start, digest.zone, digest.period.end)
    return f"from {many(account.articles, 'article')}{sources} since {start}"


def warnings(digest: Digest) -> str:
    """What the reader must know before trusting a calm page; empty if all is well."""
    failing = sum(bool(source.error) for source in digest.accounting.sources)
    broken = len(digest.accounting.broken_rules)
    found = [f"{many(failing, 'source is', 'sources are')} failing"] if failing else []
    found += [f"{many(broken, 'rule is', 'rules are')} broken"] if broken else []
    found += [f"{many(digest.waiting, 'alert waits', 'alerts wait')} for the next digest"] if digest.waiting else []
    return f"{joined(found)}: see the account at the end." if found else ""


def held_note(section: Section, subscription: str) -> str:
    """The truthful "n more" of a watchlist, and where the rest is."""
    found = [many(section.held_cards, "more story", "more stories")] if section.held_cards else []
    found += [many(section.held_recaps, "more recap")] if section.held_recaps else []
    if not found:
        return ""
    verb = "waits" if section.held_cards + section.held_recaps == 1 else "wait"
    return f"{joined(found)} {verb} for the next digest; monitor digest preview {subscription} shows them now."


def chart_caption(chart: Chart) -> str:
    """`21 stories in 14 days, most on Thu 23 Jan (7)`."""
    day, most = chart.peak
    return f"{many(chart.total, 'story', 'stories')} in {len(chart.days)} days, most on {short_day(day)} ({most:,})"


def footer(digest: Digest) -> tuple[FooterLine, ...]:
    """Everything accounted for: sources, articles, stories, alerts, and what went wrong."""
    zone, account = digest.zone, digest.accounting
    end = local_time(digest.period.end, zone, digest.period.end)
    lines = [
        FooterLine("Period", f"{local_time(digest.period.start, zone, digest.period.end)} to {end} ({zone})"),
        FooterLine("Read", _read(digest)),
        FooterLine("Told", _told(digest)),
        *_source_lines(digest),
    ]
    if account.broken_rules:
        lines.append(FooterLine("Broken rules", _listed(account.broken_rules, "monitor check"), alarming=True))
    if account.silenced:
        lines.append(FooterLine("Silenced", many(account.silenced, "alert")))
    if account.parked or account.late:
        lines.append(FooterLine("Not delivered", _undelivered(account), alarming=True))
    if account.rejected:
        lines.append(FooterLine("Rejected", f"{many(account.rejected, 'item')} could not be taken in", alarming=True))
    return tuple(lines)


def subject(digest: Digest) -> str:
    """`Watchlist morning: 3 new, 1 update - Italy: DeepSeek banned or blocked`, cut at a word within 90 characters."""
    name = f"Watchlist {label(digest.subscription)}: "
    found = counts(digest)
    numbers = ", ".join(found) if found else "nothing new"
    first = min((card for section in digest.sections for card in section.cards), key=lambda c: c.rank, default=None)
    return cut(f"{name}{numbers} - {first.title}" if first else f"{name}{numbers}", LONGEST_SUBJECT)


def kind(card: Card) -> str:
    """`NEW`, with the severity where it is not the usual one."""
    severity = "" if card.severity is Severity.NORMAL else f" · {card.severity}"
    return f"{card.novelty.upper()}{severity}"


def joined(parts: Sequence[str]) -> str:
    """`a, b and c`."""
    return " and ".join(filter(None, [", ".join(parts[:-1]), *parts[-1:]]))


def _read(digest: Digest) -> str:
    account = digest.accounting
    copies = f" and {many(account.duplicates, 'copy', 'copies')}" if account.duplicates else ""
    stories = many(account.stories, "story", "stories")
    return f"{many(account.articles, 'article')}{copies}, {stories}, {many(account.matched, 'match', 'matches')}"


def _told(digest: Digest) -> str:
    """The alerts of this digest, counted from the digest itself so that the sum is right."""
    on_cards = sum(len(card.alerts) for section in digest.sections for card in section.cards)
    in_recaps = sum(len(card.alerts) for section in digest.sections for card in section.recaps)
    cards = sum(len(section.cards) for section in digest.sections)
    parts = [f"{many(on_cards, 'alert')} on {many(cards, 'card')}"]
    parts += [f"{in_recaps:,} in recaps"] if in_recaps else []
    parts += [f"{len(digest.folded.alerts):,} told again with nothing added"] if digest.folded.alerts else []
    return ", ".join([*parts, f"{digest.waiting:,} waiting"])


def _undelivered(account: Accounting) -> str:
    """Messages of earlier digests that somebody has not got."""
    parts = [f"{many(account.late, 'message')} still waiting for the mail server"] if account.late else []
    parts += [f"{many(account.parked, 'message')} parked (monitor outbox list)"] if account.parked else []
    return f"of earlier digests, {joined(parts)}"


def _source_lines(digest: Digest) -> list[FooterLine]:
    sources = digest.accounting.sources
    busy = [f"{label(source.name)} ({source.articles:,})" for source in sources if source.articles]
    silent = [_silent(source, digest) for source in sources if source.sign in _SILENT]
    calm = [source for source in sources if not source.articles and not source.error and source.sign not in _SILENT]
    quiet = [label(source.name) for source in calm]
    failing = [_failing(source, digest) for source in sources if source.error]
    lines = [FooterLine("Sources", _listed(busy, "monitor status"))] if busy else []
    lines += [FooterLine("Quiet", _listed(quiet, "monitor status"))] if quiet else []
    lines += [FooterLine("Silent", _listed(silent, "monitor sources health"), alarming=True)] if silent else []
    return lines + ([FooterLine("Failing", _listed(failing, "monitor status"), alarming=True)] if failing else [])


_SILENT = (VitalSign.LATE, VitalSign.QUIET, VitalSign.EMPTY)
"""Read without an error, and yet silent against the source's own habit: that is not calm."""


def _silent(source: SourceHealth, digest: Digest) -> str:
    began = source.since
    when = f" since {local_time(began, digest.zone, digest.period.end)}" if began else ""
    return f"{label(source.name)} ({source.sign.value}{when})"


def _failing(source: SourceHealth, digest: Digest) -> str:
    began = source.failing_since
    when = f" since {local_time(began, digest.zone, digest.period.end)}" if began else ""
    return f"{label(source.name)}{when}: {label(source.error, 160)}"


def _listed(names: Sequence[str], command: str) -> str:
    shown = "; ".join(label(name) for name in names[:MOST_LISTED])
    rest = len(names) - MOST_LISTED
    return f"{shown}; and {rest:,} more ({command} lists them)" if rest > 0 else shown
