"""`monitor digest preview`: stored digests, and templates of one's own."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.cli import run_command


def previewed(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    code = run_command(["digest", "preview", *words])
    out, err = capsys.readouterr()
    return code, out, err


def test_a_stored_digest_is_shown_by_its_id_and_by_its_file(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["run", "--once"]) == 0
    [file] = (folder / "out").glob("*.txt")
    capsys.readouterr()
    text = file.read_text()
    assert previewed(capsys, file.stem)[:2] == (0, f"{text}\n")
    assert previewed(capsys, str(file))[:2] == (0, f"{text}\n")
    assert previewed(capsys, f"https://pages.example.org/x/{file.stem.replace('@', '%40')}.html")[0] == 0
    assert previewed(capsys, file.stem, "--html", "p.html")[0] == 0
    assert (folder / "p.html").read_text() == file.with_suffix(".html").read_text()


def test_what_is_neither_subscription_nor_digest(capsys: pytest.CaptureFixture[str]) -> None:
    run_command(["run", "--once"])
    capsys.readouterr()
    code, _, err = previewed(capsys, "mornin@20250101T000000Z")
    assert (code, "no stored digest" in err) == (1, True)


@pytest.mark.case(56)
def test_a_template_of_ones_own_is_used_and_its_failure_is_told(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "mine").mkdir()
    (folder / "mine" / "digest.txt.j2").write_text("{% for card in digest %}-> {{ card.title }}\n{% endfor %}")
    with (folder / "config.toml").open("a") as file:
        file.write('templates = "mine"\nowner = "tom@example.org"\n')
    run_command(["run", "--once"])
    [text] = (folder / "out").glob("*.txt")
    assert sorted(text.read_text().splitlines()) == ["-> Italy: DeepSeek banned", "-> Malta: ChatGPT banned"]
    (folder / "mine" / "digest.txt.j2").write_text("{{ cycler.__init__.__globals__ }}")
    (folder / "inbox" / "malta2.txt").write_text("Again\n\nMalta banned DeepSeek in schools.\n")
    run_command(["run", "--once"])
    capsys.readouterr()
    texts = {path.name: path.read_text() for path in (folder / "out").glob("*.txt")}
    [notice] = [text for name, text in texts.items() if name.startswith("templates-morning")]
    assert "digest.txt.j2: line 1: SecurityError" in notice
    [digest] = [text for text in texts.values() if "WATCHLIST MORNING" in text]
    assert "Template: yours failed, so this is the built-in page: digest.txt.j2: line 1:" in " ".join(digest.split())
    assert "Malta: DeepSeek banned" in digest


@pytest.mark.case(56)
def test_a_preview_with_a_template_that_fails_says_so(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "mine").mkdir()
    run_command(["run", "--once"])
    (folder / "inbox" / "malta2.txt").write_text("Again\n\nMalta banned DeepSeek in schools.\n")
    with (folder / "config.toml").open("a") as file:
        file.write('templates = "mine"\n[[subscription]]\nname = "noon"\nto = ["n@example.org"]\nchannel = "files"\n')
        file.write('empty = "heartbeat"\ntemplates = "mine"\n')
    (folder / "mine" / "digest.txt.j2").write_text("{% if %}")
    capsys.readouterr()
    code, out, err = previewed(capsys, "noon")
    assert code == 1
    assert "WATCHLIST NOON" in out
    assert "digest.txt.j2: line 1: Expected an expression" in err


@pytest.mark.case(56)
def test_check_tries_templates_on_an_invented_digest(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "mine").mkdir()
    with (folder / "config.toml").open("a") as file:
        file.write('templates = "mine"\n')
    assert run_command(["check"]) == 0
    (folder / "mine" / "digest.html.j2").write_text("<p>{{ nothing }}</p>")
    capsys.readouterr()
    assert run_command(["check"]) == 1
    out, err = capsys.readouterr()
    assert "C110 `subscription[morning].templates`: digest.html.j2: line 1: UndefinedError" in out + err
