"""What the daemon counts, in the text format of Prometheus (extra `metrics`)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from typing import TYPE_CHECKING

from monitor import __version__
from monitor.errors import MonitorError
from monitor.health.pulse import Pulse
from monitor.model import VitalSign, vital
from monitor.store import Store

try:
    from prometheus_client import CollectorRegistry, generate_latest
    from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily
    from prometheus_client.registry import Collector
except ImportError:  # pragma: no cover - without the extra
    HAS_CLIENT = False
    if not TYPE_CHECKING:
        Collector = object
else:
    HAS_CLIENT = True


class MetricsMissingError(MonitorError):
    """The library that writes metrics is not installed."""


def metrics_text(store: Store, pulse: Pulse, now: datetime) -> bytes:
    """Everything as of `now`. Blocking: it counts tables. Raises MetricsMissingError, StoreError."""
    if not HAS_CLIENT:
        raise MetricsMissingError("metrics need a library: pip install 'watchlist-monitor[metrics]'")
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Counts(store, pulse, now))
    return bytes(generate_latest(registry))


class _Counts(Collector):
    """Asked once per scrape; keeps nothing."""

    def __init__(self, store: Store, pulse: Pulse, now: datetime) -> None:
        self._store = store
        self._pulse = pulse
        self._now = now

    def describe(self) -> list[GaugeMetricFamily]:
        """Nothing is known before it is asked for."""
        return []

    def collect(self) -> Iterator[GaugeMetricFamily | CounterMetricFamily]:
        """Every family with its samples."""
        yield _labelled("watchlist_info", "The version at work.", "version", {__version__: 1})
        yield _labelled("watchlist_sources", "Sources by how they are.", "state", self._sources())
        yield _labelled("watchlist_stored", "Rows of the database.", "kind", self._store.totals())
        outbox = {state.value: count for state, count in self._store.outbox_counts().items()}
        yield _labelled("watchlist_outbox", "Deliveries by state.", "state", outbox)
        yield _plain("watchlist_outbox_oldest_seconds", "Age of the oldest message that waits.", self._oldest())
        yield _plain(
            "watchlist_held", "1 while nothing is mailed before an operator says so.", bool(self._store.hold())
        )
        yield _plain("watchlist_rules", "Rules at work.", sum(map(len, self._store.good_rules().values())))
        broken = self._store.broken_files()
        yield _plain("watchlist_broken_files", "Files that cannot be taken as they stand.", len(broken))
        kept = sum(len(file.kept) for file in broken)
        yield _plain("watchlist_kept_rules", "Rules that work on in their last good version.", kept)
        yield from self._loops()

    def _loops(self) -> Iterator[GaugeMetricFamily | CounterMetricFamily]:
        yield _plain("watchlist_healthy", "1 while every loop gets on with its work.", not self._pulse.late())
        yield _labelled("watchlist_progress_age_seconds", "Since a loop last moved.", "loop", self._pulse.ages())
        seconds = CounterMetricFamily("watchlist_stage_seconds", "Time spent on each stage.", labels=["stage"])
        steps = CounterMetricFamily("watchlist_stage_steps", "Pieces of work of each stage.", labels=["stage"])
        for stage, spent in sorted(self._pulse.seconds.items()):
            seconds.add_metric([stage], spent)
            steps.add_metric([stage], self._pulse.counts[stage])
        yield seconds
        yield steps

    def _sources(self) -> dict[str, int]:
        """As `monitor sources health` has them; also those of which there are none."""
        signs = Counter(vital(state, self._now).sign for state in self._store.source_states())
        return {sign.value: signs[sign] for sign in VitalSign}

    def _oldest(self) -> float:
        oldest = self._store.oldest_waiting()
        return max(0.0, (self._now - oldest).total_seconds()) if oldest else 0.0


def _plain(name: str, says: str, value: float) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, says)
    family.add_metric([], float(value))
    return family


def _labelled(name: str, says: str, label: str, values: dict[str, int] | dict[str, float]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, says, labels=[label])
    for key, value in values.items():
        family.add_metric([key], float(value))
    return family
