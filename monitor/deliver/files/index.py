"""The index page of a folder of digests: what lies there, the newest first, read from the folder itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from email.message import EmailMessage
from email.parser import BytesHeaderParser
from email.policy import default
from email.utils import parsedate_to_datetime
from html import escape
from pathlib import Path
from urllib.parse import quote

from monitor.text.clean import one_line

MOST = 500
"""Digests that the page lists; it says how many more lie in the folder."""

_HEAD = 16_384
"""Octets of a mail that are read for its headers."""

_STYLE = (
    ":root{color-scheme:light dark}body{font:16px/1.5 system-ui,sans-serif;max-width:46rem;margin:2rem auto;"
    "padding:0 1rem}li{margin:.6rem 0}small{opacity:.75}ul{list-style:none;padding:0}a{overflow-wrap:anywhere}"
)


@dataclass(frozen=True, slots=True)
class Entry:
    """A digest in the folder: the stem of its files, its subject, when and for whom it was composed."""

    stem: str
    subject: str
    when: str
    recipient: str


def index_page(folder: Path) -> bytes:
    """The page for the digests that lie whole in `folder`. Raises OSError where it cannot be listed."""
    mails = sorted(folder.glob("[!.]*.eml"), key=lambda path: (path.stat().st_mtime_ns, path.name), reverse=True)
    entries = [entry for path in mails[:MOST] if (entry := _entry(path)) is not None]
    return _page(entries, older=max(0, len(mails) - MOST)).encode("utf-8", "replace")


def _entry(path: Path) -> Entry | None:
    try:
        with path.open("rb") as file:
            head = BytesHeaderParser(policy=default).parsebytes(file.read(_HEAD))
        return Entry(path.stem, _said(head, "Subject") or path.stem, _moment(head), _said(head, "To"))
    except OSError:
        return None  # it has gone since the folder was listed


def _said(head: EmailMessage, name: str) -> str:
    return one_line(str(head.get(name, "")))


def _moment(head: EmailMessage) -> str:
    try:
        return f"{parsedate_to_datetime(str(head['Date'])):%Y-%m-%d %H:%M %Z}"
    except (TypeError, ValueError):
        return ""


def _page(entries: Sequence[Entry], older: int) -> str:
    lines = "\n".join(_line(entry) for entry in entries)
    more = f"<p>{older:,} older digests are in this folder and not listed here.</p>\n" if older else ""
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width,initial-scale=1">'
        f"<title>Digests</title><style>{_STYLE}</style></head>\n<body><h1>Digests</h1>\n<ul>\n{lines}\n</ul>\n{more}"
        "</body></html>\n"
    )


def _line(entry: Entry) -> str:
    name = quote(entry.stem)
    about = escape(" · ".join(part for part in (entry.when, entry.recipient) if part))
    return (
        f'<li><a href="{name}.html">{escape(entry.subject)}</a><br>'
        f'<small>{about} · <a href="{name}.txt">text</a></small></li>'
    )
