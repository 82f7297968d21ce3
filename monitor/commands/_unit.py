"""The unit with which systemd runs the daemon: what it may touch is read from the configuration."""

from __future__ import annotations

import os
import pwd
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path

from monitor.settings import Settings

NAME = "watchlist-monitor.service"

_HARDENING = """\
NoNewPrivileges=yes
CapabilityBoundingSet=
ProtectSystem=strict
PrivateTmp=yes
PrivateDevices=yes
ProtectClock=yes
ProtectControlGroups=yes
ProtectHostname=yes
ProtectKernelLogs=yes
ProtectKernelModules=yes
ProtectKernelTunables=yes
ProtectProc=invisible
RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6
RestrictNamespaces=yes
RestrictRealtime=yes
RestrictSUIDSGID=yes
LockPersonality=yes
SystemCallArchitectures=native
SystemCallFilter=@system-service
SystemCallErrorNumber=EPERM
UMask=0077"""


def unit(config: Path, settings: Settings, *, system: bool) -> str:
    """The text of the unit: for the whole system, run as the present user, or for that user's own manager.

    systemd starts it again when it fails, and kills it when its loops make no progress for the time of the watchdog.
    A configuration that cannot be taken is not tried again and again.
    """
    user = [f"User={user_name()}"] if system else []
    lines = [
        "[Unit]",
        "Description=Watchlist monitor: alerts and digests from the news",
        "Wants=network-online.target",
        "After=network-online.target",
        "StartLimitIntervalSec=10min",
        "StartLimitBurst=5",
        "",
        "[Service]",
        "Type=notify",
        f"ExecStart={_command(sys.executable, '-m', 'monitor', 'run', '--config', str(config.absolute()))}",
        "ExecReload=/bin/kill -HUP $MAINPID",
        *user,
        f"WorkingDirectory={_path(config.absolute().parent)}",
        "Restart=on-failure",
        "RestartSec=15",
        "RestartPreventExitStatus=2",
        "WatchdogSec=5min",
        "TimeoutStartSec=15min",
        "TimeoutStopSec=15",
        # glibc gives every thread an arena of its own and keeps what they free: a third more memory after a day
        "Environment=MALLOC_ARENA_MAX=2",
        *_credentials(settings),
        *(f"ReadWritePaths={_path(folder)}" for folder in written(settings)),
        *(_HARDENING if system else "NoNewPrivileges=yes\nUMask=0077").splitlines(),
        *((f"ProtectHome={_home(config, settings)}",) if system else ()),
        "",
        "[Install]",
        f"WantedBy={'multi-user' if system else 'default'}.target",
    ]
    return "\n".join(lines) + "\n"


def user_name() -> str:
    """As whom the daemon runs: whoever asks, also through sudo."""
    return os.environ.get("SUDO_USER") or pwd.getpwuid(os.getuid()).pw_name


def _credentials(settings: Settings) -> Iterator[str]:
    """Files with secrets reach the daemon as credentials: only root need be able to read them."""
    for name, channel in settings.channel.items():
        for key, path in channel.secret_files.items():
            credential = f"{name}-{key.removesuffix('_file')}"
            yield f"LoadCredential={credential}:{_path(path)}"
            yield f"Environment=MONITOR_CHANNEL__{name.upper()}__{key.upper()}=%d/{credential}"


def written(settings: Settings) -> list[Path]:
    """The folders that the daemon writes to."""
    out = [folder for channel in settings.channel.values() if (folder := channel.written)]
    return list(dict.fromkeys([settings.store.path.parent, *out]))


def _home(config: Path, settings: Settings) -> str:
    """Homes are closed to the daemon, unless something that it needs lies there."""
    needed: Iterable[Path] = (
        config.absolute(),
        Path(sys.executable),
        settings.store.path,
        *settings.rules.paths,
        *(place for source in settings.source if (place := source.folder or source.path)),
        *written(settings),
    )
    homes = ("/home/", "/root/", "/run/user/")
    return "read-only" if any(str(path.absolute()).startswith(homes) for path in needed) else "yes"


def _command(*words: str) -> str:
    return " ".join(_quoted(word) for word in words)


def _quoted(word: str) -> str:
    """One word of a command line: systemd.service(5), quoting, specifiers and variables."""
    escaped = word.replace("\\", "\\\\").replace('"', '\\"').replace("%", "%%").replace("$", "$$")
    return f'"{escaped}"' if any(character in word for character in " \t\"'\\;") else escaped


def _path(path: Path) -> str:
    return str(path).replace("%", "%%")
