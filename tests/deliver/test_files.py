"""The channel that writes files."""

from __future__ import annotations

import os
import re
from dataclasses import replace
from pathlib import Path
from urllib.parse import unquote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from monitor.deliver.files import FileChannel, safe_stem
from monitor.deliver.files.index import MOST
from monitor.errors import DeliveryError
from tests.deliver.bench import a_delivery, a_message


def names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


async def test_a_digest_becomes_three_files(tmp_path: Path) -> None:
    folder = tmp_path / "out" / "digests"
    delivery = a_delivery()
    told = await FileChannel("files", folder).send(delivery)
    stem = "morning@20260504T060000Z"
    assert names(folder) == [f"{stem}.eml", f"{stem}.html", f"{stem}.txt"]
    assert told == f"{folder / stem}.html, {folder / stem}.txt, {folder / stem}.eml"
    assert (folder / f"{stem}.eml").read_bytes() == delivery.message.raw
    assert (folder / f"{stem}.html").read_text() == delivery.message.html


async def test_the_same_delivery_again_is_the_same_files(tmp_path: Path) -> None:
    channel, delivery = FileChannel("files", tmp_path), a_delivery()
    assert await channel.send(delivery) == await channel.send(delivery)
    assert len(names(tmp_path)) == 3


async def test_a_second_recipient_never_overwrites_the_first(tmp_path: Path) -> None:
    channel = FileChannel("files", tmp_path)
    ana, ben = a_delivery(1, "ana@example.org"), a_delivery(2, "ben@example.org")
    first = await channel.send(ana)
    second = await channel.send(ben)
    assert "ben@example.org" in second
    assert await channel.send(ben) == second
    assert await channel.send(ana) == first
    assert len(names(tmp_path)) == 6
    assert {path.read_bytes() for path in tmp_path.glob("*.eml")} == {ana.message.raw, ben.message.raw}


async def test_what_a_crash_left_half_written_is_made_whole(tmp_path: Path) -> None:
    delivery = a_delivery()
    (tmp_path / ".morning@20260504T060000Z.html.part").write_text("<p>half")
    (tmp_path / "morning@20260504T060000Z.html").write_text("<p>of an earlier attempt")
    await FileChannel("files", tmp_path).send(delivery)
    assert len(names(tmp_path)) == 3
    assert (tmp_path / "morning@20260504T060000Z.html").read_text() == delivery.message.html


async def test_a_folder_that_refuses_is_the_channels_fault(tmp_path: Path) -> None:
    (tmp_path / "out").write_text("a file, not a folder")
    with pytest.raises(DeliveryError, match="cannot write to") as caught:
        await FileChannel("files", tmp_path / "out").send(a_delivery())
    assert caught.value.channel
    assert not caught.value.permanent


async def test_a_planted_link_is_not_followed(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("mine")
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / ".morning@20260504T060000Z.html.part").symlink_to(secret)
    with pytest.raises(DeliveryError):
        await FileChannel("files", folder).send(a_delivery())
    assert secret.read_text() == "mine"


@pytest.mark.case(46)
@pytest.mark.parametrize(
    "digest", ["../../etc/cron.d/x", "/etc/passwd", "CON", "a/b", "nul.2026", "..", "", "-rf", "\0"]
)
async def test_a_hostile_id_stays_in_the_folder(tmp_path: Path, digest: str) -> None:
    folder = tmp_path / "deep" / "out"
    await FileChannel("files", folder).send(a_delivery(digest=digest, message=a_message()))
    assert len(names(folder)) == 3
    assert names(tmp_path / "deep") == ["out"]


@pytest.mark.case(44)
@given(st.text(max_size=300), st.text(max_size=300))
def test_stems_are_safe_and_never_shared(one: str, other: str) -> None:
    stem = safe_stem(one)
    assert stem.isascii()
    assert stem[0] not in "-."
    assert len(f".{stem}--{stem}.html.part") <= 255
    assert not set(stem) & set('/\\:*?"<>|\0\n ')
    if one != other:
        assert stem.casefold() != safe_stem(other).casefold()


def test_names_that_are_equal_but_for_case_or_form_stay_apart() -> None:
    texts = ["morning", "Morning", "MORNING", "caf\u00e9", "cafe\u0301", "caf\u202ee"]
    assert len({safe_stem(text).casefold() for text in texts}) == len(texts)
    assert safe_stem("morning@20250131T070000Z") == "morning@20250131T070000Z"
    assert safe_stem("ana@example.org") == "ana@example.org"


async def test_the_index_page_leads_to_all_that_lies_in_the_folder(tmp_path: Path) -> None:
    channel = FileChannel("files", tmp_path, index=True)
    await channel.send(a_delivery(1, "ana@example.org"))
    await channel.send(a_delivery(2, "ben@example.org"))
    page = (tmp_path / "index.html").read_text()
    links = set(re.findall(r'href="([^"]+)"', page))
    wanted = {name for name in names(tmp_path) if not name.endswith(".eml")} - {"index.html"}
    assert {unquote(link) for link in links} == wanted
    assert page.index("ben@example.org") < page.index("ana@example.org"), "the newest first"


async def test_a_hostile_subject_is_text_on_the_index_page(tmp_path: Path) -> None:
    message = replace(a_message(), raw=b"Subject: <script>alert(1)</script> & more\r\nTo: a@example.org\r\n\r\nx\r\n")
    await FileChannel("files", tmp_path, index=True).send(a_delivery(message=message))
    page = (tmp_path / "index.html").read_text()
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt; &amp; more" in page


async def test_the_index_page_counts_what_it_does_not_list(tmp_path: Path) -> None:
    for number in range(MOST + 7):
        (tmp_path / f"old-{number}.eml").write_bytes(b"Subject: old\r\n\r\n")
        os.utime(tmp_path / f"old-{number}.eml", (number, number))
    await FileChannel("files", tmp_path, index=True).send(a_delivery())
    page = (tmp_path / "index.html").read_text()
    assert page.count("<li>") == MOST
    assert "8 older digests are in this folder and not listed here" in page
