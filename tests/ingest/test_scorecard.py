"""Seven days of polling under a fake clock; `make feed-score` prints the same."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.model import Fault, VitalSign, vital

from .feedserver import START
from .scorecard import DAY, DAYS, live, score


@pytest.mark.case(33)
@pytest.mark.case(31)
@pytest.mark.case(29)
async def test_thirty_of_thirty(tmp_path: Path) -> None:
    world = await live(tmp_path)
    assert [f"{number} {rule}" for number, rule, kept in score(world) if not kept] == []
    signs = {name: vital(state, START + DAYS * DAY).sign for name, state in world.states.items()}
    assert signs["plain"] is VitalSign.OK and signs["gone"] is VitalSign.GONE
    assert {signs[name] for name in ("missing", "busy", "down", "forbidden")} == {VitalSign.FAILING}
    assert world.states["moved"].move.target.endswith("/new")
    assert world.states["forbidden"].fault is Fault.REFUSED
    assert max(world.times("/hasty")) < 1, "what the operator sets wins over the three hours that the server asks for"
