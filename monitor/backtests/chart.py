"""Stories per day as columns of characters; per week or more where the days are more than the terminal is wide."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta

HEIGHT = 6
_EIGHTHS = " ▁▂▃▄▅▆▇█"
_PLAIN = " .......#"


_WEEKS = (1, 4, 13, 52)


@dataclass(frozen=True, slots=True)
class Columns:
    """Counts in order, and what one of them covers: `days` of them, in words "day", "week" or "4 weeks"."""

    days: int
    first: date
    last: date
    counts: tuple[int, ...]

    @property
    def unit(self) -> str:
        return {1: "day", 7: "week"}.get(self.days, f"{self.days // 7} weeks")

    def begin(self, number: int) -> date:
        """The first day of a column."""
        return self.first + timedelta(days=number * self.days)


def columns(days: Mapping[date, int], room: int) -> Columns:
    """One column a day where there is room, else one for as many weeks as it takes; the last may be a short one."""
    order = sorted(days)
    counts = [days[day] for day in order]
    steps = [1, *(7 * weeks for weeks in _WEEKS)]
    enough = 7 * -(-len(counts) // (7 * room))
    step = next((step for step in steps if len(counts) <= step * room), enough)
    sums = (sum(counts[start : start + step]) for start in range(0, len(counts), step))
    return Columns(step, order[0], order[-1], tuple(sums))


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
