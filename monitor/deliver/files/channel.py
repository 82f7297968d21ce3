"""The channel that writes files: a digest becomes an .html, a .txt and an .eml file in a folder."""

from __future__ import annotations

import asyncio
import hashlib
import re
from datetime import timedelta
from pathlib import Path

from monitor.deliver.files.index import index_page
from monitor.deliver.folder import flush, replace_file
from monitor.deliver.policy import OnAmbiguous
from monitor.errors import DeliveryError
from monitor.model import Delivery

_RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)
"""Names that are devices on Windows, whatever their ending (case 46)."""

_PLAIN = re.compile(r"[a-z0-9][a-z0-9._-]*(@[a-z0-9.-]*[a-z0-9]|@\d{8}T\d{6}Z)?")
"""Names that stay as they are: a digest's id (`morning@20250131T070000Z`) and an ordinary address."""

INDEX = "index.html"
"""No digest has that name: theirs end in a time."""

_LONGEST_STEM = 80
"""Characters of ASCII; with recipient, hash and ending a name stays below the 255 bytes of every file system."""


class FileChannel:
    """Writes each delivery atomically under a safe name made of its digest's id, and an `index` page if wanted.

    The first recipient of a digest has files named after the digest alone, every further one has their address in
    the names. No message is ever written over another one; the same one again is the same file.
    """

    on_ambiguous = OnAmbiguous.RESEND

    def __init__(self, name: str, folder: Path, *, index: bool = False) -> None:
        self.name = name
        self._folder = folder
        self._index = index

    @property
    def longest(self) -> timedelta:
        return timedelta(minutes=5)

    async def send(self, delivery: Delivery) -> str:
        """Write the files and return their paths, joined by ", ". Raises DeliveryError where the folder refuses."""
        try:
            paths = await asyncio.to_thread(self._write, delivery)
        except OSError as error:
            message = f"cannot write to {self._folder}: {error.strerror or error}"
            raise DeliveryError(message, channel=True) from error
        return ", ".join(str(path) for path in paths)

    def _write(self, delivery: Delivery) -> list[Path]:
        self._folder.mkdir(parents=True, exist_ok=True)
        message = delivery.message
        stem = self._free_stem(delivery)
        # The .eml comes last: it holds the Message-ID, and its presence says that the others are whole.
        contents = ((".html", message.html.encode()), (".txt", message.text.encode()), (".eml", message.raw))
        paths = [replace_file(self._folder, stem + ending, content) for ending, content in contents]
        if self._index:
            replace_file(self._folder, INDEX, index_page(self._folder))
        flush(self._folder)
        return paths

    def _free_stem(self, delivery: Delivery) -> str:
        """The digest's name, unless another recipient's message already has it."""
        stem = safe_stem(delivery.digest)
        try:
            taken = (self._folder / f"{stem}.eml").read_bytes()
        except FileNotFoundError:
            return stem
        return stem if taken == delivery.message.raw else f"{stem}--{safe_stem(delivery.message.recipient)}"


def safe_stem(text: str) -> str:
    """A file name without ending for any text (cases 44, 46): ASCII letters, digits, dots, hyphens, underscores.

    A text that is no plain name in lower case as it stands gets a hash, so that two texts never share a name, not even
    on a file system that ignores case.
    """
    if len(text) <= _LONGEST_STEM and _PLAIN.fullmatch(text) and not _RESERVED.fullmatch(text):
        return text
    stem = re.sub(r"[^A-Za-z0-9._@-]+", "-", text).strip("-.")[:_LONGEST_STEM].strip("-.")
    digest = hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:10]
    return f"{stem}-{digest}" if stem and not _RESERVED.fullmatch(stem) else f"digest-{digest}"
