"""The command line: the words of every command, one call into `monitor.commands`, an exit code."""

from monitor.cli.main import INTERRUPTED, main, run_command

__all__ = ["INTERRUPTED", "main", "run_command"]
