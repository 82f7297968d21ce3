"""One template of the user's own, rendered in a process that has little time, little memory and no files.

Reads a pickled (digest, name, files) from our own parent, writes {"page": ...} or {"error": ...} as JSON.
"""

from __future__ import annotations

import json
import pickle
import resource
import sys
from collections.abc import Mapping
from traceback import walk_tb

import jinja2.debug  # noqa: F401 - jinja2 imports it when a template fails, and then there are no files
from jinja2 import DictLoader, TemplateNotFound, TemplateSyntaxError
from jinja2.sandbox import ImmutableSandboxedEnvironment

from monitor.digest.render import furnished, shipped, values

SECONDS = 2
"""Of computing time."""

MEMORY = 1 << 30
"""Octets of address space."""

LARGEST_PAGE = 2_000_000
"""Characters of output."""


class Overflow(Exception):  # noqa: N818 - it is told by its text
    """A template printed more than it may."""


def main() -> None:
    digest, name, files = pickle.loads(sys.stdin.buffer.read())  # noqa: S301 - from our parent
    environment, given = _environment(files), values(digest)
    environment.from_string("{{ 'codecs are files too' }}").render()
    _confine()
    try:
        answer = {"page": _render(environment, name, given)}
    except TemplateSyntaxError as error:
        where = "" if error.name in (None, name) else f"{error.name}, "
        answer = {"error": f"{where}line {error.lineno}: {error.message}"}
    except TemplateNotFound as error:
        answer = {"error": f"there is no template {error.name}"}
    except Overflow as error:
        answer = {"error": str(error)}
    except MemoryError:
        answer = {"error": "it takes too much memory"}
    except RecursionError:
        answer = {"error": "it calls itself without end"}
    except Exception as error:  # whatever a template can provoke
        answer = {"error": f"line {_line(error)}: {type(error).__name__}: {error}"[:500]}
    sys.stdout.write(json.dumps(answer))


def _environment(files: Mapping[str, str]) -> ImmutableSandboxedEnvironment:
    """Theirs before ours, all of them read before the files are taken away."""
    ours = shipped()
    probe = furnished(ImmutableSandboxedEnvironment, ours)
    known = {name: ours.get_source(probe, name)[0] for name in ours.list_templates()}
    environment = furnished(ImmutableSandboxedEnvironment, DictLoader({**known, **files}))
    assert isinstance(environment, ImmutableSandboxedEnvironment)
    return environment


def _confine() -> None:
    resource.setrlimit(resource.RLIMIT_CPU, (SECONDS, SECONDS + 1))
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, MEMORY))
    resource.setrlimit(resource.RLIMIT_NOFILE, (3, 3))


def _render(environment: ImmutableSandboxedEnvironment, name: str, given: Mapping[str, object]) -> str:
    pieces, size = [], 0
    for piece in environment.get_template(name).generate(given):
        size += len(piece)
        if size > LARGEST_PAGE:
            raise Overflow(f"more than {LARGEST_PAGE:,} characters")
        pieces.append(piece)
    return "".join(pieces)


def _line(error: Exception) -> int:
    """The line of the template in which it happened."""
    frames = walk_tb(error.__traceback__)
    return ([line for frame, line in frames if frame.f_code.co_filename == "<template>"] or [0])[-1]


if __name__ == "__main__":
    main()
