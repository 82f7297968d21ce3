"""What is remembered of each source between two reads."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from datetime import datetime
from types import MappingProxyType

from monitor.model import Fault, FileMark, Move, Rejection, Rhythm, SourceState, Wishes
from monitor.store.codec import dumps, micros, micros_or_none, moment_or_none, path_bytes, path_text, printable
from monitor.store.resource import Resource


class Sources(Resource):
    """Sources, the files of folders, and what was rejected."""

    def source_state(self, name: str) -> SourceState:
        """The memory of a source with all its files; an empty one for a source that was never read."""
        with self._database.reading():
            row = self._database.one("source", name=name)
            files = self._files(name)
        return SourceState(name) if row is None else _state(row, files)

    def source_states(self) -> list[SourceState]:
        """All sources that were ever read, by name, without their files."""
        return [_state(row, MappingProxyType({})) for row in self._database.all("sources")]

    def save_source(self, state: SourceState) -> None:
        """Replace the memory of a source; its `files` are added to those known, or replace their marks."""
        with self._database.transaction():
            self._database.run(
                "save_source",
                name=state.name,
                next_at=micros_or_none(state.next_at),
                etag=state.etag,
                last_modified=state.last_modified,
                body_hash=state.body_hash,
                last_read=micros_or_none(state.last_read),
                last_article=micros_or_none(state.last_article),
                failing_since=micros_or_none(state.failing_since),
                failures=state.failures,
                error=printable(state.error),
                last_try=micros_or_none(state.last_try),
                validated=printable(state.validated),
                asked=state.asked,
                horizon=micros_or_none(state.horizon),
                fault=state.fault.value,
                fault_since=micros_or_none(state.fault_since),
                wishes=_dump_wishes(state.wishes),
                move=_dump_move(state.move),
                rhythm=_dump_rhythm(state.rhythm),
            )
            self._database.many("save_source_file", [_file_row(state.name, *item) for item in state.files.items()])

    def add_rejections(self, source: str, rejections: Sequence[Rejection], at: datetime) -> None:
        """Remember what was read but not taken at `at` (UTC)."""
        moment = micros(at)
        self._database.many(
            "add_rejection",
            [
                {"source": source, "origin": printable(item.origin), "reason": printable(item.reason), "at": moment}
                for item in rejections
            ],
        )

    def _files(self, name: str) -> Mapping[str, FileMark]:
        return {
            path_text(row["path"]): FileMark(row["size"], int(row["mtime_ns"]), row["digest"])
            for row in self._database.all("source_files", source=name)
        }


def _file_row(source: str, path: str, mark: FileMark) -> dict[str, object]:
    return {
        "source": source,
        "path": path_bytes(path),
        "size": mark.size,
        "mtime_ns": str(mark.mtime_ns),
        "digest": mark.digest,
    }


def _state(row: sqlite3.Row, files: Mapping[str, FileMark]) -> SourceState:
    return SourceState(
        name=row["name"],
        next_at=moment_or_none(row["next_at"]),
        etag=row["etag"],
        last_modified=row["last_modified"],
        body_hash=row["body_hash"],
        last_read=moment_or_none(row["last_read"]),
        last_article=moment_or_none(row["last_article"]),
        failing_since=moment_or_none(row["failing_since"]),
        failures=row["failures"],
        error=row["error"],
        files=files,
        last_try=moment_or_none(row["last_try"]),
        validated=row["validated"],
        asked=row["asked"],
        horizon=moment_or_none(row["horizon"]),
        fault=Fault(row["fault"]),
        fault_since=moment_or_none(row["fault_since"]),
        wishes=_load_wishes(row["wishes"]),
        move=_load_move(row["move"]),
        rhythm=_load_rhythm(row["rhythm"]),
    )


def _dump_wishes(wishes: Wishes) -> str:
    return "" if wishes == Wishes() else dumps([wishes.ttl, sorted(wishes.skip_hours), sorted(wishes.skip_days)])


def _load_wishes(column: str) -> Wishes:
    if not column:
        return Wishes()
    ttl, hours, days = json.loads(column)
    return Wishes(ttl, frozenset(hours), frozenset(days))


def _dump_move(move: Move) -> str:
    return "" if move == Move() else printable(dumps([move.origin, move.target, move.seen]))


def _load_move(column: str) -> Move:
    return Move(*json.loads(column)) if column else Move()


def _dump_rhythm(rhythm: Rhythm) -> str:
    return "" if rhythm == Rhythm() else dumps([micros_or_none(rhythm.last), rhythm.silences])


def _load_rhythm(column: str) -> Rhythm:
    if not column:
        return Rhythm()
    last, silences = json.loads(column)
    return Rhythm(moment_or_none(last), tuple((day, seconds) for day, seconds in silences))
