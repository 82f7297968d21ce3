"""The sentences that a digest says of itself, the same in both parts, in the words of the reader's language."""

from __future__ import annotations

from dataclasses import dataclass

from monitor.digest.content import Card, Chart, Digest, Earlier, Section
from monitor.digest.cutting import cut, label
from monitor.digest.times import clock_time, near_time, short_day
from monitor.digest.words import Words
from monitor.model import Novelty, Severity, VitalSign

CONTENTS_FROM = 6
"""From so many cards on, a digest begins with a table of contents."""

MOST_CONTENTS, FEWEST_CONTENTS = 24, 3
"""How many stories the table of contents names before it counts the rest, and of each watchlist at least."""

LONGEST_SUBJECT = 90

SILENT = (VitalSign.LATE, VitalSign.QUIET, VitalSign.EMPTY)
"""Read without an error, and yet silent against the source's own habit: that is not calm."""


@dataclass(frozen=True, slots=True)
class Contents:
    """One watchlist in the table of contents: its first stories, and in words how many more there are."""

    title: str
    counts: str
    stories: tuple[Card, ...]
    more: str


def counts(item: Digest | Section, words: Words) -> list[str]:
    """`3 new`, `1 update`, `4 recaps`: those that are not zero."""
    found = (("new", Novelty.NEW), ("updates", Novelty.UPDATE), ("recaps", Novelty.RECAP))
    return [words.many(key, count) for key, novelty in found if (count := item.count(novelty))]


def headline_counts(digest: Digest) -> str:
    """`3 new, 1 update and 4 recaps`, or `Nothing new`; in how many stories, where one of them is both new and more."""
    words, stories = digest.words, sum(1 for _ in digest)
    said = words.joined(counts(digest, words))
    if sum(map(digest.count, (Novelty.NEW, Novelty.UPDATE, Novelty.RECAP))) > stories:
        return words.say("counts_in", counts=said, stories=words.many("stories", stories))
    return said or words.say("nothing_new")


def origin(digest: Digest) -> str:
    """`from 27 articles in 2 sources since Friday 08:00`; of an instant mail, why it is one."""
    words, account, reader = digest.words, digest.accounting, digest.reader
    if reader.instant:
        return _why_at_once(digest)
    start = near_time(digest.period.start, digest.zone, digest.period.end, words)
    busy = sum(bool(source.articles) for source in account.sources)
    articles = words.many("articles", account.articles)
    if not busy:
        return words.say("origin", articles=articles, start=start)
    return words.say("origin_sources", articles=articles, sources=words.many("sources", busy), start=start)


def _why_at_once(digest: Digest) -> str:
    words = digest.words
    news = [card.severity for card in digest if not card.corrects]
    gravest = max(news, key=lambda severity: severity.rank, default=Severity.NORMAL)
    new = words.say("instant_new", severity=words.say(f"severity_{gravest}")) if news else ""
    corrects = words.say("instant_corrects") if any(card.corrects for card in digest) else ""
    return words.say("instant_why", why=words.joined([part for part in (new, corrects) if part]))


def warnings(digest: Digest) -> str:
    """What the reader must know before trusting a calm page, and where to read on; empty if all is well."""
    found = troubles(digest)
    return digest.words.say("see_account", text=found) if found else ""


def troubles(digest: Digest) -> str:
    """What the reader must know before trusting a calm page, as a part of a sentence; empty if all is well."""
    words, sources = digest.words, digest.accounting.sources
    numbers = {
        "failing_sources": sum(bool(source.error) for source in sources),
        "silent_sources": sum(source.sign in SILENT for source in sources if not source.error),
        "broken_rules": len(digest.accounting.broken_rules),
        "alerts_wait": 0 if digest.page else digest.waiting,
    }
    return words.joined([words.many(key, number) for key, number in numbers.items() if number])


def heartbeat(digest: Digest) -> str:
    """What an empty digest has to say: that it is no accident; empty if there is more to read, or something wrong."""
    quiet = not any(section.is_busy for section in digest.sections) and not warnings(digest)
    sources = len(digest.accounting.sources)
    return digest.words.many("all_well", sources) if quiet and sources else ""


def held_note(section: Section, digest: Digest) -> str:
    """The truthful "n more" of a watchlist, and where the rest is."""
    words = digest.words
    held = (("more_stories", section.held_cards), ("more_recaps", section.held_recaps))
    found = [words.many(key, number) for key, number in held if number]
    if not found:
        return ""
    number, text = section.held_cards + section.held_recaps, words.joined(found)
    if digest.page:
        return words.many("stored", number, text=text, where=digest.page)
    return words.many("held", number, text=text, name=digest.subscription)


def rest(digest: Digest) -> str:
    """At the top already: how much of the digest is not in this mail but on its page, and where that is."""
    held = sum(section.held_cards + section.held_recaps for section in digest.sections)
    if not (digest.page and held):
        return ""
    words = digest.words
    return words.many("stored", held, text=words.many("more_stories", held), where=digest.page)


def contents(digest: Digest) -> tuple[Contents, ...]:
    """The table of contents; none where a digest is short."""
    busy = [section for section in digest.sections if section.listed]
    if sum(len(section.listed) for section in busy) < CONTENTS_FROM:
        return ()
    most = max(FEWEST_CONTENTS, MOST_CONTENTS // len(busy))
    return tuple(_contents(section, digest.words, most) for section in busy)


def _contents(section: Section, words: Words, most: int) -> Contents:
    stories = section.listed
    rest = len(stories) - most
    return Contents(
        title=section.title,
        counts=words.comma.join(counts(section, words)),
        stories=stories if rest <= 1 else stories[:most],
        more=words.many("contents_more", rest) if rest > 1 else "",
    )


def chart_caption(chart: Chart, words: Words) -> str:
    """`21 stories in 14 days, most on Thu 23 Jan (7)`."""
    day, most = chart.peak
    text = words.many("chart", chart.total, days=len(chart.days))
    return words.say("chart_most", text=text, day=short_day(day, words), most=most)


def kind(card: Card, words: Words) -> str:
    """`NEW`, `UPDATE`: what the line of a story without a card begins with."""
    return words.say(f"kind_{card.novelty}")


def severity(card: Card, section: Section, words: Words) -> str:
    """The severity in a word, where it tells one card from another, or matters most."""
    tells = section.is_mixed and card.severity is not Severity.NORMAL
    return words.say(f"severity_{card.severity}") if tells or card.severity is Severity.CRITICAL else ""


def earlier_head(earlier: Earlier, digest: Digest) -> str:
    """`Already sent at 10:42`, or the truth about a mail that has not left."""
    when = clock_time(earlier.at, digest.zone, digest.period.end, digest.words)
    return digest.words.say("earlier" if earlier.delivered else "earlier_waits", when=when)


def subject(digest: Digest) -> str:
    """`Watchlist morning: 3 new, 1 update - Italy: DeepSeek banned or blocked`, cut at a word within 90 characters."""
    words = digest.words
    first = min((card for section in digest.sections for card in section.cards), key=lambda c: c.rank, default=None)
    if digest.reader.instant and first:
        more = sum(1 for _ in digest) - 1
        if first.corrects and not more:
            return cut(first.title, LONGEST_SUBJECT)
        values = {"severity": words.say(f"severity_{first.severity}").capitalize(), "title": first.title}
        long = words.say("subject_instant_more", **values, n=more) if more else words.say("subject_instant", **values)
        return cut(long, LONGEST_SUBJECT)
    said = plain_subject(digest)
    return cut(words.say("subject_first", subject=said, title=first.title) if first else said, LONGEST_SUBJECT)


def plain_subject(digest: Digest) -> str:
    """The subject without a word of any article."""
    words = digest.words
    numbers = words.comma.join(counts(digest, words)) or words.say("nothing_new_subject")
    return words.say("subject", name=label(digest.subscription), counts=numbers)
