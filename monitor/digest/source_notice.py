"""The mail to readers whose rules depend on a source that fell silent, or that speaks again."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from monitor.digest.notice import Notice
from monitor.digest.times import local_time
from monitor.model import DEPENDENCE_SPAN, Dependence, Vital, VitalSign
from monitor.model.vitals import spell


@dataclass(frozen=True, slots=True)
class SourceNews:
    """One source, how it is doing (or was, where it is `back`), and which rules of the reader depend on it."""

    source: str
    vital: Vital
    dependences: Sequence[Dependence]
    back: bool = False


def source_notice(
    news: Sequence[SourceNews], subscription: str, titles: Mapping[str, str], zone: str, now: datetime
) -> Notice:
    """What the readers of a subscription are told, in the times of their `zone`. `titles` head the watchlists."""
    silent = [each for each in news if not each.back]
    parts = [_told(each, titles, zone, now) for each in news]
    closing = (
        "Until then, calm in these rules may be nothing but silence. `monitor sources health` shows every source."
        if silent
        else "What it published meanwhile and still offers is read now; what it no longer offers was missed."
    )
    return Notice(
        name=f"sources:{subscription}",
        identity=f"sources-{subscription}",
        subject=_subject(news, silent),
        plain_subject="A source fell silent" if silent else "A source speaks again",
        text="\n\n".join([*parts, closing]) + "\n",
    )


def _subject(news: Sequence[SourceNews], silent: Sequence[SourceNews]) -> str:
    if len(news) > 1:
        return f"{len(silent)} sources are silent" if len(silent) > 1 else f"News of {len(news)} sources"
    one = news[0]
    return f"{one.source} speaks again" if one.back else f"{one.source} is {_state(one.vital.sign)}"


def _state(sign: VitalSign) -> str:
    return "no feed any more" if sign is VitalSign.NOT_A_FEED else str(sign.value)


def _told(news: SourceNews, titles: Mapping[str, str], zone: str, now: datetime) -> str:
    since = news.vital.since
    span = f" since {local_time(since, zone, now)} ({spell(now - since)})" if since is not None else ""
    if news.back:
        return f"{news.source} speaks again. It was {_state(news.vital.sign)}{span}."
    why = f": {news.vital.note}" if news.vital.note else ""
    lines = [f"{news.source} is {_state(news.vital.sign)}{span}{why}.", "What depends on it:"]
    return "\n".join([*lines, *(f"  - {_depends(each, titles)}" for each in news.dependences)])


def _depends(on: Dependence, titles: Mapping[str, str]) -> str:
    why = ["the rule names it"] if on.named else []
    if on.stories:
        why.append(f"{on.stories} of its {on.of} stories of the last {DEPENDENCE_SPAN.days} days came from there")
    return f"{titles.get(on.watchlist, on.watchlist)}, {on.rule}: {'; '.join(why)}"
