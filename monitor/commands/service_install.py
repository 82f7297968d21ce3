"""`monitor service install`: the unit where systemd finds it."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

from monitor.checks import setting_faults
from monitor.commands._unit import NAME, unit, user_name, written
from monitor.errors import ConfigError
from monitor.settings import Settings, load_config
from monitor.terminal import say


def install(config: Path, folder: Path | None) -> int:
    """Write the unit and say how it is started. Raises ConfigError, also where a unit stands that differs."""
    settings = load_config(config, setting_faults).settings
    system = os.geteuid() == 0
    text = unit(config, settings, system=system)
    path = (folder or _folder(system)) / NAME
    _write(path, text)
    _make_folders(settings)
    control = "systemctl" if system else "systemctl --user"
    say(f"{path} is in place. Start it now and with the machine:")
    say(f"  {control} daemon-reload && {control} enable --now {NAME}")
    if not system:
        say("  loginctl enable-linger    # so that it runs while you are not logged in")
    return 0


def _folder(system: bool) -> Path:
    if system:
        return Path("/etc/systemd/system")
    home = os.environ.get("XDG_CONFIG_HOME") or str(Path.home() / ".config")
    return Path(home) / "systemd" / "user"


def _write(path: Path, text: str) -> None:
    try:
        if path.exists() and path.read_text(encoding="utf-8") != text:
            raise ConfigError(
                f"{path} is there and differs, and nothing is overwritten: compare it with `monitor service show`, "
                "and delete it first"
            )
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as error:
        raise ConfigError(f"{path} cannot be written: {error.strerror}") from error


def _make_folders(settings: Settings) -> None:
    """The unit opens these folders to the daemon, so they have to be there before it starts."""
    for folder in written(settings):
        if not folder.exists():
            try:
                folder.mkdir(parents=True)
                shutil.chown(folder, user_name())
            except (OSError, LookupError) as error:
                raise ConfigError(f"the folder {folder} cannot be made for {user_name()}: {error}") from error
