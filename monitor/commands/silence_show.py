"""`monitor silence show`: one silence with the alerts that it has kept back."""

from __future__ import annotations

import json
from pathlib import Path

from monitor.alerts.silences import end_words, scope_words
from monitor.app import utc_now
from monitor.commands._outbox import opened
from monitor.commands._silence_lines import as_json as line_of
from monitor.commands._silence_lines import silence_called, state_of
from monitor.terminal import say


def show(config: Path, name: str, *, as_json: bool) -> int:
    """Print a silence and what it muted, the newest first. Raises MonitorError where there is none of that id."""
    now = utc_now()
    with opened(config) as (_, store):
        silence = silence_called(name, store.silences())
        kept = store.kept_by(silence.id)
    alerts = len({alert.id for alert, _ in kept})
    if as_json:
        told = [
            {
                "alert": alert.id,
                "subscription": subscription,
                "raised": alert.raised.isoformat(),
                "watchlist": alert.match.watchlist,
                "rule": alert.match.rule,
                "fact": alert.match.fact.as_dict(),
                "title": alert.match.title,
                "novelty": alert.novelty.value,
            }
            for alert, subscription in kept
        ]
        say(json.dumps(line_of(silence, alerts, now) | {"muted": told}, indent=2, ensure_ascii=False))
        return 0
    say(f"{silence.id}: {scope_words(silence.scope)}, {end_words(silence)}; {state_of(silence, now)}")
    say(f"by {silence.author} on {silence.created:%Y-%m-%d %H:%M} UTC: {silence.reason}")
    for alert, subscription in kept:
        match = alert.match
        say(
            f"  {alert.raised:%Y-%m-%d %H:%M} UTC  {match.watchlist}/{match.rule}  {match.title} "
            f"({alert.novelty.value}, kept from {subscription})"
        )
    return 0
