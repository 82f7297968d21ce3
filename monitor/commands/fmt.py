"""`monitor fmt`: rule files in their canonical layout."""

from __future__ import annotations

import tempfile
import tomllib
from collections.abc import Sequence
from pathlib import Path

from monitor.errors import RuleError
from monitor.rulefiles import read_file, rule_files
from monitor.terminal import complain, count, say
from monitor.watchlist.fmt import format_text
from monitor.watchlist.page import open_page
from monitor.watchlist.render import render_problems


def fmt(paths: Sequence[Path], config: Path, *, check: bool) -> int:
    """Lay out the rule files at `paths` (none: those of the configuration), or with `check` only name them.

    1 if `check` names one, and where a file is no TOML: it is left as it is, and its problem shown. Raises RuleError
    for what is not there or cannot be read or written, ConfigError.
    """
    files = rule_files(paths or _configured(config))
    changed = broken = 0
    for path in files:
        content = read_file(path)
        laid_out = _laid_out(path, content)
        if laid_out is None:
            broken += 1
        elif laid_out != content:
            changed += 1
            if not check:
                _replace(path, laid_out)
            say(f"{'would lay out' if check else 'laid out'} {path}")
    say(f"{count(len(files), 'file')}, {changed} {'to lay out' if check else 'laid out'}")
    return int(bool(broken or (check and changed)))


def _configured(config: Path) -> Sequence[Path]:
    """Imported late: the settings take several times as long to load as a rule file to lay out."""
    from monitor.settings import load_config

    return load_config(config).settings.rules.paths


def _laid_out(path: Path, content: bytes) -> bytes | None:
    page, values = open_page(str(path), content)
    if values is None:
        complain(render_problems(page.problems).rstrip("\n"))
        return None
    text = format_text(page.text)
    if repr(tomllib.loads(text)) != repr(values):
        raise AssertionError(f"the layout of {path} would mean something else; the file was left as it is")
    return text.encode("utf-8")


def _replace(path: Path, content: bytes) -> None:
    """Whole or not at all; a link stays one, and the file keeps its permissions."""
    path = path.resolve()
    try:
        with tempfile.NamedTemporaryFile(dir=path.parent, prefix=f".{path.name}.", delete=False) as file:
            file.write(content)
        written = Path(file.name)
        try:
            written.chmod(path.stat().st_mode)
            written.replace(path)
        except OSError:
            written.unlink()
            raise
    except OSError as error:
        raise RuleError(f"{path}: the file cannot be written: {error.strerror}") from None
