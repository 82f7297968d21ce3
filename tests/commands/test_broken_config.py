"""A broken configuration does not blind who looks: what is sound of it is enough to see how everything is."""

from __future__ import annotations

from pathlib import Path

import pytest

from monitor.cli import run_command
from monitor.errors import ConfigError
from monitor.settings.sound import sound_settings

LOOKS = ["status", "outbox list", "sent list", "sent why malta", "facts list", "sources health", "silence list"]
MAIL = '\n[channel.mail]\nkind = "smtp"\nhost = "127.0.0.1"\nport = "smtp"\nfrom = "a@example.org"\n'


@pytest.fixture
def broken(folder: Path) -> Path:
    assert run_command(["run", "--once"]) == 0
    config = folder / "config.toml"
    config.write_text(config.read_text() + MAIL)
    return config


@pytest.mark.parametrize("look", LOOKS)
def test_who_looks_sees_what_is_there_and_is_warned(
    broken: Path, look: str, capsys: pytest.CaptureFixture[str]
) -> None:
    sound = broken.read_text().replace(MAIL, "")
    broken.write_text(sound)
    capsys.readouterr()
    code = run_command(look.split())
    seen = capsys.readouterr().out
    broken.write_text(sound + MAIL)
    assert run_command(look.split()) == code
    told = capsys.readouterr()
    assert told.out == seen
    assert "config.toml is broken" in told.err and "channel.mail.port" in told.err


@pytest.mark.parametrize("change", ["run --once", "outbox retry 1", "check"])
def test_who_works_or_checks_is_stopped(broken: Path, change: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert run_command(change.split()) == 1
    told = capsys.readouterr()
    assert "channel.mail.port" in told.out + told.err


def test_what_is_broken_is_left_out_and_nothing_else(folder: Path) -> None:
    config = folder / "config.toml"
    text = config.read_text()
    whole, none = sound_settings(config)
    assert not none
    bad = '[[source]]\nname = "x"\nfolder = 7\n[[source]]\nname = "y"\nurl = "z"\n[novelty]\nnews = 1\n'
    config.write_text(text + bad)
    settings, problems = sound_settings(config)
    assert settings.source == whole.source
    assert settings.subscription == whole.subscription
    assert settings.store == whole.store
    assert len(problems) >= 3


@pytest.mark.parametrize("text", ["[store]\npath = 7\n", "[store\n", ""], ids=["no database", "no TOML", "empty"])
def test_without_a_database_there_is_nothing_to_look_at(folder: Path, text: str) -> None:
    config = folder / "config.toml"
    if text:
        config.write_text(text + config.read_text().replace("[store]", "[stored]"))
        with pytest.raises(ConfigError):
            sound_settings(config)
    else:
        config.write_text("")
        settings, problems = sound_settings(config)
        assert settings.source == () and problems


@pytest.mark.parametrize("slip", ["oops = [", 'name = "', "= 1", 'text = """', "[[source]"])
def test_where_it_is_no_toml_what_stands_before_is_looked_at(folder: Path, slip: str) -> None:
    config = folder / "config.toml"
    whole, _ = sound_settings(config)
    config.write_text(f'{config.read_text()}\n[[source]]\nname = "last"\nfolder = "last"\n{slip}\n')
    settings, problems = sound_settings(config)
    assert settings.store == whole.store
    assert settings.source[:1] == whole.source
    assert settings.subscription == whole.subscription
    assert problems


@pytest.mark.parametrize("store", ['[store]\npath = "elsewhere.sqlite"\n', '  [ "store" ]\n', 'store.path = "x"\n'])
def test_a_database_that_may_be_named_behind_the_slip_is_not_guessed(folder: Path, store: str) -> None:
    config = folder / "config.toml"
    text = config.read_text()
    source = '[[source]]\nname = "inbox"\nfolder = "inbox"\n'
    config.write_text(f"{source}[novelty]\n= 1\n{store}{text}")
    with pytest.raises(ConfigError):
        sound_settings(config)
