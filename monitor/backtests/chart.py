"""Stories per day as columns of characters; per week where the days are more than the terminal is wide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

HEIGHT = 6
_EIGHTHS = " ▁▂▃▄▅▆▇█"
_PLAIN = " .......#"


@dataclass(frozen=True, slots=True)
class Columns:
    """Counts in order, and what one of them covers: "day" or "week"."""

    unit: str
    first: date
    last: date
    counts: tuple[int, ...]


def columns(days: Mapping[date, int], room: int) -> Columns:
    """One column a day where there is room, else one a week (the last may be a short one)."""
    order = sorted(days)
    counts = [days[day] for day in order]
    unit = "day"
    if len(counts) > room:
        unit = "week"
        counts = [sum(counts[start : start + 7]) for start in range(0, len(counts), 7)]
    return Columns(unit, order[0], order[-1], tuple(counts[-room:]))


def draw(chart: Columns, width: int, *, plain: bool = False) -> list[str]:
    """The lines of a chart, `width` columns wide at most; `plain` uses ASCII only. Nothing at all is a flat line."""
    top = max(chart.counts)
    label = f"{top} "
    wide = 2 if len(chart.counts) * 2 <= width - len(label) else 1
    lines = []
    for row in reversed(range(HEIGHT if top else 0)):
        bar = "".join(_cell(count, top, row, plain) * wide for count in chart.counts)
        lines.append((label if row == HEIGHT - 1 else " " * len(label)) + bar.rstrip())
    drawn = len(chart.counts) * wide
    lines.append(" " * (len(label) - 1) + ("+" if plain else "└") + ("-" if plain else "─") * drawn)
    lines.append(" " * len(label) + _dates(chart, drawn))
    return lines


def _cell(count: int, top: int, row: int, plain: bool) -> str:
    """What of a column stands in one row, from the bottom; whatever is counted is seen, be it ever so little."""
    eighths = _ceiling(count * HEIGHT * 8, top) - row * 8
    return (_PLAIN if plain else _EIGHTHS)[max(0, min(8, eighths))]


def _ceiling(number: int, by: int) -> int:
    return -(-number // by)


def _dates(chart: Columns, width: int) -> str:
    first, last = chart.first.isoformat(), chart.last.isoformat()
    if width < len(first) + len(last) + 1:
        return f"{first} .. {last}"
    return first + " " * (width - len(first) - len(last)) + last
