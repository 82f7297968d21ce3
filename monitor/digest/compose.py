"""What waits, made into a digest: one card per story and watchlist, the most important first. Pure."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from types import MappingProxyType
from zoneinfo import ZoneInfo

from monitor.digest.cards import build_card
from monitor.digest.content import Card, Chart, Digest, Section, Told
from monitor.digest.cutting import label
from monitor.digest.novelty import ReaderAlert, for_reader
from monitor.model import Accounting, DailyVolume, Novelty, Period, Subscription, WaitingAlert

CHART_DAYS = 14
MOST_RECAPS = 40
"""How many recap lines one digest shows; the rest waits."""

_NO_TITLES: Mapping[str, str] = MappingProxyType({})
_ORDER = {Novelty.NEW: 0, Novelty.UPDATE: 1, Novelty.RECAP: 2}


def compose(
    subscription: Subscription,
    period: Period,
    waiting: Sequence[WaitingAlert],
    accounting: Accounting,
    volumes: Sequence[DailyVolume],
    titles: Mapping[str, str] = _NO_TITLES,
) -> Digest:
    """Compose the digest of one subscription and period.

    `titles` gives watchlists their headings (default: made from the file's name). What exceeds
    `subscription.max_stories` is in no card and so keeps waiting; `Digest.alerts` names what is told.
    """
    groups = _by_story(for_reader(waiting))
    cards = [build_card(group, subscription.zone, period.end) for group in groups.values() if not _is_fold(group)]
    folds = [alert for group in groups.values() if _is_fold(group) for alert in group]
    return Digest(
        subscription=subscription.name,
        zone=subscription.zone,
        period=period,
        sections=_sections(subscription, period, _ranked(_cross_referenced(cards, titles)), volumes, titles),
        accounting=accounting,
        folded=Told(
            tuple(alert.waiting.alert.id for alert in folds),
            tuple(dict.fromkeys(alert.waiting.alert.key for alert in folds)),
        ),
        offered=len(waiting),
    )


def title_of(watchlist: str, titles: Mapping[str, str] = _NO_TITLES) -> str:
    """The heading of a watchlist: its own title, else its file's name in words (`model-launches`: Model launches)."""
    name = label(titles.get(watchlist, "")) or label(watchlist.replace("-", " ").replace("_", " "))
    return name[:1].upper() + name[1:]


def _by_story(alerts: Iterable[ReaderAlert]) -> dict[tuple[str, str], list[ReaderAlert]]:
    groups: dict[tuple[str, str], list[ReaderAlert]] = {}
    for alert in alerts:
        groups.setdefault((alert.waiting.alert.match.watchlist, alert.waiting.alert.story), []).append(alert)
    return groups


def _is_fold(group: Sequence[ReaderAlert]) -> bool:
    """A story of which this digest has nothing but other tellings: counted in the footer."""
    return all(alert.novelty is Novelty.FOLD for alert in group)


def _cross_referenced(cards: Sequence[Card], titles: Mapping[str, str]) -> list[Card]:
    """A story under several watchlists says so on each of its cards."""
    places: dict[str, list[str]] = {}
    for card in cards:
        places.setdefault(card.story, []).append(card.watchlist)
    return [
        replace(card, elsewhere=tuple(title_of(name, titles) for name in places[card.story] if name != card.watchlist))
        for card in cards
    ]


def _ranked(cards: Sequence[Card]) -> list[Card]:
    """By severity, then novelty, then the newest first; recaps after all cards. The caps cut from the end."""

    def key(card: Card) -> tuple[bool, int, int, float]:
        recap = card.novelty not in (Novelty.NEW, Novelty.UPDATE)
        return recap, -card.severity.rank, _ORDER.get(card.novelty, 2), -card.moment.timestamp()

    return [replace(card, rank=rank) for rank, card in enumerate(sorted(cards, key=key))]


def _sections(
    subscription: Subscription,
    period: Period,
    cards: Sequence[Card],
    volumes: Sequence[DailyVolume],
    titles: Mapping[str, str],
) -> tuple[Section, ...]:
    """A section per watchlist, the one with the most important card first; the quiet ones last."""
    full = [card for card in cards if card.novelty in (Novelty.NEW, Novelty.UPDATE)]
    recaps = [card for card in cards if card.novelty not in (Novelty.NEW, Novelty.UPDATE)]
    shown, short = full[: max(1, subscription.max_stories)], recaps[:MOST_RECAPS]
    names = [card.watchlist for card in cards] + list(subscription.watchlists) + [v.watchlist for v in volumes]
    return tuple(
        Section(
            watchlist=name,
            title=title_of(name, titles),
            cards=tuple(sorted(_of(shown, name), key=lambda card: _ORDER[card.novelty])),
            recaps=tuple(_of(short, name)),
            chart=_chart(name, subscription, period, volumes),
            held_cards=len(_of(full, name)) - len(_of(shown, name)),
            held_recaps=len(_of(recaps, name)) - len(_of(short, name)),
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
