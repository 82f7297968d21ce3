"""The words of the commands that look after a running monitor."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.options import DEFAULT_CONFIG, ConfigOption, TextOrJson, TextOrJsonOption

service_app = typer.Typer(help="Run the daemon under systemd.", no_args_is_help=True)


def add_operations(app: typer.Typer, panel: str) -> None:
    """Give the commands to the application."""
    for command in (status, health, doctor, backup, restore, retire):
        app.command(rich_help_panel=panel)(command)
    app.add_typer(service_app, name="service", rich_help_panel=panel)


def init(
    directory: Annotated[Path, typer.Argument(metavar="DIR", help="A folder; made if missing.")],
) -> int:
    """Write a commented configuration, the shipped rules and an empty inbox into DIR.

    Overwrites nothing.
    """
    from monitor.commands.init import init

    return init(directory)


def run(
    config: ConfigOption = DEFAULT_CONFIG,
    once: Annotated[bool, typer.Option("--once", help="One round: read, send what waits, and leave.")] = False,
    log_format: Annotated[
        TextOrJson, typer.Option("--log-format", help="For people, or a line of JSON each.")
    ] = TextOrJson.TEXT,
    log_level: Annotated[
        list[str] | None,
        typer.Option("--log-level", metavar="[ROOM=]LEVEL", help="`debug`, `deliver=debug`; may be repeated."),
    ] = None,
) -> int:
    """Run the daemon, or one round with --once.

    The daemon reads the sources as often as they say, composes digests when they are due, and sends them.
    It ends cleanly on SIGTERM or Ctrl-C.
    """
    from monitor.commands.run import run

    return run(config, once=once, log_json=log_format is TextOrJson.JSON, log_levels=log_level or ())


def status(config: ConfigOption = DEFAULT_CONFIG) -> int:
    """Show how the sources are doing, what waits, what is in the outbox, and which rules are broken."""
    from monitor.commands.status import status

    return status(config)


def health(config: ConfigOption = DEFAULT_CONFIG, format: TextOrJsonOption = TextOrJson.TEXT) -> int:
    """Say whether the daemon gets on with its work; for Docker, cron and monitoring.

    Exit code 1 if there is none, or one of its loops makes no progress.
    """
    from monitor.commands.health import health

    return health(config, as_json=format is TextOrJson.JSON)


def doctor(
    config: ConfigOption = DEFAULT_CONFIG,
    network: Annotated[bool, typer.Option("--network", help="Also reach every source and mail server.")] = False,
    format: TextOrJsonOption = TextOrJson.TEXT,
) -> int:
    """Look for whatever could keep the monitor from working, and say what to do about it.

    Exit code 1 if something is wrong; warnings alone are 0.
    """
    from monitor.commands.doctor import doctor

    return doctor(config, network=network, as_json=format is TextOrJson.JSON)


def backup(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="Where the copy goes; an older one is replaced.")],
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """Write a sound copy of the database, also while the daemon works."""
    from monitor.commands.backup import backup

    return backup(file, config)


def restore(
    file: Annotated[Path, typer.Argument(metavar="FILE", help="A copy that `monitor backup` wrote.")],
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """Put a copy in the place of the database; the present one is set aside.

    Nothing is mailed after it until `monitor outbox release` says what happens to what waits.
    """
    from monitor.commands.restore import restore

    return restore(file, config)


def retire(
    watchlist: Annotated[str, typer.Argument(metavar="NAME", help="A watchlist whose file is gone or broken.")],
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """Take the last good version of a watchlist out of use."""
    from monitor.commands.retire import retire

    return retire(watchlist, config)


@service_app.command()
def show(config: ConfigOption = DEFAULT_CONFIG) -> int:
    """Print the unit for systemd that fits this installation and this configuration."""
    from monitor.commands.service_show import show

    return show(config)


@service_app.command()
def install(
    config: ConfigOption = DEFAULT_CONFIG,
    folder: Annotated[
        Path | None, typer.Option("--folder", metavar="DIR", help="Where units lie; none: as the user that asks.")
    ] = None,
) -> int:
    """Write the unit where systemd finds it, and say how to start it. Overwrites nothing that differs."""
    from monitor.commands.service_install import install

    return install(config, folder)
