"""What `make run` does, over a copy of the shipped example, in a process of its own."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parents[2]


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """The parts of the checkout that the example needs, where it may write."""
    for name in ("examples", "rules"):
        shutil.copytree(REPOSITORY / name, tmp_path / name)
    shutil.copy(REPOSITORY / "config.example.toml", tmp_path)
    return tmp_path


def round_of(folder: Path) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if not name.startswith("MONITOR_")}
    return subprocess.run(
        [sys.executable, "-m", "monitor", "run", "--once", "--config", "config.example.toml"],
        cwd=folder,
        env=environment | {"XDG_STATE_HOME": str(folder)},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )


def test_the_example_writes_one_digest_and_then_finds_nothing_new(checkout: Path) -> None:
    first = round_of(checkout)
    assert (first.returncode, first.stderr) == (0, "")
    written = sorted(path.name for path in (checkout / "out").iterdir())
    assert sorted(Path(name).suffix for name in written) == [".eml", ".html", ".txt"]
    assert all(f"out/{name}" in first.stdout for name in written)
    second = round_of(checkout)
    assert (second.returncode, second.stderr) == (0, "")
    assert "nothing new waits" in second.stdout
    assert sorted(path.name for path in (checkout / "out").iterdir()) == written


def test_two_first_rounds_tell_the_same(checkout: Path) -> None:
    first = round_of(checkout)
    for name in ("out", "state"):
        shutil.rmtree(checkout / name)
    again = round_of(checkout)
    assert first.stdout.split("digest ")[0] == again.stdout.split("digest ")[0]
