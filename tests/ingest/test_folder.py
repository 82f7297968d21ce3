from __future__ import annotations

import gzip
import os
import shutil
import socket
from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from monitor.errors import SourceError
from monitor.ingest import formats
from monitor.ingest.folder import ROOT, FolderSource
from monitor.model import Article, FileMark, Harvest, Rejection, SourceState


class Folder:
    """A folder source and its state, as the pipeline drives them."""

    def __init__(self, root: Path, settle: float = 0.0) -> None:
        self.root = root
        self.source = FolderSource("inbox", root, settle=settle)
        self.state = SourceState("inbox")
        self.now = datetime.now(UTC) + timedelta(minutes=1)

    def write(self, name: str, text: str | bytes = "") -> Path:
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        content = text or f"Headline of {name}\nThe text of the file that is called {name} and no other."
        path.write_bytes(content if isinstance(content, bytes) else content.encode())
        return path

    def read(self) -> list[Harvest]:
        harvests = list(self.source.harvests(self.state, self.now))
        for harvest in harvests:
            self.state = replace(harvest.state, files={**self.state.files, **harvest.state.files})
        return harvests

    def titles(self) -> list[str]:
        return [article.title for article in _articles(self.read())]

    def reasons(self) -> list[str]:
        return [rejection.reason for rejection in _rejections(self.read())]


def _articles(harvests: Iterable[Harvest]) -> list[Article]:
    return [article for harvest in harvests for article in harvest.articles]


def _rejections(harvests: Iterable[Harvest]) -> list[Rejection]:
    return [rejection for harvest in harvests for rejection in harvest.rejections]


@pytest.fixture
def folder(tmp_path: Path) -> Folder:
    root = tmp_path / "inbox"
    root.mkdir()
    return Folder(root)


def test_every_format_recursively_and_by_name(folder: Folder) -> None:
    folder.write("b/deep/er.txt")
    folder.write("a.md", "# From Markdown\n\nText.")
    folder.write("c.html", "<html><head><title>From HTML</title></head><body><p>Text.</p></body></html>")
    folder.write("d.htm", "<title>From HTM</title><p>Text.</p>")
    folder.write("e.eml", "Subject: From mail\nFrom: x@example.org\n\nText.")
    folder.write("f.json", '{"id": "7", "title": "From JSON", "text": "Text."}')
    folder.write("g.jsonl", '{"title": "From JSONL"}\n{"title": "Second"}\n')
    folder.write("h.JSONL.GZ", gzip.compress(b'{"title": "From gzip"}\n'))
    articles = _articles(folder.read())
    assert [article.title for article in articles] == [
        "From Markdown", "From HTML", "From HTM", "From mail", "From JSON", "From JSONL", "Second", "From gzip",
        "Headline of b/deep/er.txt",
    ]  # fmt: skip
    assert articles[4].native_id == "7"
    assert articles[-1].origin == str(folder.root / "b/deep/er.txt")
    assert {article.source for article in articles} == {"inbox"}


def test_a_file_is_read_once(folder: Folder) -> None:
    folder.write("a.txt")
    assert len(folder.titles()) == 1
    (again,) = folder.read()
    assert again.unchanged and again.articles == () and again.state.last_read == folder.now


@pytest.mark.case(43)
def test_moved_renamed_and_copied_files_are_not_read_twice(folder: Folder) -> None:
    path = folder.write("a.txt")
    folder.titles()
    shutil.copy(path, folder.root / "copy.txt")
    path.rename(folder.root / "z.txt")
    assert folder.titles() == []
    assert folder.read()[0].unchanged


@pytest.mark.case(43)
def test_a_changed_file_is_read_again(folder: Folder) -> None:
    folder.write("a.txt")
    folder.titles()
    folder.write("a.txt", "Another headline\nAnother text, longer than before, stands in the same file now.")
    assert folder.titles() == ["Another headline"]


@pytest.mark.case(43)
def test_a_file_still_being_written_waits(tmp_path: Path) -> None:
    folder = Folder(tmp_path, settle=2.0)
    path = folder.write("a.txt")
    folder.now = datetime.fromtimestamp(path.stat().st_mtime, UTC) + timedelta(seconds=1)
    assert folder.titles() == []
    folder.now += timedelta(seconds=1.5)
    assert folder.titles() == ["Headline of a.txt"]


@pytest.mark.case(43)
def test_unfinished_and_hidden_files_are_ignored_until_renamed(folder: Folder) -> None:
    for name in (".hidden.txt", "a.txt.tmp", "b.txt~", ".c.txt.swp", "d.part", ".git/e.txt", "~f.txt"):
        folder.write(name)
    assert folder.titles() == []
    (folder.root / "a.txt.tmp").rename(folder.root / "a.txt")
    assert len(folder.titles()) == 1


@pytest.mark.case(42)
def test_everything_that_is_no_regular_file_is_skipped_with_a_reason_told_once(
    folder: Folder, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    outside = tmp_path / "outside.txt"
    outside.write_text("Secret\nNothing of this may be read.")
    (folder.root / "link.txt").symlink_to(outside)
    (folder.root / "loop.txt").symlink_to(folder.root / "loop.txt")
    (folder.root / "dangling.txt").symlink_to(tmp_path / "nowhere")
    (folder.root / "up").symlink_to(folder.root)
    os.mkfifo(folder.root / "pipe.txt")
    with socket.socket(socket.AF_UNIX) as server:
        monkeypatch.chdir(folder.root)  # socket paths are short
        server.bind("s.txt")
    (folder.root / "folder.txt").mkdir()
    folder.write("folder.txt/inside.txt")
    folder.write("tool.exe")
    harvests = folder.read()
    assert [article.title for article in _articles(harvests)] == ["Headline of folder.txt/inside.txt"]
    reasons = sorted(f"{Path(r.origin).name}: {r.reason.split(';')[0]}" for r in _rejections(harvests))
    assert reasons == [
        "dangling.txt: a symbolic link", "link.txt: a symbolic link", "loop.txt: a symbolic link",
        "pipe.txt: a named pipe", "s.txt: a socket", "tool.exe: its format is not read here", "up: a symbolic link",
    ]  # fmt: skip
    assert folder.reasons() == []


@pytest.mark.case(42)
@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_unreadable_files_and_folders(folder: Folder) -> None:
    folder.write("a.txt").chmod(0)
    folder.write("sub/b.txt").parent.chmod(0)
    reasons = folder.reasons()
    (folder.root / "sub").chmod(0o700)
    assert len(reasons) == 2


@pytest.mark.case(42)
def test_a_file_that_was_put_right_is_read_without_a_new_time(folder: Folder) -> None:
    path = folder.write("a.txt")
    seen = path.stat()
    folder.state = replace(folder.state, files={"a.txt": FileMark(seen.st_size, seen.st_mtime_ns, "")})
    assert folder.titles() == ["Headline of a.txt"]
    assert folder.titles() == []


@pytest.mark.case(42)
@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_a_fault_is_told_once_and_tried_again(folder: Folder) -> None:
    path = folder.write("a.txt")
    path.chmod(0)
    assert len(folder.reasons()) == 1 and folder.reasons() == []
    path.chmod(0o600)
    assert folder.titles() == ["Headline of a.txt"]


@pytest.mark.case(44)
def test_names_of_any_bytes(folder: Folder) -> None:
    names = [
        b"caf\xe9.txt",
        b"new\nline.txt",
        b"-rf.txt",
        "rtl\u202egpj.txt".encode(),
        b"x" * 251 + b".txt",
        "e\u0301.txt".encode(),
        "é.txt".encode(),
    ]
    for number, name in enumerate(names):
        with open(os.path.join(os.fsencode(folder.root), name), "wb") as file:  # noqa: PTH118, PTH123
            file.write(f"Headline {number}\nThe text number {number} of a file whose name is no name.".encode())
    articles = _articles(folder.read())
    assert len(articles) == len(names)
    for text in (*folder.state.files, *(article.origin for article in articles)):
        assert text.encode().decode().isprintable()
    assert folder.read()[0].unchanged


@pytest.mark.case(45)
@pytest.mark.parametrize("mtime", [0, 4_070_908_800])
def test_file_times_of_1970_and_2099(tmp_path: Path, mtime: int) -> None:
    folder = Folder(tmp_path, settle=2.0)
    os.utime(folder.write("a.txt"), (mtime, mtime))
    assert len(folder.titles()) == 1


@pytest.mark.case(45)
def test_a_file_too_large_is_told_once(folder: Folder, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(formats, "MAX_FILE", 1_000)
    folder.write("big.txt", "x" * 1_001)
    assert folder.reasons() == ["larger than 1,000 bytes"]
    assert folder.reasons() == []


@pytest.mark.case(45)
def test_a_missing_root_is_an_error_and_forgets_nothing(folder: Folder) -> None:
    folder.write("a.txt")
    folder.titles()
    shutil.move(folder.root, f"{folder.root}.gone")
    with pytest.raises(SourceError, match="cannot be read"):
        folder.read()
    failed = folder.source.failed(folder.state, SourceError("x"), folder.now)
    assert (failed.failures, failed.files) == (1, folder.state.files)
    shutil.move(f"{folder.root}.gone", folder.root)
    assert folder.titles() == []


@pytest.mark.case(45)
def test_an_unmounted_root_is_an_error_and_an_emptied_one_is_not(folder: Folder) -> None:
    path = folder.write("a.txt")
    folder.titles()
    path.unlink()
    assert folder.read()[0].unchanged
    folder.state = replace(folder.state, files={**folder.state.files, ROOT: FileMark(1, 0, "")})
    with pytest.raises(SourceError, match="unmounted"):
        folder.read()


def test_a_root_that_is_a_file(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("x")
    with pytest.raises(SourceError, match="a file, not a folder"):
        Folder(path).read()


def test_batches_of_a_hundred_and_the_mark_with_the_last(folder: Folder) -> None:
    lines = "".join(f'{{"id": "{n}", "title": "Title {n}", "text": "Text {n}"}}\n' for n in range(250))
    folder.write("a.jsonl", lines)
    harvests = folder.read()
    assert [len(harvest.articles) for harvest in harvests] == [100, 100, 50]
    assert ["a.jsonl" in harvest.state.files for harvest in harvests] == [False, False, True]
    assert len({article.id for article in _articles(harvests)}) == 250


@pytest.mark.case(26)
def test_bad_lines_are_rejected_with_their_number_and_place(folder: Folder) -> None:
    path = folder.write("a.jsonl", '{"title": "one"}\n{nonsense\n{"title": "two"}\n')
    harvests = folder.read()
    assert [article.title for article in _articles(harvests)] == ["one", "two"]
    (rejection,) = _rejections(harvests)
    assert rejection.origin == str(path) and rejection.reason.startswith("line 2: no JSON")
    assert folder.reasons() == []


@pytest.mark.parametrize("damage", [b"no gzip", gzip.compress(b'{"title": "x"}\n' * 50)[:-12]])
def test_damaged_gzip(folder: Folder, damage: bytes) -> None:
    folder.write("a.jsonl.gz", damage)
    assert any("gzip" in reason for reason in folder.reasons())


@pytest.mark.case(16)
def test_ids_repeated_in_one_file_do_not_hide_articles(folder: Folder) -> None:
    folder.write("a.jsonl", '{"id": "1", "title": "One thing happened"}\n{"id": "1", "title": "Another one did"}\n')
    assert len({article.id for article in _articles(folder.read())}) == 2


async def test_the_source_protocol(folder: Folder) -> None:
    folder.write("a.txt")
    harvests = [harvest async for harvest in folder.source.read(folder.state, folder.now)]
    assert len(_articles(harvests)) == 1


def _mail(number: int) -> bytes:
    return (
        f"From: Post <news@example.org>\r\nSubject: Rome bars chatbot {number}\r\n"
        f"Message-ID: <{number}@example.org>\r\n\r\n"
        f"Rome has barred the chatbot from its ministries, number {number}.\r\n"
    ).encode()


@pytest.mark.case(43)
def test_a_maildir_reads_each_mail_once_whatever_flags_it_gets(tmp_path: Path, now: datetime) -> None:
    for name in ("new", "cur", "tmp"):
        (tmp_path / name).mkdir()
    (tmp_path / "new" / "1738.M1P2.host").write_bytes(_mail(1))
    (tmp_path / "cur" / "1739.M1P2.host:2,S").write_bytes(_mail(2))
    (tmp_path / "tmp" / "1740.M1P2.host").write_bytes(_mail(3))
    source = FolderSource("mail", tmp_path, settle=0, maildir=True)
    (first,) = source.harvests(SourceState("mail"), now)
    assert [article.title for article in first.articles] == ["Rome bars chatbot 1", "Rome bars chatbot 2"]
    assert {article.publisher for article in first.articles} == {"Post"}
    (tmp_path / "new" / "1738.M1P2.host").rename(tmp_path / "cur" / "1738.M1P2.host:2,RS")
    (again,) = source.harvests(first.state, now)
    assert again.unchanged
    with pytest.raises(SourceError, match="Maildir"):
        list(FolderSource("mail", tmp_path / "new", maildir=True).harvests(SourceState("mail"), now))
