"""`monitor digest preview`: the digest that waits, shown and nothing else."""

from __future__ import annotations

import tempfile
import webbrowser
from collections.abc import Sequence
from pathlib import Path

from monitor.app import build_pipeline, look, utc_now
from monitor.checks import load_all
from monitor.digest.due import once as out_of_turn
from monitor.digest.render import render
from monitor.errors import ConfigError
from monitor.model import Subscription
from monitor.terminal import say


def preview(config: Path, name: str | None, html: Path | None, *, show: bool) -> int:
    """Print the digest that waits for a subscription as text, or write it as HTML to `html`, or `show` it.

    Nothing is frozen, sent or marked. Raises ConfigError for an unknown subscription, StoreError without a database.
    """
    configuration, loaded = load_all(config)
    store = look(configuration.settings)
    try:
        pipeline = build_pipeline(configuration.settings, loaded, store)
        subscription = _chosen(pipeline.subscriptions, name)
        now = utc_now()
        digest = pipeline.draft(subscription, out_of_turn(store.last_period_end(subscription.name), now))
    finally:
        store.close()
    if digest is None:
        say(f"{subscription.name}: nothing waits")
        return 0
    rendered = render(digest)
    if html is None and not show:
        say(rendered.text)
        return 0
    path = _write(rendered.html, html)
    say(str(path))
    if show:
        webbrowser.open(path.absolute().as_uri())
    return 0


def _chosen(subscriptions: Sequence[Subscription], name: str | None) -> Subscription:
    if name is None:
        return subscriptions[0]
    for subscription in subscriptions:
        if subscription.name == name:
            return subscription
    known = ", ".join(subscription.name for subscription in subscriptions)
    raise ConfigError(f"there is no subscription {name!r}; known here: {known}")


def _write(html: str, path: Path | None) -> Path:
    try:
        if path is None:
            with tempfile.NamedTemporaryFile("w", encoding="utf-8", suffix=".html", delete=False) as file:
                file.write(html)
            return Path(file.name)
        path.write_text(html, encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{path or 'a temporary file'}: cannot be written: {error.strerror}") from error
    return path
