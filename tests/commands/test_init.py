"""`monitor init`."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hatchling.builders.wheel import WheelBuilder

from monitor.cli import run_command
from monitor.commands.init import starter_config
from monitor.settings import load_config

REPOSITORY = Path(__file__).resolve().parents[2]


def test_a_folder_to_begin_with(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["init", "watch"]) == 0
    assert "monitor run --once --config watch/config.toml" in capsys.readouterr().out
    assert list((folder / "watch" / "inbox").iterdir()) == []
    settings = load_config(folder / "watch" / "config.toml").settings
    assert [source.folder for source in settings.source] == [folder / "watch" / "inbox"]
    shipped = sorted(path.relative_to(REPOSITORY) for path in (REPOSITORY / "rules").rglob("*.toml"))
    assert (
        sorted(path.relative_to(folder / "watch") for path in (folder / "watch" / "rules").rglob("*.toml")) == shipped
    )
    assert "examples/" not in (folder / "watch" / "config.toml").read_text(encoding="utf-8")


def test_what_it_writes_is_sound(folder: Path) -> None:
    assert run_command(["init", "watch"]) == 0
    assert run_command(["check", "--config", "watch/config.toml"]) == 0
    shutil.copy(folder / "inbox" / "italy.txt", folder / "watch" / "inbox")
    assert run_command(["run", "--once", "--config", "watch/config.toml"]) == 0


@pytest.mark.parametrize("taken", ["config.toml", "rules/bans.toml"])
def test_it_overwrites_nothing(folder: Path, taken: str, capsys: pytest.CaptureFixture[str]) -> None:
    mine = folder / "watch" / taken
    mine.parent.mkdir(parents=True)
    mine.write_text("mine", encoding="utf-8")
    assert run_command(["init", "watch"]) == 1
    assert f"watch/{taken} is there already" in capsys.readouterr().err
    assert [path for path in (folder / "watch").rglob("*") if path.is_file()] == [mine]


def test_the_starter_configuration_offers_the_feed_as_a_comment(folder: Path) -> None:
    assert run_command(["init", "watch"]) == 0
    text = (folder / "watch" / "config.toml").read_text(encoding="utf-8")
    uncommented = text.replace("# [[source]]\n# name =", "[[source]]\nname =").replace("# feed =", "feed =")
    (folder / "watch" / "config.toml").write_text(uncommented.replace("# every =", "every ="), encoding="utf-8")
    settings = load_config(folder / "watch" / "config.toml").settings
    assert settings.source[1].feed == "https://news.example.org/technology/rss"


def test_from_a_folder_that_cannot_be_written(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "file").write_text("x", encoding="utf-8")
    assert run_command(["init", "file/below"]) == 1
    assert "cannot write there" in capsys.readouterr().err


def test_from_an_installed_wheel(folder: Path) -> None:
    """A wheel unpacked is what an installation has; rules, templates and SQL have to be in it."""
    wheel = next(WheelBuilder(str(REPOSITORY)).build(directory=str(folder / "dist"), versions=["standard"]))
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(folder / "site")
    assert _installed(folder, "init", "watch") == 0
    shutil.copy(folder / "inbox" / "italy.txt", folder / "watch" / "inbox")
    assert _installed(folder, "run", "--once", "--config", "watch/config.toml") == 0
    assert len(list((folder / "watch" / "out").glob("*.html"))) == 1


def _installed(folder: Path, *arguments: str) -> int:
    """One command with the package below `site`, not with that of the checkout."""
    script = "import sys, monitor; assert '/site/' in monitor.__file__; from monitor.cli import main; main()"
    environment = os.environ | {"PYTHONPATH": str(folder / "site")}
    return subprocess.run([sys.executable, "-c", script, *arguments], env=environment, check=False).returncode


def test_a_rule_of_ones_own_is_in_the_next_digest() -> None:
    example = 'name = "morning"\nwatchlists = ["bans"]   # names\n'
    assert starter_config(example) == 'name = "morning"\n# watchlists = ["bans"]   # names\n'
