"""`#:schema PATH`: the line by which editors find the schema of a rule file. To TOML it is a comment, to us too.

Editors read it among the comments at the top of a file only; anywhere else it does nothing, which is worth a word.
"""

from __future__ import annotations

import re

from monitor.watchlist.locate import Span
from monitor.watchlist.page import Page

_LINE = re.compile(r"^[ \t]*#:schema(?![^ \t\n])[ \t]*([^\n]*)", re.MULTILINE)
_HEAD = re.compile(r"(?:[ \t]*(?:#[^\n]*)?\n)*(?:[ \t]*#[^\n]*)?")


def check_schema_line(page: Page) -> None:
    """Report a `#:schema` line that no editor obeys: below the first key, without a path, or a second one."""
    if "#:schema" not in page.text:
        return
    head = _HEAD.match(page.text)
    end = head.end() if head else 0
    seen = False
    for line in _LINE.finditer(page.text):
        span = Span(line.start() + len(line[0]) - len(line[0].lstrip()), line.end())
        if any(value.start < span.start < value.end for value in page.locations.values.values()):
            continue  # text of a string
        if line.start() >= end:
            page.report_span("W002", span, "editors obey this line at the top of the file only", "move it to the top")
        elif not line[1].strip():
            hint = "#:schema ./rules.schema.json, made by monitor schema"
            page.report_span("W002", span, "this line names no schema", hint)
        elif seen:
            page.report_span("W002", span, "there is another such line above", "keep one of them")
        seen = seen or bool(line[1].strip())
