"""What systemd is told by a service of `Type=notify`: the protocol of sd_notify(3), one datagram per message."""

from __future__ import annotations

import os
import socket
from collections.abc import Mapping
from contextlib import suppress
from datetime import timedelta


class Notifier:
    """Speaks to the service manager that started us; says nothing where there is none."""

    def __init__(self, environ: Mapping[str, str] = os.environ) -> None:
        self._address = environ.get("NOTIFY_SOCKET", "")
        self._watchdog = _microseconds(environ.get("WATCHDOG_USEC", ""), environ.get("WATCHDOG_PID", ""))

    @property
    def watchdog(self) -> timedelta | None:
        """How often the manager wants to hear from us; None if it does not watch."""
        return self._watchdog

    def ready(self) -> None:
        """We are at work."""
        self._tell("READY=1")

    def alive(self) -> None:
        """All loops get on with their work; without this in time the manager kills and restarts us."""
        if self._watchdog is not None:
            self._tell("WATCHDOG=1")

    def stopping(self) -> None:
        """We are on our way out."""
        self._tell("STOPPING=1")

    def status(self, text: str) -> None:
        """One line for `systemctl status`."""
        self._tell("STATUS=" + " ".join(text.split()))

    def _tell(self, message: str) -> None:
        if not self._address:
            return
        address = "\0" + self._address[1:] if self._address.startswith("@") else self._address
        with suppress(OSError), socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM | socket.SOCK_CLOEXEC) as channel:
            channel.setblocking(False)
            channel.sendto(message.encode(), address)


def _microseconds(value: str, pid: str) -> timedelta | None:
    """The interval of the watchdog, unless it is meant for another process."""
    if not value.isdigit() or not int(value) or (pid and pid != str(os.getpid())):
        return None
    return timedelta(microseconds=int(value))
