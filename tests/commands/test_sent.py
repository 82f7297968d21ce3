"""`monitor sent why`: the whole way of an article, or where it ended."""

from __future__ import annotations

import json
from datetime import timedelta
from pathlib import Path

import pytest

from monitor.app import utc_now
from monitor.cli import run_command
from monitor.commands.sent_why import _odds
from monitor.store import Database, Retention, Store

SECOND = """
[[subscription]]
name = "loud"
to = ["cem@example.org"]
channel = "files"
severities = ["critical"]
"""


@pytest.fixture
def told(folder: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    config = folder / "config.toml"
    config.write_text(config.read_text() + SECOND)
    assert run_command(["run", "--once"]) == 0
    capsys.readouterr()
    return folder


def asked(capsys: pytest.CaptureFixture[str], *words: str) -> str:
    assert run_command(["sent", "why", *words]) == 0
    return capsys.readouterr().out


def test_what_was_mailed_says_to_whom_and_when(told: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = asked(capsys, "italy", "watchdog")
    assert said.startswith("Rome acts on chatbots\n  article ")
    assert "italy.txt" in said
    assert "matched bans/ban [Italy, DeepSeek]: new (first time seen)" in said
    assert "morning: in the digest morning@" in said
    assert "sent to ana@example.org through files" in said
    assert "loud: no; it is of none of the severities that are asked for (critical)" in said
    assert "Malta" not in said


def test_every_name_of_an_article_leads_to_it(told: Path, capsys: pytest.CaptureFixture[str]) -> None:
    [history] = [json.loads(line) for line in asked(capsys, "Rome", "--format", "jsonl").splitlines()]
    [alert] = history["alerts"]
    [seat] = alert["told"]
    for name in (history["article"], history["story"], alert["alert"]):
        assert asked(capsys, name).startswith("Rome acts on chatbots")
    assert "Island follows" in asked(capsys, seat["digest"])
    [sending] = seat["sendings"]
    assert "Island follows" in asked(capsys, sending["message_id"])
    assert (sending["to"], sending["state"]) == ("ana@example.org", "sent")
    assert alert["fact"] == {"place": "Italy", "product": "DeepSeek"}


def test_what_no_rule_matched_says_how_it_missed(told: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert "has no words of any rule" in asked(capsys, "SoftBank")
    rules = told / "rules" / "bans.toml"
    rules.write_text(rules.read_text() + "\n[[rule]]\nid = 'bank'\ntitle = 'bank'\nquery = 'SoftBank'\n")
    assert "bans/bank would match it today: a new rule looks forward only" in asked(capsys, "softbank")


def test_what_waits_says_for_what(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = folder / "config.toml"
    config.write_text(config.read_text().replace('channel = "files"', 'channel = "mail"') + MAIL)
    assert run_command(["run", "--once"]) == 1
    capsys.readouterr()
    assert "not yet sent to ana@example.org: due" in asked(capsys, "Malta")


MAIL = '\n[channel.mail]\nkind = "smtp"\nhost = "127.0.0.1"\nport = 1\nsecurity = "none"\nfrom = "w@example.org"\n'


def test_words_in_any_case_and_script(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "inbox" / "praha.txt").write_text("ČÍNA a Praha\n\nMinisterstvo v Praze jedná.\n", encoding="utf-8")
    assert run_command(["run", "--once"]) == 0
    capsys.readouterr()
    assert asked(capsys, "čína").startswith("ČÍNA a Praha")


def test_what_was_not_taken_in_is_found_with_its_reason(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "inbox" / "broken.json").write_text("{nonsense")
    run_command(["run", "--once"])
    capsys.readouterr()
    assert "not taken in:" in asked(capsys, "broken.json")


def test_nothing_found_is_an_exit_code(told: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["sent", "why", "Atlantis"]) == 1
    assert "'Atlantis'" in capsys.readouterr().err


def test_a_long_list_says_what_it_leaves_out(told: Path, capsys: pytest.CaptureFixture[str]) -> None:
    said = asked(capsys, "on", "--limit", "1")
    assert "more: say it more exactly, or --limit more" in said


def test_what_came_near_names_the_rule_and_the_clause(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "inbox" / "near.txt").write_text("Rome waits\n\nItaly welcomed DeepSeek on Monday.\n", encoding="utf-8")
    assert run_command(["run", "--once"]) == 0
    capsys.readouterr()
    said = asked(capsys, "Rome", "waits")
    assert "near: bans/ban lacks only `@ban`, needs" in said or "near: bans/ban lacks only `@ban`, not there" in said
    [command] = [line for line in said.splitlines() if "monitor explain" in line]
    assert run_command(command.strip().split("`")[1].split()[1:]) == 0
    capsys.readouterr()
    [line] = asked(capsys, "Rome", "waits", "--format", "jsonl").splitlines()
    assert [near["rule"] for near in json.loads(line)["near"]] == ["bans/ban"]


def test_what_was_silenced_says_by_whom_and_why(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    silence = ["silence", "add", "--rule", "bans/ban", "--for", "7d", "--why", "known at the desk", "--author", "ana"]
    assert run_command(["run", "--once"]) == 0
    assert run_command(silence) == 0, capsys.readouterr()
    (folder / "inbox" / "later.txt").write_text("Rome again\n\nItaly banned ChatGPT on Tuesday.\n", encoding="utf-8")
    assert run_command(["run", "--once"]) == 0
    capsys.readouterr()
    said = asked(capsys, "Rome again")
    assert "morning: not told; silenced by ana: known at the desk (`monitor silence show " in said


def test_a_copy_and_a_fold_are_told(told: Path, capsys: pytest.CaptureFixture[str]) -> None:
    title, _, body = (told / "inbox" / "italy.txt").read_text().partition("\n\n")
    copy = {"title": title, "text": body, "publisher": "Other Post", "url": "https://other.example.org/1"}
    (told / "inbox" / "copy.json").write_text(json.dumps(copy), encoding="utf-8")
    (told / "inbox" / "fold.txt").write_text(
        "Chatbots shut out\n\nThe DeepSeek app is now blocked in Italy, officials say in a statement.\n",
        encoding="utf-8",
    )
    run_command(["run", "--once"])
    capsys.readouterr()
    assert "a copy (the same words): Other Post https://other.example.org/1" in asked(capsys, "italy.txt")
    assert "known already (told again, nothing added)" in asked(capsys, "Chatbots shut out")


def test_what_was_sent_is_listed_and_searched(told: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(["sent", "list", "ANA@", "files", "--since", "1d", "--format", "jsonl"]) == 0
    [line] = capsys.readouterr().out.splitlines()
    sent = json.loads(line)
    assert sent["to"] == "ana@example.org"
    assert sent["digest"].startswith("morning@")
    assert ".eml" in sent["answer"]
    assert run_command(["sent", "list"]) == 0
    assert "ana@example.org" in capsys.readouterr().out
    assert run_command(["sent", "list", "nobody@example.org"]) == 1
    assert run_command(["sent", "list", "--since", "soon"]) == 1
    assert "a span of time is a number with its unit" in capsys.readouterr().err


def test_the_ledger_forgets_no_send(told: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Also when the mail and the article's text have gone long since."""
    with Database.open(told / "state" / "monitor.sqlite", create=False) as database:
        store = Store(database, utc_now)
        later = utc_now() + timedelta(days=3000)
        assert store.thin_out(Retention(*[timedelta(days=1)] * 3), later).messages == 1
    said = asked(capsys, "Rome acts")
    assert "sent to ana@example.org through files" in said
    assert run_command(["sent", "list", "ana@example.org"]) == 0


@pytest.mark.parametrize(
    ("score", "said"),
    [
        (0.0, "1 to 1"),
        (2.7, "15 to 1"),
        (-6.1, "1 to 450"),
        (8.0, "3,000 to 1"),
        (-40.0, "1 to 984,600"),
    ],
)
def test_likeness_is_told_as_odds(score: float, said: str) -> None:
    assert _odds(score) == said


WAVE = """
[[rule]]
id = "wave"
title = "A wave of bans"
query = '@place NEAR/S @ban NEAR/S @product'
fact = ["place", "product"]
when = { kind = "frequency", stories = 40, within = "7d" }
"""


def test_what_a_rule_over_time_counts_is_said_once_and_last(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    [rules] = folder.glob("**/bans.toml")
    rules.write_text(rules.read_text() + WAVE)
    assert run_command(["run", "--once"]) == 0
    capsys.readouterr()
    said = asked(capsys, "Rome")
    assert "wave [Italy, DeepSeek], which tells how many there are: " in said
    assert said.index("matched bans/ban") < said.index("counts for bans/wave")
    assert "; nothing to tell by that" in said
    assert "log odds" not in said
