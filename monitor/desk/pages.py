"""Pages of whole digests, in a folder that readers can reach: for what a mail is too small for."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable
from pathlib import Path
from urllib.parse import quote

log = logging.getLogger(__name__)


class Pages:
    """Writes pages into `folder`; `url` is the address at which readers find that folder, empty if it has none."""

    def __init__(self, folder: Path, url: str = "") -> None:
        self._folder = folder
        self._url = url

    def publish(self, identity: str, page: Callable[[], str]) -> str:
        """Write the page of a digest, by its id, and return its address; empty where the folder refuses.

        The file is there before the digest is frozen that leads to it. If that fails, the next try writes it again.
        """
        path = self._folder / f"{identity}.html"
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            draft = path.with_suffix(".part")
            with draft.open("w", encoding="utf-8") as file:
                file.write(page())
                file.flush()
                os.fsync(file.fileno())
            draft.replace(path)
        except OSError as error:
            log.error("the page of %s cannot be written to %s: %s", identity, self._folder, error.strerror or error)
            return ""
        return f"{self._url.rstrip('/')}/{quote(path.name)}" if self._url else str(path.absolute())
