"""Every way in which a configuration can be wrong, and what is said about it (cases.md 88)."""

from __future__ import annotations

import os
from datetime import timedelta
from pathlib import Path

import pytest
from pydantic import BaseModel

from monitor.checks import load_all, setting_faults
from monitor.errors import ConfigError
from monitor.settings import FilesChannel, Security, Settings, SmtpChannel, channels, load_config
from monitor.settings import models as settings_models
from monitor.settings.duration import parse_duration

REPOSITORY = Path(__file__).resolve().parents[1]
GOOD = """\
[[source]]
name = "inbox"
folder = "inbox"

[channel.files]
kind = "files"
folder = "out"

[[subscription]]
name = "morning"
to = ["ana@example.org"]
channel = "files"
"""
MAIL = """
[channel.mail]
kind = "smtp"
host = "mail.example.org"
from = "Watch <watch@example.org>"
"""

pytestmark = pytest.mark.case(88)


@pytest.fixture(autouse=True)
def no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.upper().startswith("MONITOR_"):
            monkeypatch.delenv(name)


def write(folder: Path, text: str) -> Path:
    path = folder / "config.toml"
    path.write_text(text, encoding="utf-8")
    return path


def settings_of(folder: Path, text: str = GOOD) -> Settings:
    return load_config(write(folder, text)).settings


def complaints(folder: Path, text: str) -> list[str]:
    """What is said about a configuration, without the path of its file."""
    path = write(folder, text)
    with pytest.raises(ConfigError) as caught:
        load_config(path, setting_faults)
    assert caught.value.problems or not str(caught.value).endswith("problems")
    return [str(problem).replace(f"{path}:", "") for problem in caught.value.problems] or [str(caught.value)]


def test_a_small_configuration_gets_sensible_values(tmp_path: Path) -> None:
    settings = settings_of(tmp_path)
    assert settings.store.path == tmp_path / "state" / "monitor.sqlite"
    assert settings.rules.paths == (tmp_path / "rules",)
    assert settings.source[0].folder == tmp_path / "inbox"
    assert settings.novelty.fresh == timedelta(days=7)
    subscription = settings.subscription[0]
    assert (subscription.schedule, subscription.zone, subscription.severities) == ("0 8 * * *", "UTC", ())


def test_relative_paths_are_relative_to_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "etc").mkdir()
    write(tmp_path / "etc", GOOD + '\n[store]\npath = "../var/watch.sqlite"\n')
    monkeypatch.chdir(tmp_path)
    settings = load_config(Path("etc/config.toml")).settings
    assert settings.store.path == tmp_path / "etc" / "../var/watch.sqlite"
    channel = settings.channel["files"]
    assert isinstance(channel, FilesChannel)
    assert channel.folder == tmp_path / "etc" / "out"


def test_the_environment_overrides_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONITOR_STORE__PATH", "/var/lib/watch.sqlite")
    monkeypatch.setenv("MONITOR_CHANNEL__MAIL__PORT", "2525")
    monkeypatch.setenv("MONITOR_CHANNEL__MAIL__USERNAME", "watch")
    monkeypatch.setenv("MONITOR_CHANNEL__MAIL__PASSWORD", "[1] s3cret")
    settings = settings_of(tmp_path, GOOD + MAIL)
    mail = settings.channel["mail"]
    assert isinstance(mail, SmtpChannel)
    assert settings.store.path == Path("/var/lib/watch.sqlite")
    assert (mail.port, mail.host) == (2525, "mail.example.org")
    assert mail.password is not None
    assert mail.password.get_secret_value() == "[1] s3cret"
    assert "s3cret" not in repr(settings)


@pytest.mark.parametrize(
    ("security", "port"), [(Security.STARTTLS, 587), (Security.TLS, 465), (Security.NONE, 25)], ids=str
)
def test_the_usual_ports(tmp_path: Path, security: Security, port: int) -> None:
    mail = settings_of(tmp_path, GOOD + MAIL + f'security = "{security}"\n').channel["mail"]
    assert isinstance(mail, SmtpChannel)
    assert mail.effective_port == port


def test_a_password_file_is_read(tmp_path: Path) -> None:
    (tmp_path / "mail.password").write_text("hush hush\n", encoding="utf-8")
    mail = settings_of(tmp_path, GOOD + MAIL + 'username = "w"\npassword_file = "mail.password"\n').channel["mail"]
    assert isinstance(mail, SmtpChannel)
    assert mail.password is not None
    assert mail.password.get_secret_value() == "hush hush"


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("stroe = 1\n" + GOOD, "1:1: C101 `stroe` is no key that we know; did you mean store?"),
        (
            GOOD + 'recipents = ["b@example.org"]\n',
            "13:1: C101 `subscription[morning].recipents` is no key that we know",
        ),
        (GOOD + 'shedule = "0 8 * * *"\n', "did you mean schedule?"),
        (GOOD.replace('folder = "inbox"', "foldr = 1"), "3:1: C101 `source[inbox].foldr`"),
        (GOOD + "\n[channel.mail]\nkind = 'smtp'\nhost = 'h'\n", "14:1: C102 `channel.mail.from` is missing"),
        (GOOD.replace('kind = "files"\n', ""), "5:1: C102 `channel.files.kind` is missing"),
        (
            GOOD.replace('"files"\nfolder', '"fiels"\nfolder'),
            "6:1: C104 `channel.files.kind` is no kind of channel; did you mean files?",
        ),
        (
            GOOD.replace('["ana@example.org"]', '"ana@example.org"'),
            "C103 `subscription[morning].to` has the wrong type",
        ),
        (GOOD.replace("[channel.files]", "[channel.Files]"), "C104 `channel.Files`: a name has small letters"),
        (GOOD.replace('name = "morning"', 'name = "../x"'), "10:1: C104 `subscription[../x].name`: a name has small"),
        (GOOD.replace('name = "morning"', 'name = "con"'), "is the name of a device"),
        (GOOD + "max_stories = 0\n", "C104 `subscription[morning].max_stories`"),
        (
            GOOD + "max_stories = 'many'\n",
            "C103 `subscription[morning].max_stories` has the wrong type: it has to be a whole",
        ),
        (GOOD.replace("[[source]]", '[[source]]\nfeed = "https://example.org/f"'), "has `folder` and `feed`"),
        (GOOD.replace('folder = "inbox"', ""), "this one has none"),
        (GOOD.replace('folder = "inbox"', 'folder = "inbox"\nevery = "5m"'), "`every` is for a `feed`"),
        (
            GOOD.replace('folder = "inbox"', 'feed = "https://a.example/f"\nevery = 60'),
            "4:1: C104 `source[inbox].every`",
        ),
        (GOOD.replace('folder = "inbox"', 'feed = "https://a.example/f"\nevery = "5s"'), '`every` is at least "1m"'),
        (GOOD.replace('folder = "inbox"', "folder = 'inbox'\nallow_private = true"), "`allow_private` is for a `feed`"),
        (GOOD.replace('folder = "inbox"', 'feed = "file:///etc/passwd"'), "`source[inbox].feed`: "),
        (GOOD + '\n[[source]]\nname = "INBOX"\nfolder = "b"\n', "15:1: C105 two sources are named `INBOX`"),
        (
            GOOD.replace('channel = "files"', 'channel = "flies"'),
            "12:1: C106 `subscription[morning].channel`: there is no",
        ),
        (GOOD.replace("ana@example.org", "ana@example.org\\r\\nBcc: x@example.org"), "`subscription[morning].to`: "),
        (GOOD + 'schedule = "0 8 * *"\n', "13:1: C104 `subscription[morning].schedule`: "),
        (GOOD + 'zone = "Europe/Pargue"\n', "13:1: C104 `subscription[morning].zone`: "),
        (GOOD + 'schedule = "0 8 * *"\nzone = "Mars"\n', "13:1: C104 `subscription[morning].schedule`: "),
        (GOOD + 'schedule = "0 8 * *"\nzone = "Mars"\n', "14:1: C104 `subscription[morning].zone`: "),
        (GOOD + MAIL + 'password = ""\n', "C104 `channel.mail.password` is empty"),
        (GOOD + MAIL + 'username = "w"\n', "go together"),
        (GOOD + MAIL + 'username = "w"\npassword = "x"\npassword_file = "y"\n', "exclude each other"),
        (GOOD + MAIL + 'username = "w"\npassword = "x"\nsecurity = "none"\n', "would travel in the clear"),
        (GOOD + MAIL + 'username = "w"\npassword_file = "no"\n', "C107 `channel.mail.password_file`: cannot be read"),
        (GOOD + MAIL.replace("watch@example.org", "watch"), "14:"),
        ("", "C102 `source` is missing"),
        ("source = []\n" + GOOD[GOOD.index("[channel") :], "`source` is empty"),
        ("_env_file = 'x'\n" + GOOD, "1:1: C101 `_env_file` is no key that we know"),
        ("a = \n", "1:5: E003 this is no TOML"),
        ("[novelty]\nfresh = '0d'\n" + GOOD, "longer than nothing"),
    ],
)
def test_what_is_wrong_is_refused_with_its_key_and_line(tmp_path: Path, text: str, said: str) -> None:
    found = complaints(tmp_path, text)
    if said == "14:":
        assert "`channel.mail.from`: the address" in found[0]
    else:
        assert said in "\n".join(found)


def test_what_is_wrong_by_itself_hides_nothing_else(tmp_path: Path) -> None:
    text = GOOD.replace('channel = "files"', 'chanel = "fils"\nzone = "Europe/Pragues"\nschedule = "0 8 * * funday"')
    text = text.replace('folder = "inbox"', 'folder = "inbox"\nevery = "5 parsecs"\ncolour = "red"')
    with pytest.raises(ConfigError) as caught:
        load_config(write(tmp_path, text), setting_faults)
    found = [(problem.line, problem.code) for problem in caught.value.problems]
    assert found == [(4, "C104"), (5, "C101"), (11, "C106"), (14, "C101"), (15, "C104"), (16, "C104")]
    assert not any("is missing" in problem.message for problem in caught.value.problems)


def test_all_problems_are_told_at_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("MONITOR_STROE__PATH", "x")
    text = "stroe = 1\n" + GOOD.replace('channel = "files"\n', "").replace('"inbox"\n\n', "5\n\n")
    found = complaints(tmp_path, text)
    assert len(found) == 4
    assert [line.split(":")[0] for line in found] == ["1", "4", "10", "environment"]


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("MONITOR_STROE", "1", "there is no setting `stroe`; did you mean store?"),
        ("MONITOR_STORE__PTH", "1", "there is no setting `store.pth`; did you mean path?"),
        ("MONITOR_CHANNEL__MAIL__PASWORD", "1", "there is no setting `channel.mail.pasword`; did you mean password?"),
        ("MONITOR_SMPT__HOST", "1", "there is no setting `smpt.host`"),
        ("monitor_store__path__x", "1", "there is no setting `store.path.x`"),
        ("MONITOR_STORE__PTH__X", "1", "there is no setting `store.pth.x`"),
        ("MONITOR_SOURCE__0__NAME", "x", "there is no setting `source.0.name`"),
        ("MONITOR_STORE", '{"pth": "x"}', "`store.pth` is no key that we know; did you mean path?"),
        ("MONITOR_STORE", "3", "`store` has the wrong type: it has to be a table"),
        ("MONITOR_SOURCE", "[]", "`source` is empty"),
        ("MONITOR_SOURCE", "inbox", "it sets a whole table, so it has to be JSON"),
        ("MONITOR_CHANNEL__MAIL__PORT", "x", "`channel.mail.port` has the wrong type: it has to be a whole number"),
        ("MONITOR_NOVELTY__FRESH", "soon", "`novelty.fresh`: a span of time is"),
    ],
)
def test_mistyped_variables_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(name, value)
    found = complaints(tmp_path, GOOD + MAIL)
    assert len(found) == 1
    assert found[0].startswith("environment: C10")
    assert name in found[0]
    assert said in found[0]


def test_a_missing_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"nowhere.toml: there is no such file; `monitor init DIR`"):
        load_config(tmp_path / "nowhere.toml")
    with pytest.raises(ConfigError, match="this is no file"):
        load_config(tmp_path)


@pytest.mark.case(51)
def test_other_encodings_are_refused(tmp_path: Path) -> None:
    path = tmp_path / "config.toml"
    path.write_bytes(GOOD.encode("utf-16"))
    with pytest.raises(ConfigError) as caught:
        load_config(path)
    assert "UTF-16" in str(caught.value.problems[0])


@pytest.mark.case(47)
@pytest.mark.parametrize(
    "text",
    [
        GOOD + MAIL + 'username = "w"\npassword = 12345678\n',
        GOOD + MAIL + 'password = "12345678"\n',
        GOOD + MAIL + 'password = "12345678\n',
        GOOD.replace('folder = "inbox"', 'feed = "https://a b.example/?token=12345678"'),
    ],
)
def test_secrets_are_in_no_message(tmp_path: Path, text: str) -> None:
    path = write(tmp_path, text)
    with pytest.raises(ConfigError) as caught:
        load_config(path, setting_faults)
    assert "12345678" not in str(caught.value) + "".join(repr(problem) for problem in caught.value.problems)


def test_watchlists_that_no_file_holds_are_refused(tmp_path: Path) -> None:
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "bans.toml").write_text('[[rule]]\nid = "b"\nquery = "ban"\n', encoding="utf-8")
    load_all(write(tmp_path, GOOD + 'watchlists = ["bans"]\n'))
    with pytest.raises(ConfigError) as caught:
        load_all(write(tmp_path, GOOD + 'watchlists = ["bnas"]\n'))
    (problem,) = caught.value.problems
    assert (problem.line, problem.message) == (
        13,
        "`subscription[morning].watchlists`: there is no rule file `bnas.toml`",
    )
    assert problem.hint == "did you mean bans?"


def test_the_example_is_sound() -> None:
    settings = load_config(REPOSITORY / "config.example.toml", setting_faults).settings
    assert settings.source[0].folder == REPOSITORY / "examples" / "inbox"


def test_every_field_is_described() -> None:
    models = [
        model
        for module in (settings_models, channels)
        for model in vars(module).values()
        if isinstance(model, type) and issubclass(model, BaseModel) and model is not channels.MailTable
    ]
    undescribed = [
        f"{model.__name__}.{name}"
        for model in models
        if model.__module__ in (settings_models.__name__, channels.__name__)
        for name, field in model.model_fields.items()
        if not field.description and name != "kind"
    ]
    assert not undescribed


@pytest.mark.parametrize(
    ("written", "span"),
    [
        ("90s", timedelta(seconds=90)),
        ("60m", timedelta(hours=1)),
        ("1h30m", timedelta(minutes=90)),
        ("7d", timedelta(days=7)),
        ("2w", timedelta(days=14)),
    ],
)
def test_spans_of_time(written: str, span: timedelta) -> None:
    assert parse_duration(written) == span


@pytest.mark.parametrize("written", ["", "60", 60, "-5m", "5 m", "m", "5M", "0s", "999999w", "1.5h", None, "٣m"])
def test_what_is_no_span_of_time(written: object) -> None:
    with pytest.raises(ValueError, match="a span of time is"):
        parse_duration(written)


FULL = """\
[store]
path = "a.sqlite"
[rules]
paths = ["rules"]
[novelty]
fresh = "7d"
publishers_for_update = 3
[[source]]
name = "inbox"
folder = "inbox"
publisher = "P"
lang = "en"
[[source]]
name = "wire"
feed = "https://news.example.org/rss"
every = "60m"
allow_private = true
[channel.files]
kind = "files"
folder = "out"
from = "W <w@example.org>"
[channel.mail]
kind = "smtp"
host = "mail.example.org"
port = 587
security = "starttls"
username = "w"
password = "p"
from = "W <w@example.org>"
on_ambiguous = "hold"
[[subscription]]
name = "morning"
to = ["ana@example.org"]
channel = "mail"
schedule = "0 8 * * *"
zone = "UTC"
watchlists = ["bans"]
severities = ["high", "critical"]
max_stories = 3
empty = "heartbeat"
languages = ["en", "zh"]
language = "zh"
format = "text"
instant = ["critical"]
instant_wait = "1m"
instant_per_hour = 2
quiet = "22:00-07:00"
templates = "my-templates"
owner = "ana@example.org"
[health]
ping = "https://ping.example.org/abc"
ping_private = true
[pages]
folder = "pages"
url = "https://pages.example.org"
"""
ODD = ['""', '"x"', "-3", "true", "[]", "[1]", "{a = 1}", "1979-05-27"]


def test_a_full_configuration_is_sound(tmp_path: Path) -> None:
    load_config(write(tmp_path, FULL), setting_faults)


@pytest.mark.parametrize("line", [number for number, line in enumerate(FULL.splitlines()) if "=" in line])
@pytest.mark.parametrize("odd", ODD)
def test_no_value_in_no_place_is_more_than_a_problem(tmp_path: Path, line: int, odd: str) -> None:
    lines = FULL.splitlines()
    lines[line] = f"{lines[line].split(' = ')[0]} = {odd}"
    try:
        load_config(write(tmp_path, "\n".join(lines)), setting_faults)
    except ConfigError as error:
        assert error.problems
        assert all(problem.line for problem in error.problems)


@pytest.mark.parametrize(
    "name", ["STORE", "RULES__PATHS", "NOVELTY__FRESH", "SOURCE", "CHANNEL", "CHANNEL__MAIL", "SUBSCRIPTION"]
)
@pytest.mark.parametrize("odd", ["", "x", "3", "null", "[]", "{}", '{"a": 1}', '[{"name": 1}]', '{"mail": 3}'])
def test_no_variable_is_more_than_a_problem(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, name: str, odd: str
) -> None:
    monkeypatch.setenv(f"MONITOR_{name}", odd)
    try:
        load_config(write(tmp_path, FULL), setting_faults)
    except ConfigError as error:
        assert error.problems
