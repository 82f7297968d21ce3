"""Which reader reads which file, and an open file as a stream of articles."""

from __future__ import annotations

import gzip
import zlib
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from pathlib import Path
from typing import BinaryIO

from monitor.ingest.article import Draft, Setting, build_all
from monitor.ingest.eml import mail_drafts
from monitor.ingest.files import MAX_FILE
from monitor.ingest.identity import Doubts
from monitor.ingest.jsonfile import MAX_LINE, json_drafts, jsonl_drafts
from monitor.ingest.textfile import html_drafts, markdown_drafts, text_drafts
from monitor.model import Article, Rejection

BATCH = 100
"""Articles that are committed together."""

MAX_STREAM = 8 * 1024 * 1024 * 1024
"""Bytes, unpacked, of one JSONL file."""

_WHOLE: dict[str, Callable[[bytes], Iterator[Draft | Rejection]]] = {
    ".txt": text_drafts,
    ".md": markdown_drafts,
    ".html": html_drafts,
    ".htm": html_drafts,
    ".eml": mail_drafts,
    ".json": json_drafts,
}
_STREAMED = (".jsonl", ".jsonl.gz")

READ_FORMATS = (*_WHOLE, *_STREAMED)


def format_of(path: Path) -> str:
    """The format that a file's name says, e.g. ".jsonl.gz"; empty if it is none of ours."""
    name = path.name.lower()
    return next((suffix for suffix in (*reversed(_STREAMED), *_WHOLE) if name.endswith(suffix)), "")


def size_fault(kind: str, size: int) -> str:
    """Why a file of so many bytes is not read; empty if it is. JSONL is streamed, and may be of any size."""
    return "" if kind in _STREAMED or size <= MAX_FILE else f"larger than {MAX_FILE:,} bytes"


def articles_in(file: BinaryIO, kind: str, setting: Setting) -> Iterator[Article | Rejection]:
    """The articles of an open file of one of the `READ_FORMATS`, with a rejection for each thing that is none."""
    found = jsonl_drafts(_lines(file, kind)) if kind in _STREAMED else _whole(file, kind)
    doubts = Doubts()
    try:
        while batch := list(islice(found, BATCH)):
            yield from build_all((_placed(draft, setting.origin) for draft in batch), setting, doubts)
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        yield Rejection(setting.origin, f"a damaged gzip file: {error}")


def _placed(found: Draft | Rejection, origin: str) -> Draft | Rejection:
    return Rejection(origin, found.reason) if isinstance(found, Rejection) else found


def _whole(file: BinaryIO, kind: str) -> Iterator[Draft | Rejection]:
    raw = file.read(MAX_FILE + 1)
    if fault := size_fault(kind, len(raw)):
        yield Rejection("", fault)
    elif not raw.strip():
        yield Rejection("", "an empty file")
    else:
        yield from _WHOLE[kind](raw)


def _lines(file: BinaryIO, kind: str) -> Iterable[bytes]:
    """Lines of at most `MAX_LINE` bytes and one more, which marks them as too long; their rest is skipped."""
    stream = gzip.GzipFile(fileobj=file) if kind.endswith(".gz") else file
    total = 0
    skipping = False
    while line := stream.readline(MAX_LINE + 1):
        total += len(line)
        if total > MAX_STREAM:
            raise EOFError(f"more than {MAX_STREAM:,} bytes")
        if not skipping:
            yield line
        skipping = not line.endswith(b"\n")
