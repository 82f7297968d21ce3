"""Many feeds with faults, at a small size; `make feed-soak` is the large one."""

from __future__ import annotations

from pathlib import Path

import pytest

from .soak import FAULTS, soak


@pytest.mark.case(5)
@pytest.mark.case(6)
@pytest.mark.case(16)
@pytest.mark.case(29)
@pytest.mark.case(36)
async def test_every_article_exactly_once(tmp_path: Path) -> None:
    result = await soak(tmp_path, feeds=40, hours=12)
    assert (result.missing, result.twice, result.versions) == ([], [], 0)
    assert result.articles > 100 and result.most_at_once == 1
    assert set(result.faults) == set(FAULTS)
