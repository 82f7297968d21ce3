"""Exit codes, errors at the edge, help, and what a command loads."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

import monitor.commands.status as status_command
from monitor import __version__
from monitor.cli import run_command
from monitor.errors import SourceError

VERBS = ("run", "init", "check", "match", "status", "digest preview")


def monitor(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "monitor", *arguments], capture_output=True, text=True, timeout=60, check=False
    )


def test_version() -> None:
    done = monitor("--version")
    assert (done.returncode, done.stdout) == (0, f"monitor {__version__}\n")


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_has_help(verb: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command([*verb.split(), "--help"]) == 0
    shown = capsys.readouterr().out
    assert f"Usage: monitor {verb}" in shown
    assert len(shown.splitlines()) > 8


def test_help_lists_every_verb(capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["--help"]) == 0
    shown = capsys.readouterr().out
    assert all(verb.split()[0] in shown for verb in VERBS)


@pytest.mark.parametrize(
    "arguments", [["--nonsense"], ["nonsense"], ["match"], ["check", "--format", "xml"], ["digest"]]
)
def test_a_wrong_command_line_is_2(arguments: list[str]) -> None:
    assert run_command(arguments) == 2


def test_what_the_user_can_mend_is_1_and_one_line(folder: Path) -> None:
    (folder / "config.toml").unlink()
    done = monitor("run", "--once")
    assert done.returncode == 1
    assert done.stdout == ""
    assert done.stderr.count("\n") == 1
    assert done.stderr.startswith("monitor: config.toml: there is no such file")


def test_every_problem_is_a_line(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = folder / "config.toml"
    config.write_text("stroe = 1\n" + config.read_text() + "shedule = 1\n", encoding="utf-8")
    assert run_command(["run", "--once"]) == 1
    lines = capsys.readouterr().err.splitlines()
    assert [line.split(" ")[0] for line in lines] == ["config.toml:1:1:", "config.toml:15:1:"]
    assert not (folder / "state").exists()


def test_a_bug_is_3_and_leaves_a_log(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(status_command, "status", lambda config: [][1])
    monkeypatch.setenv("MONITOR_CHANNEL__MAIL__PASSWORD", "s3cret")
    assert run_command(["status"]) == 3
    told = capsys.readouterr().err
    (log,) = (folder.parent / "xdg" / "watchlist-monitor").glob("bug-*.log")
    assert str(log) in told
    written = log.read_text(encoding="utf-8")
    assert "IndexError" in written
    assert __version__ in written
    assert "arguments: ['status']" in written
    assert "s3cret" not in written


def test_ctrl_c_is_130_and_said(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted(config: Path) -> int:
        raise KeyboardInterrupt

    monkeypatch.setattr(status_command, "status", interrupted)
    assert run_command(["status"]) == 130
    assert capsys.readouterr().err == "monitor: interrupted\n"


@pytest.mark.case(87)
def test_an_error_cannot_act_on_the_terminal(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def hostile(config: Path) -> int:
        raise SourceError("\x1b]0;owned\x07 \x1b[2J \u202e \x9b2J")

    monkeypatch.setattr(status_command, "status", hostile)
    assert run_command(["status"]) == 1
    assert capsys.readouterr().err == "monitor: \\x1b]0;owned\\x07 \\x1b[2J \\u202e \\x9b2J\n"


def test_a_reader_that_goes_away_is_no_error(folder: Path) -> None:
    many = "\n".join(f'{{"id": "{n}", "title": "Rome blocked DeepSeek {n}"}}' for n in range(3000))
    (folder / "many.jsonl").write_text(many, encoding="utf-8")
    command = f"{sys.executable} -m monitor match many.jsonl --rules rules --format jsonl | head -n 1"
    done = subprocess.run(["bash", "-o", "pipefail", "-c", command], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.count("\n") == 1


def test_checking_rules_loads_neither_settings_nor_daemon() -> None:
    heavy = (
        "monitor.settings",
        "pydantic_settings",
        "monitor.daemon",
        "monitor.store",
        "monitor.ingest.http",
        "httpx2",
        "jinja2",
    )
    script = (
        "import sys\nfrom monitor.cli import run_command\nassert run_command(['check', 'rules']) == 0\n"
        f"print([name for name in {heavy!r} if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout.splitlines()[-1] == "[]"
