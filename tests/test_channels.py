"""The ways out as an operator writes them: what is wrong is told with its place, and secrets stay."""

from __future__ import annotations

import ast
import os
import re
import tomllib
from pathlib import Path

import pytest

from monitor import channels
from monitor.channels import Ways, channel_of, posts_of
from monitor.checks import setting_faults
from monitor.cli import run_command
from monitor.diagnosis import Grade, reach
from monitor.diagnosis.here import permissions
from monitor.errors import ConfigError
from monitor.net.exchange import Exchange
from monitor.settings import Settings, load_config
from monitor.settings.channels import KINDS
from tests.deliver.bench import NOW, Clock
from tests.deliver.http_bench import web

REPOSITORY = Path(__file__).resolve().parents[1]
GOOD = """\
[[source]]
name = "inbox"
folder = "inbox"

[[subscription]]
name = "morning"
channel = "ops"

[channel.ops]
"""
WEBHOOK = 'kind = "webhook"\nurl = "https://hooks.example.org/s3cr3t-path"\n'
EVERY = {
    "files": 'kind = "files"\nfolder = "out"\nindex = true\n',
    "smtp": 'kind = "smtp"\nhost = "mail.example.org"\nfrom = "Watch <watch@example.org>"\n',
    "webhook": WEBHOOK + 'secret = "0123456789abcdef"\n',
    "slack": 'kind = "slack"\nurl = "https://hooks.slack.example/services/T0/B0/x"\nstyle = "markdown"\n',
    "teams": 'kind = "teams"\nurl = "https://flow.example.org/x?sig=y"\non_ambiguous = "hold"\n',
    "telegram": 'kind = "telegram"\ntoken = "123:abc"\nchat = "-1001"\n',
    "feed": 'kind = "feed"\npath = "out/alerts.xml"\nurl = "https://watch.example.org/alerts.xml"\n',
    "apprise": 'kind = "apprise"\nurl = "json://localhost/x"\n',
}


@pytest.fixture(autouse=True)
def no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in os.environ:
        if name.upper().startswith("MONITOR_"):
            monkeypatch.delenv(name)


def written(folder: Path, table: str, recipients: str = "") -> Path:
    text = GOOD.replace('channel = "ops"\n', f'channel = "ops"\n{recipients}')
    (folder / "config.toml").write_text(text + table, encoding="utf-8")
    return folder / "config.toml"


def read(folder: Path, table: str, recipients: str = "") -> Settings:
    return load_config(written(folder, table, recipients), setting_faults).settings


def complaint(folder: Path, table: str, recipients: str = "") -> str:
    with pytest.raises(ConfigError) as caught:
        read(folder, table, recipients)
    return "\n".join(
        f"{each.line}: {each.code} {each.message} {each.hint} {each.source}" for each in caught.value.problems
    )


@pytest.mark.parametrize("kind", KINDS)
async def test_every_kind_is_read_and_built(tmp_path: Path, kind: str) -> None:
    if kind == "apprise":
        pytest.importorskip("apprise")
    by_address = KINDS[kind].by_address
    table = read(tmp_path, EVERY[kind], 'to = ["ana@example.org"]\n' if by_address else "").channel["ops"]
    exchange = Exchange()
    channel = channel_of("ops", table, Ways(exchange, Clock()))
    await exchange.close()
    assert channel.name == "ops"
    assert channel.longest.total_seconds() > 0
    assert channel.on_ambiguous.value == getattr(table, "on_ambiguous", "resend")
    assert (posts_of(table) is None) is by_address


@pytest.mark.case(88)
@pytest.mark.parametrize(
    ("table", "said"),
    [
        ('kind = "webhook"\n', "9: C104 `channel.ops`: `url` or `url_file` is missing"),
        (WEBHOOK + 'url_file = "x"\n', "`url` and `url_file` exclude each other"),
        (WEBHOOK.replace("https", "http"), "11: C104 `channel.ops.url`: it would travel in the clear"),
        (WEBHOOK.replace("https", "ftp"), "11: C104 `channel.ops.url`: only http"),
        (WEBHOOK + 'secret = "short"\n', "12: C104 `channel.ops.secret`: it is shorter than 16 octets"),
        (WEBHOOK + 'secret = "whsec_$$$"\n', "`channel.ops.secret`: what follows whsec_ is no base64"),
        (WEBHOOK + 'secret_file = "no.secret"\n', "12: C107 `channel.ops.secret_file`: cannot be read"),
        (WEBHOOK + 'style = "blocks"\n', "12: C101 `channel.ops.style` is no key that we know"),
        (WEBHOOK + 'on_ambiguous = "maybe"\n', "12: C104 `channel.ops.on_ambiguous`"),
        ('kind = "slack"\nurl = "https://h.example/x"\nstyle = "rich"\n', "12: C104 `channel.ops.style`"),
        ('kind = "telegram"\ntoken = "1:a"\n', "9: C102 `channel.ops.chat` is missing"),
        ('kind = "telegram"\ntoken = "1:a"\nchat = "1"\nserver = "bot.example"\n', "13: C104 `channel.ops.server`"),
        ('kind = "feed"\n', "9: C102 `channel.ops.path` is missing"),
        ('kind = "feed"\npath = "a.xml"\nurl = "a.xml"\n', "12: C104 `channel.ops.url`"),
        ('kind = "feed"\npath = "a.xml"\nentries = 0\n', "12: C104 `channel.ops.entries`"),
        ('kind = "apprise"\nurl = "nonsense://s3cr3t"\n', "apprise knows no service for this address"),
        ('kind = "webhok"\n', "10: C104 `channel.ops.kind` is no kind of channel did you mean webhook?"),
    ],
)
def test_what_is_wrong_is_told_with_its_place(tmp_path: Path, table: str, said: str) -> None:
    if "apprise" in table:
        pytest.importorskip("apprise")
    found = complaint(tmp_path, table)
    assert said in found
    assert "s3cr3t" not in found


def test_mails_need_recipients_and_posts_have_none(tmp_path: Path) -> None:
    assert "C102 `subscription[morning].to` is missing" in complaint(tmp_path, EVERY["files"])
    found = complaint(tmp_path, EVERY["webhook"], 'to = ["ana@example.org"]\n')
    assert "8: C104 `subscription[morning].to`: `channel.ops` posts to one place" in found


@pytest.mark.case(47)
@pytest.mark.parametrize("way", ["file", "environment", "environment file"])
def test_a_secret_comes_from_a_file_or_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    address = "https://hooks.example.org/s3cr3t-path"
    (tmp_path / "ops.url").write_text(f"{address}\n", encoding="utf-8")
    table = 'kind = "webhook"\n' + ('url_file = "ops.url"\n' if way == "file" else "")
    if way == "environment":
        monkeypatch.setenv("MONITOR_CHANNEL__OPS__URL", address)
    if way == "environment file":  # as the unit of `monitor service show` does with systemd's credentials
        monkeypatch.setenv("MONITOR_CHANNEL__OPS__URL_FILE", str(tmp_path / "ops.url"))
    settings = read(tmp_path, table)
    assert settings.channel["ops"].revealed("url") == address
    assert "s3cr3t" not in repr(settings)


VERBS = {"files": {"commands/replay.py"}, "smtp": {"commands/outbox_bounces.py"}}
"""Commands that are about one kind: a replay writes its digests into files, bounces are about mail."""


def test_a_kind_of_channel_is_a_folder_that_nobody_else_knows() -> None:
    """It can be deleted with its table and its lines in `monitor/channels.py`."""
    folders = {path.name for path in (REPOSITORY / "monitor" / "deliver").iterdir() if (path / "__init__.py").exists()}
    assert folders == set(KINDS)
    users: dict[str, set[str]] = {folder: set() for folder in folders}
    for path in (REPOSITORY / "monitor").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            module = node.module or "" if isinstance(node, ast.ImportFrom) else ""
            parts = module.split(".")
            if parts[:2] == ["monitor", "deliver"] and len(parts) > 2 and parts[2] in folders:
                users[parts[2]].add(str(path.relative_to(REPOSITORY / "monitor")))
    for folder, found in users.items():
        outside = {user for user in found if not user.startswith(f"deliver/{folder}/")}
        assert outside - VERBS.get(folder, set()) == {"channels.py"}, folder


def test_the_join_is_complete() -> None:
    assert {table.__name__ for table in KINDS.values()} <= set(vars(channels.tables))


async def test_the_doctor_reaches_for_the_host_and_posts_nothing(tmp_path: Path) -> None:
    async with web() as server:
        inside = f'kind = "slack"\nurl = "{server.url}"\nallow_private = true\n'
        [found] = await reach(read(tmp_path, inside), NOW)
        assert (found.grade, server.heard) == (Grade.GOOD, [])
        assert found.message == "ops: 127.0.0.1 can be reached; nothing was posted"
        hidden = f'kind = "slack"\nurl = "https://127.0.0.1:{server.port}/s3cr3t"\n'
        [found] = await reach(read(tmp_path, hidden), NOW)
        assert found.grade is Grade.WRONG
        assert "private address" in found.message
        assert "s3cr3t" not in f"{found}"


def test_the_doctor_names_secrets_that_others_can_read(tmp_path: Path) -> None:
    (tmp_path / "ops.url").write_text("https://hooks.example.org/x")
    (tmp_path / "ops.url").chmod(0o644)
    settings = read(tmp_path, 'kind = "webhook"\nurl_file = "ops.url"\n')
    (found,) = permissions(tmp_path / "config.toml", settings)
    assert "channel.ops.url_file" in found.message
    (tmp_path / "ops.url").chmod(0o600)
    (tmp_path / "config.toml").chmod(0o644)
    assert [finding.grade for finding in permissions(tmp_path / "config.toml", settings)] == [Grade.GOOD]
    settings = read(tmp_path, WEBHOOK)
    (found,) = permissions(tmp_path / "config.toml", settings)
    assert "the configuration, which holds a secret" in found.message


def test_the_unit_takes_every_secret_as_a_credential(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("ops.url", "ops.secret"):
        (tmp_path / name).write_text("https://hooks.example.org/0123456789", encoding="utf-8")
    config = written(tmp_path, 'kind = "webhook"\nurl_file = "ops.url"\nsecret_file = "ops.secret"\n')
    assert run_command(["service", "show", "--config", str(config)]) == 0
    shown = capsys.readouterr().out
    for key in ("url", "secret"):
        assert f"LoadCredential=ops-{key}:{tmp_path / f'ops.{key}'}" in shown
        assert f"Environment=MONITOR_CHANNEL__OPS__{key.upper()}_FILE=%d/ops-{key}" in shown


def test_the_unit_may_write_where_the_feed_lies(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    config = written(tmp_path, EVERY["feed"])
    assert run_command(["service", "show", "--config", str(config)]) == 0
    assert f"ReadWritePaths={tmp_path / 'out'}" in capsys.readouterr().out


def test_every_extra_that_the_configuration_asks_for_exists() -> None:
    """What a problem or a page tells to install has to be there."""
    offered = set(tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]["optional-dependencies"])
    texts = [*(REPOSITORY / "monitor").rglob("*.py"), *(REPOSITORY / "docs").glob("*.md")]
    asked = {
        extra for path in texts for extra in re.findall(r"watchlist-monitor\[([a-z,]+)\]", path.read_text("utf-8"))
    }
    assert {"channels", "fulltext"} <= asked <= offered
