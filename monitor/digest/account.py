"""The account at the end of a digest: where everything went, and what is wrong."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from monitor.digest.content import Digest
from monitor.digest.cutting import label
from monitor.digest.times import local_time, near_time
from monitor.digest.wording import SILENT
from monitor.digest.words import Words
from monitor.model import SourceHealth

MOST_LISTED = 12
"""How many sources or rules the footer names before it counts the rest."""


@dataclass(frozen=True, slots=True)
class FooterLine:
    """One line of the account."""

    label: str
    text: str
    alarming: bool = False


def footer(digest: Digest) -> tuple[FooterLine, ...]:
    """Everything accounted for: sources, articles, stories, alerts, and what went wrong."""
    return tuple(line for line in (*_numbers(digest), *_troubles(digest), *_outlook(digest)) if line.text)


def _numbers(digest: Digest) -> list[FooterLine]:
    """An instant mail accounts for no period; the next digest does, with what this one told."""
    words, zone, period = digest.words, digest.zone, digest.period
    if digest.reader.instant:
        return []
    start, end = (local_time(moment, zone, period.end, words) for moment in (period.start, period.end))
    return [
        _line(words, "period", words.say("period", start=start, end=end, zone=zone)),
        _line(words, "read", _read(digest)),
        _line(words, "told", _told(digest)),
        *_source_lines(digest),
    ]


def _troubles(digest: Digest) -> list[FooterLine]:
    words, account = digest.words, digest.accounting
    broken = _listed(account.broken_rules, "monitor check", words) if account.broken_rules else ""
    cut_short = _listed(account.cut_short, "monitor status", words)
    return [
        _line(words, "broken", broken, alarming=True),
        _line(words, "cut_short", words.say("cut_short", rules=cut_short) if cut_short else "", alarming=True),
        _line(words, "floods", _floods(digest), alarming=True),
        _line(words, "silenced", _muted(digest, inhibited=False)),
        _line(words, "inhibited", _muted(digest, inhibited=True)),
        _line(words, "undelivered", _undelivered(digest), alarming=True),
        _line(words, "rejected", _rejected(digest), alarming=True),
        _line(words, "template", _own_template(digest), alarming=True),
    ]


def _outlook(digest: Digest) -> list[FooterLine]:
    """Why the reader gets this, and when there is more."""
    words, reader = digest.words, digest.reader
    lists = words.comma.join(reader.watchlists) or words.say("reader_all")
    why = _line(words, "why", words.say("reader", name=label(reader.subscription), lists=lists))
    if reader.next_at is None:
        return [why]
    when = near_time(reader.next_at, reader.zone, digest.period.end, words)
    key = "next_after_instant" if reader.instant else "next_digest"
    return [why, _line(words, "next", words.say(key, when=when))]


def _line(words: Words, key: str, text: str, *, alarming: bool = False) -> FooterLine:
    return FooterLine(words.say(f"account_{key}"), text, alarming)


def _read(digest: Digest) -> str:
    words, account = digest.words, digest.accounting
    values = {
        "articles": words.many("articles", account.articles),
        "copies": words.many("copies", account.duplicates),
        "stories": words.many("stories", account.stories),
        "matches": words.many("matches", account.matched),
    }
    return words.say("read_copies" if account.duplicates else "read", **values)


def _told(digest: Digest) -> str:
    """The alerts of this digest, counted from the digest itself so that the sum is right."""
    words = digest.words
    on_cards = sum(len(card.alerts) for section in digest.sections for card in section.cards)
    in_recaps = sum(len(card.alerts) for section in digest.sections for card in section.recaps)
    cards = sum(len(section.cards) for section in digest.sections)
    shown = words.say("told_on_cards", alerts=words.many("alerts", on_cards), cards=words.many("cards", cards))
    parts = [shown] if cards else []
    parts += [words.say("told_in_recaps", n=in_recaps)] if in_recaps else []
    parts += [words.say("told_again", n=len(digest.folded.alerts))] if digest.folded.alerts else []
    rest = "told_on_page" if digest.page else "told_waiting"
    parts += [words.say(rest, n=digest.waiting)] if digest.waiting else []
    return words.comma.join(parts) or words.say("told_nothing")


def _muted(digest: Digest, *, inhibited: bool) -> str:
    """What silences, or other rules, kept from the reader: how many alerts, and for each how many."""
    words = digest.words
    found = [each for each in digest.accounting.muted if each.inhibited is inhibited]
    if not found:
        return ""
    names = [words.say("counted", name=label(each.name, 200), n=each.alerts) for each in found]
    total = words.many("alerts", sum(each.alerts for each in found))
    return words.say("muted", alerts=total, text=_listed(names, "monitor silence list", words))


def _undelivered(digest: Digest) -> str:
    """Messages of earlier digests that somebody has not got."""
    words, account = digest.words, digest.accounting
    found = (("late", account.late), ("parked", account.parked))
    parts = [words.many(key, number) for key, number in found if number]
    return words.say("undelivered", text=words.joined(parts)) if parts else ""


def _floods(digest: Digest) -> str:
    words = digest.words
    mad = [words.say("flood", source=label(source), n=f"{count:,}") for source, count in digest.accounting.floods]
    return words.say("floods", sources=_listed(mad, "monitor sources health", words)) if mad else ""


def _rejected(digest: Digest) -> str:
    rejected = digest.accounting.rejected
    return digest.words.many("rejected", rejected) if rejected else ""


def _own_template(digest: Digest) -> str:
    return digest.words.say("template_failed", error=label(digest.fault, 300)) if digest.fault else ""


def _source_lines(digest: Digest) -> list[FooterLine]:
    words, sources = digest.words, digest.accounting.sources
    busy = [words.say("counted", name=label(source.name), n=source.articles) for source in sources if source.articles]
    silent = [_silent(source, digest) for source in sources if source.sign in SILENT]
    calm = [source for source in sources if not source.articles and not source.error and source.sign not in SILENT]
    failing = [_failing(source, digest) for source in sources if source.error]
    return [
        _line(words, "sources", _listed(busy, "monitor status", words)),
        _line(words, "quiet", _listed([label(source.name) for source in calm], "monitor status", words)),
        _line(words, "silent", _listed(silent, "monitor sources health", words), alarming=True),
        _line(words, "failing", _listed(failing, "monitor status", words), alarming=True),
    ]


def _silent(source: SourceHealth, digest: Digest) -> str:
    words = digest.words
    sign = words.say(f"sign_{source.sign}")
    if source.since is None:
        return words.say("sign", name=label(source.name), sign=sign)
    when = local_time(source.since, digest.zone, digest.period.end, words)
    return words.say("sign_since", name=label(source.name), sign=sign, when=when)


def _failing(source: SourceHealth, digest: Digest) -> str:
    words, error = digest.words, label(source.error, 160)
    if source.failing_since is None:
        return words.say("failing", name=label(source.name), error=error)
    when = local_time(source.failing_since, digest.zone, digest.period.end, words)
    return words.say("failing_since", name=label(source.name), when=when, error=error)


def _listed(names: Sequence[str], command: str, words: Words) -> str:
    shown = words.say("semicolon").join(label(name) for name in names[:MOST_LISTED])
    rest = len(names) - MOST_LISTED
    return words.say("listed_more", text=shown, n=rest, command=command) if rest > 0 else shown
