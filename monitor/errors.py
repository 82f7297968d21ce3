"""Every error that we raise on purpose.

    MonitorError                 a person can mend it: one line on the terminal, exit code 1
    |-- ConfigError              config.toml or the environment; carries every problem found
    |-- RuleError                a rule file cannot be loaded at all; carries every problem found
    |-- SourceError              a folder or feed could not be read (OSError)
    |   |-- FetchError           the network or the server; knows whether a retry makes sense
    |   +-- FeedFormatError      the server answered with something that is no feed (ValueError)
    |-- StoreError               the database is missing, locked, newer than we are, or damaged
    |   +-- OutdatedError        it is older than we are, and was only to be looked at
    +-- DeliveryError            a channel refused; `permanent` and `ambiguous` decide what happens next

Anything else that escapes is our bug: exit code 3 and a log file (see `monitor.cli`).
"""

from __future__ import annotations

from collections.abc import Sequence

from monitor.model import Fault, Problem


class MonitorError(Exception):
    """Something that the user or operator can mend; `str()` is one line that says what and how."""


class ProblemsError(MonitorError):
    """An error that carries all the problems that were found, not only the first."""

    def __init__(self, message: str, problems: Sequence[Problem] = ()) -> None:
        super().__init__(message)
        self.problems = tuple(problems)


class ConfigError(ProblemsError, ValueError):
    """The configuration is wrong: an unknown key, a wrong type, a missing file, a mistyped variable."""


class RuleError(ProblemsError, ValueError):
    """Rule files with errors, where the command needs them whole."""


class SourceError(MonitorError, OSError):
    """A source could not be read this time. Says which and why; other sources go on."""

    def __init__(self, message: str, *, retry_after: float | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.retry_after = retry_after

    def __str__(self) -> str:
        return self.message


class FetchError(SourceError):
    """The network or the server failed. `retry_after` is the server's own wish, in seconds."""

    def __init__(
        self, message: str, *, status: int | None = None, retry_after: float | None = None, gone: bool = False
    ) -> None:
        super().__init__(message, retry_after=retry_after)
        self.status = status
        self.gone = gone


class FeedFormatError(SourceError, ValueError):
    """The body is no feed: empty, a web page, an error object, or a format that we do not read; `fault` says which."""

    def __init__(self, message: str, *, fault: Fault = Fault.NOT_A_FEED) -> None:
        super().__init__(message)
        self.fault = fault


class StoreError(MonitorError):
    """The database is missing, locked by another process, newer than this program, or damaged."""


class OutdatedError(StoreError):
    """The database has the schema of an older version; whoever works with it brings it up to date."""


class DeliveryError(MonitorError):
    """One attempt to send failed.

    `permanent`: trying the same bytes again cannot help (SMTP 5xx for this recipient).
    `ambiguous`: the link died between end-of-data and the answer, so nobody knows (RFC 1047).
    `channel`: the fault is the channel's (login, TLS): stop sending through it, keep the queue.
    `retry_after`: for how many seconds the other side wants to be left alone, where it says so.
    """

    def __init__(
        self,
        message: str,
        *,
        permanent: bool = False,
        ambiguous: bool = False,
        channel: bool = False,
        retry_after: float = 0.0,
    ) -> None:
        super().__init__(message)
        self.permanent = permanent
        self.ambiguous = ambiguous
        self.channel = channel
        self.retry_after = retry_after
