"""`monitor facts import`: facts from lines of JSON, known to every reader from then on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from pydantic import AwareDatetime, BaseModel, ConfigDict, Field, ValidationError

from monitor.app import novelty_of, utc_now
from monitor.checks import load_all
from monitor.commands._facts import Names, given
from monitor.commands._outbox import opened
from monitor.errors import MonitorError
from monitor.model import Fact, KeyMemory
from monitor.stories.keys import fact_key
from monitor.terminal import at_most, complain, count, say
from monitor.text.clean import one_line

LARGEST = 200_000_000


class FactLine(BaseModel):
    """One fact, as `monitor facts export` writes it; the first three are enough."""

    model_config = ConfigDict(extra="forbid")

    watchlist: str = Field(min_length=1)
    about: str = Field(min_length=1)
    fact: dict[str, str] = Field(min_length=1)
    state: dict[str, str] = {}
    first_seen: AwareDatetime | None = None
    last_seen: AwareDatetime | None = None
    last_told: AwareDatetime | None = None
    last_published: AwareDatetime | None = None
    state_since: AwareDatetime | None = None
    state_left: dict[str, str] = {}
    numbers: frozenset[str] = frozenset()
    places: frozenset[str] = frozenset()
    publishers: frozenset[str] = frozenset()
    tellings: int = Field(default=1, ge=0, lt=2**62)

    def memory(self, otherwise: datetime) -> KeyMemory:
        """The memory that it speaks of; `otherwise` is when it was first seen if the line does not say so.

        Raises ValueError where a value is empty.
        """
        fact = Fact(tuple((one_line(slot), one_line(value)) for slot, value in self.fact.items()))
        if not all(slot and value for slot, value in fact):
            raise ValueError("fact: a slot without a value")
        seen = _utc(self.first_seen) or otherwise
        state = {one_line(slot): one_line(value) for slot, value in self.state.items()}
        memory = given(fact_key(self.watchlist, self.about, fact), seen, state)
        return replace(
            memory,
            last_seen=_utc(self.last_seen) or seen,
            last_told=_utc(self.last_told) or seen,
            last_published=_utc(self.last_published) or seen,
            state_since=_utc(self.state_since) or memory.state_since,
            state_left=tuple((one_line(slot), one_line(value)) for slot, value in sorted(self.state_left.items())),
            numbers=self.numbers,
            places=self.places,
            publishers=self.publishers,
            tellings=self.tellings,
        )


def import_(config: Path, file: Path) -> int:
    """Take in all facts of `file`, or none if a line of it is wrong. What is known already stays as it is.

    Raises MonitorError, naming the lines that are wrong, ConfigError, RuleError or StoreError.
    """
    _, loaded = load_all(config)
    names = Names.of(loaded)
    added = known = 0
    strangers: dict[str, None] = {}
    with opened(config, to_change=True) as (settings, store), store.transaction():
        for line, memory in _memories(file, utc_now() - novelty_of(settings).fresh):
            if (line.watchlist, line.about) not in names.rules:
                strangers[f"{line.watchlist}/{line.about}"] = None
            if store.recall([memory.key]):
                known += 1
                continue
            store.remember(memory)
            added += 1
    for stranger in at_most([*strangers]):
        complain(f"no rule remembers facts as {stranger}: they wait for one that does")
    say(f"{count(added, 'fact')} taken in, {known} known already")
    return 0


def _memories(file: Path, otherwise: datetime) -> list[tuple[FactLine, KeyMemory]]:
    found: list[tuple[FactLine, KeyMemory]] = []
    faults: list[str] = []
    for number, text in _lines(file):
        try:
            line = FactLine.model_validate_json(text)
            found.append((line, line.memory(otherwise)))
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(map(str, first["loc"]))
            faults.append(f"{file}:{number}: {where + ': ' if where else ''}{first['msg']}")
        except (ValueError, OverflowError) as error:
            faults.append(f"{file}:{number}: {error}")
    if faults:
        raise MonitorError("nothing is taken in: " + "\n".join(at_most(faults)))
    return found


def _lines(file: Path) -> Iterator[tuple[int, bytes]]:
    """The lines that are not empty, with their numbers."""
    try:
        if file.stat().st_size > LARGEST:
            raise MonitorError(f"{file}: the file is larger than {LARGEST // 1_000_000} megabytes")
        content = file.read_bytes()
    except OSError as error:
        raise MonitorError(f"{file}: cannot be read: {error.strerror}") from error
    for number, line in enumerate(content.split(b"\n"), start=1):
        if line.strip():
            yield number, line


def _utc(at: datetime | None) -> datetime | None:
    return None if at is None else at.astimezone(UTC)
