"""What receivers look up about a sender, as `monitor doctor --network` tells it."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from monitor.diagnosis import Finding, Grade, reach
from monitor.settings import load_config
from tests.net.dns import Records, name_server, record

NOW = datetime(2026, 3, 2, tzinfo=UTC)
SPF, DMARC = [record("v=spf1 mx -all")], [record("v=DMARC1; p=none")]
CONFIG = """\
[[source]]
name = "inbox"
folder = "inbox"

[channel.mail]
kind = "smtp"
host = "127.0.0.1"
port = 1
from = "Watch <watch@{domain}>"

[[subscription]]
name = "morning"
to = ["ana@example.org"]
channel = "mail"
"""


async def told(folder: Path, records: Records, domain: str = "news.example.org", **server: int) -> list[Finding]:
    """What is found about senders."""
    config = folder / "config.toml"
    config.write_text(CONFIG.format(domain=domain), encoding="utf-8")
    async with name_server(records, **server) as asked:  # type: ignore[arg-type]
        found = await reach(load_config(config).settings, NOW, [asked])
    return [finding for finding in found if finding.subject == "sender"]


@pytest.mark.parametrize("where", ["_dmarc.news.example.org", "_dmarc.example.org"])
async def test_all_is_well_also_by_the_policy_of_the_domain_above(tmp_path: Path, where: str) -> None:
    (found,) = await told(tmp_path, {"news.example.org": [*SPF, record("other=1")], where: DMARC})
    assert found.grade is Grade.GOOD
    assert "SELECTOR._domainkey.news.example.org" in found.advice


@pytest.mark.parametrize(
    ("records", "missing"),
    [
        ({}, "no SPF and no DMARC record"),
        ({"news.example.org": SPF}, "no DMARC record"),
        ({"_dmarc.example.org": DMARC, "news.example.org": [record("spf2.0/mfrom")]}, "no SPF record"),
    ],
)
async def test_what_is_missing_is_told_with_what_to_publish(tmp_path: Path, records: Records, missing: str) -> None:
    (found,) = await told(tmp_path, records)
    assert found.grade is Grade.WARNING
    assert missing in found.message
    assert '_dmarc.news.example.org "v=DMARC1; p=none"' in found.advice


async def test_two_policies_are_none(tmp_path: Path) -> None:
    (found,) = await told(tmp_path, {"news.example.org": SPF * 2, "_dmarc.example.org": DMARC})
    assert found.grade is Grade.WRONG
    assert "2 SPF records" in found.message


async def test_where_nobody_answers_it_is_said_how_to_look(tmp_path: Path) -> None:
    (found,) = await told(tmp_path, {}, code=2)
    assert found.grade is Grade.WARNING
    assert "cannot be looked up: 127.0.0.1: the name server refuses (code 2)" in found.message
    assert "dig +short TXT _dmarc.news.example.org" in found.advice


async def test_a_name_of_this_house_has_no_records(tmp_path: Path) -> None:
    assert await told(tmp_path, {}, domain="localhost") == []
