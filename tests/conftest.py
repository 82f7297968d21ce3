"""What all tests share."""

from __future__ import annotations

from itertools import count
from pathlib import Path

import pytest
from hypothesis import settings

# No test is timed: the machine may be busy. The suite says the same of the same code each time; `make search` looks
# further, with other examples on each run.
settings.register_profile("house", deadline=None, derandomize=True)
settings.register_profile("search", deadline=None)
settings.load_profile("house")

_NUMBERS = count()


@pytest.fixture(autouse=True)
def cache_home(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Each test finds the user's cache empty; the folder is made only where something is kept."""
    base: Path = request.getfixturevalue("tmp_path_factory").getbasetemp()
    folder = base / "caches" / str(next(_NUMBERS))
    monkeypatch.setenv("XDG_CACHE_HOME", str(folder))
    return folder


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--update-golden", action="store_true", help="rewrite the golden files instead of comparing")


@pytest.fixture
def update_golden(request: pytest.FixtureRequest) -> bool:
    return bool(request.config.getoption("--update-golden"))
