"""The exact digests that a reader sees; rewritten with `pytest --update-golden`, differences reviewed."""

from __future__ import annotations

import pytest

from monitor.digest.render import render
from tests.digest.material import GOLDEN, load

CASES = sorted(path.stem for path in GOLDEN.glob("*.json"))


@pytest.mark.parametrize("name", CASES)
@pytest.mark.parametrize("part", ["txt", "html"])
def test_golden_digest(name: str, part: str, update_golden: bool) -> None:
    rendered = render(load(name).compose())
    shown = rendered.html if part == "html" else f"Subject: {rendered.subject}\n\n{rendered.text}"
    golden = GOLDEN / f"{name}.{part}"
    if update_golden:
        golden.write_bytes(shown.encode())
    assert golden.read_bytes().decode() == shown
