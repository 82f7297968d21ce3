"""What waits, made into a digest: one card per story, the most important first. Pure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from monitor.digest.cards import build_card, place_of, pointer, with_sentences
from monitor.digest.content import Card, Chart, Digest, Earlier, EarlierStory, Reader, Section, Told
from monitor.digest.cutting import label
from monitor.digest.due import next_occurrences
from monitor.digest.floods import floods
from monitor.digest.links import safe_link
from monitor.digest.news import RANK
from monitor.digest.novelty import ReaderAlert, for_reader
from monitor.digest.words import LANGUAGES, Words
from monitor.model import Accounting, DailyVolume, InstantMail, Novelty, Period, Subscription, WaitingAlert

CHART_DAYS = 14
_NO_TITLES: Mapping[str, str] = MappingProxyType({})

Alerts = list[ReaderAlert]

_Story = Mapping[str, Alerts]
"""The alerts of one story by watchlist."""


def compose(
    subscription: Subscription,
    period: Period,
    waiting: Sequence[WaitingAlert],
    accounting: Accounting,
    volumes: Sequence[DailyVolume],
    titles: Mapping[str, str] = _NO_TITLES,
    earlier: Sequence[InstantMail] = (),
    instant: bool = False,
    whole: bool = True,
) -> Digest:
    """Compose the digest of one subscription and period: `render` cuts it to what a mail may hold. Where nothing else
    is made of it (not `whole`), what the mail has no room for gets no sentences.

    `titles` gives watchlists their headings (default: made from the file's name). `earlier` are the mails that went
    out at once during the period; `instant`: this is one itself.
    """
    words = LANGUAGES[subscription.language]
    groups = _by_story(for_reader(waiting))
    stories = [group for group in groups.values() if not _is_fold(group)]
    folds = [alert for group in groups.values() if _is_fold(group) for alerts in group.values() for alert in alerts]
    mad = floods(waiting)
    ranked = _ranked(stories, subscription, period, words, mad)
    cards, pointers = _told(_in_words(ranked, None if whole else subscription.max_stories, words), words, titles)
    return Digest(
        reader=_reader(subscription, period, titles, instant=instant),
        period=period,
        sections=_sections(subscription, period, cards, pointers, volumes, titles),
        accounting=replace(accounting, cut_short=_cut_short(waiting), floods=tuple(mad.items())),
        folded=Told(
            tuple(alert.waiting.alert.id for alert in folds),
            tuple(dict.fromkeys(alert.waiting.alert.key for alert in folds)),
        ),
        offered=len(waiting),
        earlier=tuple(_earlier(mail) for mail in earlier),
    )


def _cut_short(waiting: Iterable[WaitingAlert]) -> tuple[str, ...]:
    """The rules that found more in an article than they tell."""
    cut = (each.alert.match for each in waiting if each.alert.match.cut)
    return tuple(sorted({f"{match.watchlist}/{match.rule}" for match in cut}))


def title_of(watchlist: str, titles: Mapping[str, str] = _NO_TITLES) -> str:
    """The heading of a watchlist: its own title, else its file's name in words (`model-launches`: Model launches)."""
    name = label(titles.get(watchlist, "")) or label(watchlist.replace("-", " ").replace("_", " "))
    return name[:1].upper() + name[1:]


def _reader(subscription: Subscription, period: Period, titles: Mapping[str, str], *, instant: bool) -> Reader:
    upcoming = next_occurrences(subscription.schedule, subscription.zone, period.end, 1)
    return Reader(
        subscription=subscription.name,
        zone=subscription.zone,
        language=subscription.language,
        watchlists=tuple(title_of(name, titles) for name in subscription.watchlists),
        next_at=upcoming[0] if upcoming else None,
        instant=instant,
        most=subscription.max_stories,
    )


def _by_story(alerts: Iterable[ReaderAlert]) -> dict[str, dict[str, Alerts]]:
    """The alerts of each story, and of what each rule over time tells, by watchlist."""
    groups: dict[str, dict[str, Alerts]] = {}
    for alert in alerts:
        told = alert.waiting.alert
        groups.setdefault(place_of(told), {}).setdefault(told.match.watchlist, []).append(alert)
    return groups


def _is_fold(group: _Story) -> bool:
    """A story of which this digest has nothing but other tellings: counted in the footer."""
    return all(alert.novelty is Novelty.FOLD for alerts in group.values() for alert in alerts)


def _ranked(
    stories: Iterable[_Story], subscription: Subscription, period: Period, words: Words, mad: Collection[str]
) -> list[tuple[Card, _Story]]:
    """The cards in their order, those that only sources gone mad tell of last of all."""
    made = [(build_card(_all(story), subscription.zone, period, words), story) for story in stories]
    made.sort(key=lambda item: (_is_flood(item[1], mad), _importance(item[0])))
    return made


def _in_words(ranked: Iterable[tuple[Card, _Story]], most: int | None, words: Words) -> Iterator[tuple[Card, _Story]]:
    """With their sentences: all, or the first `most` of the cards and of the recaps."""
    room = Counter[bool]()
    for card, story in ranked:
        room[_is_news(card)] += 1
        is_shown = most is None or room[_is_news(card)] <= most
        yield (with_sentences(card, _all(story), words) if is_shown else card), story


def _told(
    made: Iterable[tuple[Card, _Story]], words: Words, titles: Mapping[str, str]
) -> tuple[list[Card], list[Card]]:
    """The cards, and the lines of the other watchlists that found their stories."""
    cards, pointers = [], []
    for rank, (card, story) in enumerate(made):
        others = [name for name in story if name != card.watchlist and not _is_fold({name: story[name]})]
        full = replace(card, rank=rank, elsewhere=tuple(title_of(name, titles) for name in others))
        cards.append(full)
        if _is_news(full):
            pointers += [pointer(story[name], full, title_of(full.watchlist, titles), words) for name in others]
    return cards, pointers


def _all(story: _Story) -> Alerts:
    return [alert for alerts in story.values() for alert in alerts]


def _is_flood(story: _Story, mad: Collection[str]) -> bool:
    return bool(mad) and all(alert.waiting.article.source in mad for alerts in story.values() for alert in alerts)


def _importance(card: Card) -> tuple[bool, int, int, float, float]:
    """By severity, novelty, relevance (in tenths), then the newest first; recaps after all cards. The caps cut from the
    end."""
    relevance = round(card.relevance, 1)
    return not _is_news(card), -card.severity.rank, RANK[card.novelty], -relevance, -card.moment.timestamp()


def _in_section(card: Card) -> tuple[bool, int]:
    """What counts over many stories first, then what is new, then what changed."""
    return not card.over_time, RANK[card.novelty]


def _is_news(card: Card) -> bool:
    return card.novelty in (Novelty.NEW, Novelty.UPDATE)


def _sections(
    subscription: Subscription,
    period: Period,
    cards: Sequence[Card],
    pointers: Sequence[Card],
    volumes: Sequence[DailyVolume],
    titles: Mapping[str, str],
) -> tuple[Section, ...]:
    """A section per watchlist, the one with the most important card first; the quiet ones last."""
    listed = [*cards, *pointers]
    names = [*(card.watchlist for card in listed), *subscription.watchlists, *(v.watchlist for v in volumes)]
    return tuple(
        Section(
            watchlist=name,
            title=title_of(name, titles),
            cards=tuple(sorted(_of(filter(_is_news, cards), name), key=_in_section)),
            pointers=tuple(_of(pointers, name)),
            recaps=tuple(card for card in _of(cards, name) if not _is_news(card)),
            chart=_chart(name, subscription, period, volumes),
        )
        for name in dict.fromkeys(names)
    )


def _of(cards: Iterable[Card], watchlist: str) -> list[Card]:
    return [card for card in cards if card.watchlist == watchlist]


def _chart(watchlist: str, subscription: Subscription, period: Period, volumes: Sequence[DailyVolume]) -> Chart | None:
    """The last fourteen local days up to the period's end; days without stories are zero."""
    counts = {volume.day: volume.stories for volume in volumes if volume.watchlist == watchlist}
    last = _last_day(subscription, period)
    days = tuple((day := last - timedelta(days=back), counts.get(day, 0)) for back in reversed(range(CHART_DAYS)))
    return Chart(days) if any(count for _, count in days) else None


def _last_day(subscription: Subscription, period: Period) -> date:
    """The local day that the period's last moment belongs to (its end is exclusive)."""
    return (period.end - timedelta(microseconds=1)).astimezone(ZoneInfo(subscription.zone)).date()


def _earlier(mail: InstantMail) -> Earlier:
    """What a mail told at once, each story in the words of its first alert."""
    stories: dict[str, EarlierStory] = {}
    for item in mail.alerts:
        title, name = label(item.alert.match.title) or label(item.alert.match.rule), label(item.article.title, 200)
        headline = name if name != title else ""  # an absence has no article
        stories.setdefault(item.alert.story, EarlierStory(title, headline, safe_link(item.article.url)))
    return Earlier(mail.sent or mail.composed, mail.sent is not None, tuple(stories.values()))
