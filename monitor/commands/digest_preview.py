"""`monitor digest preview`: the digest that waits, or one that was composed, shown and nothing else."""

from __future__ import annotations

import tempfile
import webbrowser
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import unquote, urlsplit

from monitor.app import build_pipeline, look, utc_now
from monitor.checks import load_all
from monitor.digest.due import once as out_of_turn
from monitor.digest.render import render
from monitor.errors import ConfigError
from monitor.model import Message, Subscription
from monitor.settings import offer
from monitor.store import Store
from monitor.terminal import complain, say

_ENDINGS = (".html", ".txt", ".eml")


def preview(config: Path, name: str | None, html: Path | None, *, show: bool) -> int:
    """Print a digest as text, or write it as HTML to `html`, or `show` it in the browser.

    `name` is a subscription (its digest that waits; none: that of the first), or the id of a stored digest, or the
    path or address of its file. Nothing is frozen, sent or marked. 1 if a template of the user's own failed. Raises
    ConfigError for an unknown name, StoreError without a database.
    """
    configuration, loaded = load_all(config)
    store = look(configuration.settings)
    try:
        if name is not None and (stored := _stored(store, name)):
            return _show(stored.text or stored.raw.decode("utf-8", "replace"), stored.html, html, show=show)
        pipeline = build_pipeline(configuration.settings, loaded, store)
        subscription = _chosen(pipeline.subscriptions, name)
        now = utc_now()
        digest = pipeline.desk.draft(subscription, out_of_turn(store.last_period_end(subscription.name), now))
    finally:
        store.close()
    if digest is None:
        say(f"{subscription.name}: nothing waits")
        return 0
    rendered = render(digest, pipeline.templates.get(subscription.name))
    _show(rendered.text, rendered.html, html, show=show)
    if rendered.digest.fault:
        complain(f"monitor: its own template failed, this is the built-in layout: {rendered.digest.fault}")
    return int(bool(rendered.digest.fault))


def _stored(store: Store, name: str) -> Message | None:
    """The first message of the digest that `name` leads to; None if it is none's."""
    last = unquote(urlsplit(name).path).rpartition("/")[2]
    for ending in _ENDINGS:
        last = last.removesuffix(ending)
    digest = store.digest(last) if "@" in last else None
    if digest is not None and not digest.messages:
        raise ConfigError(f"the mails of {last} are no longer kept")
    return digest.messages[0] if digest else None


def _show(text: str, page: str, html: Path | None, *, show: bool) -> int:
    if html is None and not show:
        say(text)
        return 0
    path = _write(page or text, html)
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
    names = [subscription.name for subscription in subscriptions]
    raise ConfigError(f"there is no subscription and no stored digest {name!r}; {offer(name, names)}")


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
