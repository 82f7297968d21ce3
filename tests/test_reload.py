"""Rules and configuration that change under a running house (cases 49, 79, 88)."""

from __future__ import annotations

import asyncio
import logging
import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pytest

from monitor.app import House, open_house
from monitor.logs import TextFormatter
from monitor.model import Article, DeliveryState
from monitor.rounds import Fresh, ingest_round
from monitor.rulebook import prepare as rulebook
from tests.round_bench import NOW

CONFIG = """\
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

BANS = """\
title = "Bans"
owner = "ana@example.org"

[terms]
ban = ["ban", "block"]

[terms.place]
Italy = ["Italy", "Rome"]
Malta = ["Malta", "Valletta"]

[[rule]]
id = "ban"
title = "{place} bans"
query = '@place NEAR/S @ban'
fact = ["place"]
match = ["Rome blocked the app."]

[[rule]]
id = "ban-of-deepseek"
query = '%ban AND DeepSeek'
match = ["Rome blocked DeepSeek."]
"""

LAUNCHES = """\
title = "Launches"

[[rule]]
id = "launch"
query = 'launch NEAR/S model'
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    for name in os.environ:
        if name.startswith("MONITOR_"):
            monkeypatch.delenv(name)
    monkeypatch.chdir(tmp_path)
    for part in ("inbox", "rules/terms"):
        (tmp_path / part).mkdir(parents=True)
    (tmp_path / "config.toml").write_text(CONFIG, encoding="utf-8")
    write(tmp_path, "bans", BANS)
    write(tmp_path, "launches", LAUNCHES)
    return tmp_path


@asynccontextmanager
async def house_at(folder: Path) -> AsyncIterator[House]:
    async with open_house(folder / "config.toml", settle=0) as house:
        yield house


def write(folder: Path, name: str, text: str | bytes) -> None:
    content = text.encode() if isinstance(text, str) else text
    (folder / "rules" / f"{name}.toml").write_bytes(content)


async def look(house: House) -> Fresh:
    fresh = await house.changes.look()
    assert fresh is not None
    return fresh


def found(house: House, text: str) -> list[str]:
    article = Article("a", "inbox", "A headline", NOW, body=text, lang="en")
    return sorted(f"{match.watchlist}/{match.rule}" for match in house.pipeline.matcher.match(article))


ROME = "Rome blocked DeepSeek on Monday."


def notices(house: House) -> list[str]:
    return [each.message.text for each in house.store.deliveries() if each.digest.startswith("broken-")]


async def test_an_untouched_folder_is_not_read_again(folder: Path) -> None:
    async with house_at(folder) as house:
        assert await house.changes.look() is None


async def test_a_changed_rule_is_at_work_after_one_look(folder: Path) -> None:
    async with house_at(folder) as house:
        assert found(house, "Oslo blocked DeepSeek.") == []
        write(folder, "bans", BANS.replace("Italy = [", 'Norway = ["Oslo"]\nItaly = ['))
        await look(house)
        assert found(house, "Oslo blocked DeepSeek.") == ["bans/ban", "bans/ban-of-deepseek"]
        assert await house.changes.look() is None


@pytest.mark.case(49)
@pytest.mark.parametrize(
    "broken",
    [
        BANS[: len(BANS) // 2],
        BANS.encode("utf-16"),
        BANS.replace("[terms]", "[terms"),
        BANS.replace('owner = "ana@example.org"', "owner = 7"),
        b"",
    ],
    ids=["half", "utf-16", "no toml", "bad head", "empty"],
)
async def test_a_broken_file_keeps_its_last_good_version(folder: Path, broken: str | bytes) -> None:
    async with house_at(folder) as house:
        write(folder, "bans", broken)
        await look(house)
        kept = found(house, ROME)
    assert kept == ["bans/ban", "bans/ban-of-deepseek"]
    async with house_at(folder) as house:
        assert found(house, ROME) == kept, "also over a restart"
        assert house.broken[0].kept == ("ban", "ban-of-deepseek")


@pytest.mark.case(49)
async def test_a_deleted_file_works_on_until_it_is_retired(folder: Path) -> None:
    async with house_at(folder) as house:
        (folder / "rules" / "bans.toml").unlink()
        await look(house)
        assert found(house, ROME) == ["bans/ban", "bans/ban-of-deepseek"]
        assert "E901 the file is gone" in house.store.broken_files()[0].problems[0]
        house.store.retire("bans")
        assert await house.changes.look(anyway=True)
        assert found(house, ROME) == []
        assert house.store.broken_files() == []


@pytest.mark.case(49)
async def test_the_owner_is_told_once(folder: Path) -> None:
    async with house_at(folder) as house:
        for text in (BANS.replace("@place NEAR/S @ban", "@place NEAR/S @bann"), "[", "[["):
            write(folder, "bans", text)
            await look(house)
        assert len(notices(house)) == 1
        assert "E104 unknown list @bann" in notices(house)[0]
        assert house.store.deliveries()[0].message.recipient == "ana@example.org"
        assert house.store.deliveries()[0].state is DeliveryState.QUEUED
    async with house_at(folder) as house:
        assert len(notices(house)) == 1, "nor again after a restart"
        write(folder, "bans", BANS)
        await look(house)
        await asyncio.sleep(1)  # a notice is named after its second
        write(folder, "bans", "[")
        await look(house)
        assert len(notices(house)) == 2, "but again when it breaks again"


async def test_a_rule_whose_cases_fail_does_not_go_live(folder: Path) -> None:
    async with house_at(folder) as house:
        write(folder, "bans", BANS.replace("'@place NEAR/S @ban'", "'@place NEAR/S outlaw'"))
        fresh = await look(house)
        assert found(house, ROME) == ["bans/ban", "bans/ban-of-deepseek"]
        assert found(house, "Rome outlaws DeepSeek.") == []
        assert "E900 case of ban" in " ".join(house.store.broken_files()[0].problems)
        assert any("bans/ban (its last good version works on)" in line for line in fresh.pipeline.broken_rules)


async def test_a_new_rule_whose_cases_fail_is_left_out_and_the_others_live(folder: Path) -> None:
    async with house_at(folder) as house:
        write(folder, "bans", BANS + "\n[[rule]]\nid = 'fine'\nquery = 'tax'\nmatch = ['duty']\n")
        write(folder, "launches", LAUNCHES.replace("launch NEAR/S model", "unveil NEAR/S model"))
        await look(house)
        assert house.store.broken_files()[0].out == ("fine",)
        assert found(house, "Rome blocked a tax. A model was unveiled.") == ["bans/ban", "launches/launch"]


async def test_a_kept_rule_goes_on_with_the_rules_it_was_written_with(folder: Path) -> None:
    async with house_at(folder) as house:
        text = BANS.replace("'@place NEAR/S @ban'", "'@place NEAR/S outlaw'").replace(
            "Rome blocked the", "Rome outlaws the"
        )
        write(folder, "bans", text.replace("%ban AND DeepSeek", "%ban AND @nothing"))
        await look(house)
        assert found(house, "Rome outlaws DeepSeek.") == ["bans/ban"], "the new one of the sound rule is live"
        assert found(house, ROME) == ["bans/ban-of-deepseek"], "the kept one refers to the old, which tells nothing"


async def test_shared_lists_break_and_mend(folder: Path) -> None:
    terms = folder / "rules" / "terms" / "verbs.toml"
    terms.write_text('outlaw = ["outlaw"]\n', encoding="utf-8")
    write(folder, "bans", BANS.replace("@place NEAR/S @ban", "@place NEAR/S (@ban OR @outlaw)"))
    async with house_at(folder) as house:
        terms.write_text('outlaw = ["outlaw"\n', encoding="utf-8")
        await look(house)
        assert found(house, "Rome outlaws it.") == ["bans/ban"]
        terms.write_text('outlaw = ["outlaw", "forbid"]\n', encoding="utf-8")
        await look(house)
        assert found(house, "Rome forbids it.") == ["bans/ban"]
        assert house.store.broken_files() == []


@pytest.mark.case(88)
async def test_a_broken_configuration_keeps_the_former_one(folder: Path) -> None:
    async with house_at(folder) as house:
        (folder / "config.toml").write_text(CONFIG.replace("to = ", "recipents = "), encoding="utf-8")
        fresh = await look(house)
        assert [each.recipients for each in fresh.pipeline.subscriptions] == [("ana@example.org",)]
        assert "recipents" in " ".join(house.store.broken_files()[0].problems)
        (folder / "config.toml").write_text(CONFIG.replace("ana@", "ben@"), encoding="utf-8")
        fresh = await look(house)
        assert [each.recipients for each in fresh.pipeline.subscriptions] == [("ben@example.org",)]
        assert list(fresh.pipeline.broken_rules) == []


async def test_another_database_is_taken_up_by_a_restart_only(folder: Path) -> None:
    async with house_at(folder) as house:
        (folder / "config.toml").write_text('[store]\npath = "other.sqlite"\n' + CONFIG, encoding="utf-8")
        fresh = await look(house)
        assert "restart" in fresh.pipeline.broken_rules[0]
        assert not (folder / "other.sqlite").exists()


async def read(house: House, folder: Path, name: str, text: str) -> int:
    """Feed an article; how many alerts it made that are new."""
    (folder / "inbox" / f"{name}.txt").write_text(f"{name} headline\n\n{text}\n", encoding="utf-8")
    account = await ingest_round(house.pipeline, house.sources, lambda: NOW, lambda report: None)
    return sum(count for novelty, count in account.novelties.items() if novelty.value == "new")


async def test_a_renamed_rule_keeps_its_memory(folder: Path) -> None:
    async with house_at(folder) as house:
        assert await read(house, folder, "one", "Rome blocked the app on Monday.") == 1
        renamed = BANS.replace('id = "ban"', 'id = "state-ban"\nwas = ["ban"]').replace("%ban", "%state-ban")
        write(folder, "bans", renamed)
        await look(house)
        assert await read(house, folder, "two", "In Italy, blocked since Monday: the app.") == 0
        assert await read(house, folder, "three", "Malta blocked another thing.") == 1
        waiting = house.store.waiting("morning", NOW.replace(year=2030))
        assert {each.alert.match.rule for each in waiting} == {"state-ban"}


async def test_a_renamed_file_keeps_its_memory(folder: Path) -> None:
    async with house_at(folder) as house:
        assert await read(house, folder, "one", "Rome blocked the app on Monday.") == 1
        (folder / "rules" / "bans.toml").rename(folder / "rules" / "ai-bans.toml")
        write(folder, "ai-bans", 'was = ["bans"]\n' + BANS)
        await look(house)
        assert found(house, ROME) == ["ai-bans/ban", "ai-bans/ban-of-deepseek"]
        assert house.store.broken_files() == []
        assert await read(house, folder, "two", "In Italy, blocked since Monday: the app.") == 0
        waiting = house.store.waiting("morning", NOW.replace(year=2030))
        assert {each.alert.match.watchlist for each in waiting} == {"ai-bans"}


async def test_a_renamed_name_of_a_list_keeps_its_memory(folder: Path) -> None:
    async with house_at(folder) as house:
        assert await read(house, folder, "one", "Rome blocked the app on Monday.") == 1
        renamed = BANS.replace(
            'Italy = ["Italy", "Rome"]', 'Italia = { spellings = ["Italy", "Rome"], was = ["Italy"] }'
        )
        write(folder, "bans", renamed)
        await look(house)
        assert await read(house, folder, "two", "In Italy, blocked since Monday: the app.") == 0


async def test_a_new_rule_does_not_read_the_past(folder: Path) -> None:
    async with house_at(folder) as house:
        await read(house, folder, "one", "A tariff on apps was raised.")
        write(folder, "tariffs", "[[rule]]\nid = 'tariff'\nquery = 'tariff'\n")
        await look(house)
        await ingest_round(house.pipeline, house.sources, lambda: NOW, lambda report: None)
        assert house.store.waiting("morning", NOW.replace(year=2030)) == []


async def test_a_checkout_of_another_branch_is_one_change(folder: Path) -> None:
    async with house_at(folder) as house:
        looking = asyncio.create_task(house.changes.look())
        for number in range(20):
            write(folder, f"list-{number}", LAUNCHES)
            if number == 0:
                looking = asyncio.create_task(house.changes.look())
            await asyncio.sleep(0.02)
        assert await looking
        assert await house.changes.look() is None
        assert len(found(house, "They launch a model.")) == 21


async def test_an_atomic_save_is_seen(folder: Path) -> None:
    async with house_at(folder) as house:
        swap = folder / "rules" / ".bans.toml.swp"
        swap.write_text(BANS.replace('"block"', '"block", "bar"'), encoding="utf-8")
        swap.replace(folder / "rules" / "bans.toml")
        await look(house)
        assert found(house, "Rome bars it.") == ["bans/ban"]


async def test_a_restart_takes_rules_from_the_cache_and_does_without_it(folder: Path) -> None:
    cache = folder / "state" / "monitor.rules"
    answers = []
    for damage in (None, b"", b"[[0]]", None):
        async with house_at(folder) as house:
            answers.append((found(house, ROME), [each.title for each in house.loaded.watchlists], house.broken))
        assert len(list(cache.iterdir())) == 3, "two files, and the engine"
        for entry in cache.iterdir() if damage is not None else ():
            entry.write_bytes(damage or b"")
    assert answers[1:] == answers[:1] * 3
    assert answers[0][0] == ["bans/ban", "bans/ban-of-deepseek"]


async def test_only_cases_of_what_changed_are_run(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    terms = folder / "rules" / "terms"
    (terms / "verbs.toml").write_text('outlaw = ["outlaw"]\n', encoding="utf-8")
    (terms / "colours.toml").write_text('colour = ["red"]\n', encoding="utf-8")
    write(folder, "bans", BANS.replace("@place NEAR/S @ban", "@place NEAR/S (@ban OR @outlaw)"))
    proven: list[str] = []
    run_cases = rulebook.run_cases
    monkeypatch.setattr(
        rulebook,
        "run_cases",
        lambda each, match: proven.extend(case.text for case in each.cases) or run_cases(each, match),
    )
    async with house_at(folder) as house:
        assert proven == ["Rome blocked the app.", "Rome blocked DeepSeek."]
        proven.clear()
        write(folder, "launches", LAUNCHES + 'match = ["They launch a model."]\n')
        (terms / "colours.toml").write_text('colour = ["red", "blue"]\n', encoding="utf-8")
        await look(house)
        assert proven == ["They launch a model."]
        (terms / "verbs.toml").write_text('outlaw = ["outlaw", "forbid"]\n', encoding="utf-8")
        await look(house)
        assert proven == ["They launch a model.", "Rome blocked the app.", "Rome blocked DeepSeek."]
    async with house_at(folder):
        assert len(proven) == 3, "nor over a restart"
    monkeypatch.setattr(rulebook, "program", lambda: "another")
    async with house_at(folder):
        assert len(proven) == 6, "but all by another program, down to its text"


@pytest.mark.case(47)
async def test_a_password_that_came_with_a_reload_is_no_more_written_than_the_first(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    smtp = '[channel.mail]\nkind = "smtp"\nhost = "127.0.0.1"\nfrom = "a@example.org"\nusername = "a"\n'
    async with house_at(folder) as house:
        handler = logging.StreamHandler()
        handler.setFormatter(TextFormatter())
        log = logging.getLogger("monitor.deliver.smtp")
        log.addHandler(handler)
        try:
            for password in ("the-first-one", "the-second-one"):
                secret = f'{CONFIG}{smtp}password = "{password}"\n'
                (folder / "config.toml").write_text(secret, encoding="utf-8")
                await look(house)
                log.warning("535 %s is wrong", password)
        finally:
            log.removeHandler(handler)
    said = capsys.readouterr().err
    assert "one" not in said
    assert said.count("535 *** is wrong") == 2


async def test_what_stays_broken_is_logged_once_and_hidden_rules_are_not_counted(
    folder: Path, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.INFO, "monitor.reload")
    async with house_at(folder) as house:
        for path in ("bans", "launches"):
            (folder / "rules" / f"{path}.toml").unlink()
            await look(house)
        said = [record.getMessage() for record in caplog.records]
    assert sum("bans/ban-of-deepseek" in line for line in said) == 1
    assert [line.partition(": ")[2] for line in said if line.startswith("reloaded")] == [
        "3 rules at work, 1 files broken",
        "3 rules at work, 2 files broken",
    ]
