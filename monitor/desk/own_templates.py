"""Templates of the user's own: a folder of Jinja2 files, run in a process of their own within limits (case 56)."""

from __future__ import annotations

import json
import pickle
import signal
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

from monitor.digest.content import Digest
from monitor.digest.render import TemplateError

MOST_FILES, LARGEST_FILE = 30, 200_000
"""What is read of a folder: files whose names end in .j2, and octets of each."""

DEADLINE = 20.0
"""Seconds on the wall; of computing time a template has less (`monitor.desk.template_process`)."""


@dataclass(frozen=True, slots=True)
class OwnTemplates:
    """The templates in a folder, read anew for each digest."""

    folder: Path

    def __call__(self, digest: Digest, name: str) -> str | None:
        """The digest rendered with the template `name`; None if the folder has none. Raises TemplateError."""
        files = self._files()
        if name not in files:
            return None
        answer = _run(pickle.dumps((digest, name, files)), name)
        if "page" not in answer:
            raise TemplateError(f"{name}: {answer.get('error', 'no answer')}")
        return answer["page"]

    def _files(self) -> dict[str, str]:
        try:
            paths = sorted(path for path in self.folder.iterdir() if path.suffix == ".j2")
            if len(paths) > MOST_FILES:
                raise TemplateError(f"{self.folder}: more than {MOST_FILES} templates")
            return {path.name: _read(path) for path in paths}
        except OSError as error:
            raise TemplateError(f"{error.filename or self.folder}: {error.strerror}") from error


def _read(path: Path) -> str:
    if path.is_symlink() or not path.is_file():
        raise TemplateError(f"{path.name}: this is no ordinary file")
    if path.stat().st_size > LARGEST_FILE:
        raise TemplateError(f"{path.name}: more than {LARGEST_FILE:,} octets")
    try:
        return path.read_text(encoding="utf-8")
    except UnicodeDecodeError as error:
        raise TemplateError(f"{path.name}: it is not in UTF-8") from error


def _run(task: bytes, name: str) -> dict[str, str]:
    """What the other process makes of it: a page, or an error."""
    command = [sys.executable, "-I", "-m", "monitor.desk.template_process"]
    try:
        done = subprocess.run(command, input=task, capture_output=True, timeout=DEADLINE, check=False)  # noqa: S603
    except subprocess.TimeoutExpired as error:
        raise TemplateError(f"{name}: not ready within {DEADLINE:g} s") from error
    if done.returncode in (-signal.SIGXCPU, -signal.SIGKILL):
        raise TemplateError(f"{name}: it takes too long, or too much memory")
    try:
        answer = json.loads(done.stdout)
    except ValueError as error:
        raise TemplateError(f"{name}: its process ended without an answer ({done.returncode})") from error
    return {str(key): str(value) for key, value in answer.items()}
