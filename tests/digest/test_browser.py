"""The digest in a real browser, where one is installed: no sideways overflow and enough contrast, light and dark."""

from __future__ import annotations

import html
import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from monitor.digest.render import render
from tests.digest.material import GOLDEN, load

CHROMIUM = shutil.which("chromium")
WIDTHS = (320, 360, 600, 1000)
QUIET = "--headless --no-sandbox --disable-gpu --disable-quic --no-first-run --disable-sync --disable-dev-shm-usage"
QUIET += " --disable-background-networking --disable-component-update"

pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="chromium is not installed")


def measured(page: str, dark: bool, folder: Path) -> list[dict[str, Any]]:
    """What `measure.html` finds out about the page at each of WIDTHS (frames, since a window is 500 px at least)."""
    frames = "".join(
        f'<iframe width="{w}" height="9000" style="border:0" srcdoc="{html.escape(page)}"></iframe>' for w in WIDTHS
    )
    file = folder / "measure.html"
    file.write_text((Path(__file__).parent / "measure.html").read_text() + frames, "utf-8")
    scheme = f"--blink-settings=preferredColorScheme={0 if dark else 1}"
    command = [
        str(CHROMIUM),
        *QUIET.split(),
        scheme,
        f"--user-data-dir={folder / 'profile'}",
        "--dump-dom",
        file.as_uri(),
    ]
    done = subprocess.run(command, capture_output=True, timeout=120, check=True)
    result = done.stdout.decode().partition('<pre id="result">')[2].partition("</pre>")[0]
    found: list[dict[str, Any]] = json.loads(html.unescape(result))
    return found


@pytest.mark.parametrize("dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("name", sorted(path.stem for path in GOLDEN.glob("*.json")))
def test_readable_at_every_width(name: str, dark: bool, tmp_path: Path) -> None:
    frames = measured(render(load(name).compose()).html, dark, tmp_path)
    assert [frame["width"] for frame in frames] == list(WIDTHS)
    for frame in frames:
        assert frame["overflow"] <= 0, frame
        assert frame["contrast"] >= 4.5, frame
        assert (sum(frame["ground"][:3]) < 200) is dark, "the colour scheme is the one asked for"
