"""The words of `monitor sources`."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from monitor.cli.options import DEFAULT_CONFIG, ConfigOption, TableOrLines, TableOrLinesOption

sources_app = typer.Typer(help="Look after the folders and feeds that are read.", no_args_is_help=True)

_Private = Annotated[bool, typer.Option("--allow-private", help="Let the address be a private or loopback one.")]


@sources_app.command("list")
def _list(config: ConfigOption = DEFAULT_CONFIG, format: TableOrLinesOption = TableOrLines.TABLE) -> int:
    """Show the sources of the configuration."""
    from monitor.commands.sources_list import list

    return list(config, as_jsonl=format is TableOrLines.JSONL)


@sources_app.command("health")
def _health(
    config: ConfigOption = DEFAULT_CONFIG,
    format: TableOrLinesOption = TableOrLines.TABLE,
    whole: Annotated[bool, typer.Option("--all", help="Of more than 50 sources those too that are well.")] = False,
) -> int:
    """Show how each source is doing and since when; exit code 1 if one of them needs a look."""
    from monitor.commands.sources_health import health

    return health(config, as_jsonl=format is TableOrLines.JSONL, whole=whole)


@sources_app.command("add")
def _add(
    url: Annotated[str, typer.Argument(metavar="URL", help="A feed, or a web page that names one.")],
    config: ConfigOption = DEFAULT_CONFIG,
    name: Annotated[str | None, typer.Option("--name", help="What to call it; none: as it calls itself.")] = None,
    every: Annotated[str | None, typer.Option("--every", help="Time between two reads, e.g. 30m.")] = None,
    allow_private: _Private = False,
) -> int:
    """Find the feed at an address and add it to the configuration."""
    from monitor.commands.sources_add import add

    return add(config, url, name, every, allow_private=allow_private)


@sources_app.command("remove")
def _remove(
    name: Annotated[str, typer.Argument(metavar="NAME", help="A source's name, or its feed's address.")],
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """Take a source out of the configuration. What was read of it stays."""
    from monitor.commands.sources_remove import remove

    return remove(config, name)


@sources_app.command("test")
def _test(
    places: Annotated[list[str], typer.Argument(metavar="URL|FILE|FOLDER...", help="What to read.")],
    format: TableOrLinesOption = TableOrLines.TABLE,
    allow_private: _Private = False,
) -> int:
    """Show what would be read of feeds, files and folders. Stores nothing and needs no configuration."""
    from monitor.commands.sources_test import test

    return test(places, as_jsonl=format is TableOrLines.JSONL, allow_private=allow_private)


@sources_app.command("import")
def _import(
    file: Annotated[Path, typer.Argument(metavar="OPML", help="A list of feeds.")],
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """Add the feeds of an OPML file to the configuration, those that are there already left out."""
    from monitor.commands.sources_import import import_

    return import_(config, file)


@sources_app.command("export")
def _export(
    file: Annotated[Path, typer.Argument(metavar="OPML", help="Where to; - for standard output.")] = Path("-"),
    config: ConfigOption = DEFAULT_CONFIG,
) -> int:
    """Write the feeds of the configuration as an OPML file."""
    from monitor.commands.sources_export import export

    return export(config, file)
