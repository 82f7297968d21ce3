"""The corpora of `../shared/feeds`, read under an audit hook that lets nothing open a file or a connection.

`make corpora` prints the table; `test_corpora` holds it to what the files expect.
"""

from __future__ import annotations

import json
import re
import sys
import sysconfig
import tarfile
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from html import unescape
from pathlib import Path
from typing import Any

from monitor.errors import FeedFormatError
from monitor.ingest import detect
from monitor.ingest.article import Setting, build_all
from monitor.ingest.eml import mail_drafts
from monitor.ingest.feedformat import FeedBody, parse_feed
from monitor.ingest.jsonfeed import ParsedFeed
from monitor.ingest.jsonfile import json_drafts
from monitor.ingest.opml import read_opml
from monitor.ingest.textfile import html_drafts

from .conftest import NOW, SHARED

ARCHIVE = SHARED / "feeds" / "corpora.tar.gz"
FEEDS = {"atom", "atom-entry", "rss2", "rss1", "cdf", "json", "xml", "other"}
_OURS = tuple(filter(None, {sysconfig.get_path(name) for name in ("stdlib", "platstdlib", "purelib", "platlib")}))
_OUTSIDE = re.compile(
    r"open|socket\.|subprocess\.|os\.(system|exec|fork|posix_spawn)|urllib\.|http\.|ftplib\.|webbrowser\."
)


@dataclass(frozen=True)
class Sample:
    path: str
    format: str
    raw: bytes
    expect: dict[str, Any]

    @property
    def corpus(self) -> str:
        parts = self.path.split("/")
        return f"{parts[0]}/{parts[1]}" if len(parts) > 2 else parts[0]


def samples(root: Path) -> Iterator[Sample]:
    """All files of the archive, which is unpacked into `root`."""
    with tarfile.open(ARCHIVE) as archive:
        archive.extractall(root, filter="data")
    for line in (root / "INDEX.jsonl").read_text().splitlines():
        entry = json.loads(line)
        yield Sample(entry["path"], entry["format"], (root / entry["path"]).read_bytes(), entry.get("expect") or {})


class Watch:
    """The audit hook of this process; hooks cannot be taken away again, so there is one, and it sleeps."""

    def __init__(self) -> None:
        detect.load()  # the model of the extra `lang` comes through a temporary file, once a process
        self.awake = False
        self.caught: list[str] = []
        sys.addaudithook(self._hear)

    def _hear(self, event: str, arguments: tuple[object, ...]) -> None:
        if not self.awake or not _OUTSIDE.match(event):
            return
        opened = str(arguments[0]) if arguments else ""
        if event != "open" or not (opened.startswith(_OURS) or "/site-packages/" in opened):
            self.caught.append(f"{event} {opened}")

    @contextmanager
    def keeping(self) -> Iterator[None]:
        self.awake = True
        try:
            yield
        finally:
            self.awake = False


@dataclass
class Row:
    """What became of the files of one corpus and format."""

    files: int = 0
    refused: int = 0
    entries: int = 0
    counted: int = 0
    wrong: list[str] = field(default_factory=list)
    titles: int = 0
    titles_right: int = 0
    raised: list[str] = field(default_factory=list)
    seconds: float = 0.0
    slowest: float = 0.0


def parsed(sample: Sample) -> ParsedFeed | None:
    try:
        return parse_feed(FeedBody(sample.raw, "https://example.org/feeds/rss"))
    except FeedFormatError:
        return None


def _feed(sample: Sample, row: Row) -> int:
    feed = parsed(sample)
    row.refused += feed is None
    drafts = feed.drafts if feed else ()
    list(build_all(drafts, Setting("corpora", sample.path, NOW)))
    if "n_entries" in sample.expect:
        row.counted += 1
        if sample.expect["n_entries"] != len(drafts):
            row.wrong.append(f"{sample.path}: {len(drafts)} entries, not {sample.expect['n_entries']}")
    named = sample.expect.get("titles")
    for index, title in named.items() if isinstance(named, dict) and drafts else ():
        row.titles += 1
        wanted = {_plain(title or ""), _plain(re.sub("<[^>]*>", "", title or ""))}
        row.titles_right += _plain(drafts[int(index)].title) in wanted
    return len(drafts)


def _plain(text: str) -> str:
    return " ".join(unescape(unescape(text)).split())


def _drafts(reader: Callable[[bytes], Iterator[Any]]) -> Callable[[Sample, Row], int]:
    def read(sample: Sample, row: Row) -> int:
        return len(list(build_all(reader(sample.raw), Setting("corpora", sample.path, NOW))))

    return read


def _opml(sample: Sample, row: Row) -> int:
    """Every xmlUrl is a feed or told as skipped."""
    found = read_opml(sample.raw)
    row.counted += 1
    if len(found.feeds) + len(found.skipped) != sample.expect["n_feeds_at_most"]:
        row.wrong.append(f"{sample.path}: {len(found.feeds)} feeds, {len(found.skipped)} skipped")
    return len(found.feeds)


READERS: dict[str, Callable[[Sample, Row], int]] = {
    **dict.fromkeys(FEEDS, _feed),
    "eml": _drafts(mail_drafts),
    "html": _drafts(html_drafts),
    "opml": _opml,
    "strings": _drafts(json_drafts),
}


def table(found: list[Sample], watch: Watch) -> dict[str, Row]:
    """Read everything; whatever is raised is noted and not passed on."""
    rows: dict[str, Row] = {}
    for sample in found:
        reader = READERS.get(sample.format)
        if reader is None or (sample.format == "strings" and sample.path.endswith(".txt")):
            continue
        row = rows.setdefault(f"{sample.corpus} {sample.format}", Row())
        row.files += 1
        began = time.perf_counter()
        try:
            with watch.keeping():
                row.entries += reader(sample, row)
        except Exception as error:
            row.raised.append(f"{sample.path}: {type(error).__name__}: {error}")
        took = time.perf_counter() - began
        row.seconds += took
        row.slowest = max(row.slowest, took)
    return rows


def main() -> int:
    watch = Watch()
    with tempfile.TemporaryDirectory() as folder:
        rows = table(list(samples(Path(folder))), watch)
    heads = ("files", 6), ("refused", 8), ("entries", 8), ("counts", 12), ("titles", 12), ("seconds", 8), ("slowest", 8)
    print(f"{'corpus and format':34}" + "".join(f"{head:>{width}}" for head, width in heads))
    for name, row in sorted(rows.items()):
        _print(name, row)
    total = Row()
    for row in rows.values():
        for key in ("files", "refused", "entries", "counted", "wrong", "titles", "titles_right", "raised", "seconds"):
            setattr(total, key, getattr(total, key) + getattr(row, key))
        total.slowest = max(total.slowest, row.slowest)
    _print("all", total)
    for line in (*total.wrong, *total.raised, *watch.caught):
        print(line)
    print(f"{len(total.raised)} exceptions; {len(watch.caught)} files or connections opened")
    return int(bool(total.wrong or total.raised or watch.caught or total.titles_right < 0.99 * total.titles))


def _print(name: str, row: Row) -> None:
    counts = f"{row.counted - len(row.wrong)}/{row.counted}" if row.counted else ""
    titles = f"{row.titles_right}/{row.titles}" if row.titles else ""
    print(
        f"{name:34}{row.files:6}{row.refused:8}{row.entries:8}{counts:>12}{titles:>12}{row.seconds:8.1f}{row.slowest:8.2f}"
    )


if __name__ == "__main__":
    sys.exit(main())
