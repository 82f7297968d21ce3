"""What is at work among the rules: last good versions, what is broken, and memories that follow a new name."""

from __future__ import annotations

import hashlib
import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace

from monitor.model import BrokenFile, GoodRule, GoodRules, RuleVersion
from monitor.store.codec import dumps, micros, moment
from monitor.store.resource import Resource

Name = tuple[str, str]


class Rulebook(Resource):
    """Last good versions and broken files."""

    def good_rules(self) -> GoodRules:
        """The last good version of every rule."""
        found: dict[str, dict[str, GoodRule]] = {}
        for watchlist, rule, memory, version in self._database.all("good_rules"):
            found.setdefault(watchlist, {})[rule] = GoodRule(version, memory)
        return found

    def rule_version(self, digest: str) -> RuleVersion | None:
        """The texts of one version; None where it is not kept."""
        with self._database.reading():
            row = self._database.one("rule_version", digest=digest)
            if row is None:
                return None
            texts = json.loads(row["texts"])
            shared = {path: self._text(text) for path, text in texts["shared"].items()}
            return RuleVersion(self._text(texts["file"]), shared)

    def save_good_rules(self, good: GoodRules, versions: Mapping[str, RuleVersion], before: GoodRules) -> None:
        """Make `good` all that is at work, which was decided when `before` was (see `good_rules`).

        `versions` are the texts of new versions, by digest; others are here.
        """
        changed = {name: known for name, known in _differing(good, before) if known is not None}
        gone = [{"watchlist": name[0], "rule": name[1]} for name, known in _differing(good, before) if known is None]
        with self._database.transaction():
            for digest in dict.fromkeys(known.version for known in changed.values()):
                if digest in versions:
                    self._add_version(digest, versions[digest])
            self._database.many("save_good_rule", [_row(name, known) for name, known in changed.items()])
            self._database.many("forget_good_rule", gone)
            if changed or gone:
                self._database.run("drop_rule_versions")
                self._database.run("drop_rule_texts")

    def retire(self, watchlist: str) -> int:
        """Forget the last good versions of a watchlist; how many rules that were."""
        with self._database.transaction():
            self._database.run("forget_broken_file", watchlist=watchlist)
            self._database.run("set_meta", name="retired", value=str(self.retirements() + 1))
            return self._database.run("forget_watchlist", watchlist=watchlist)

    def retirements(self) -> int:
        """How often a watchlist was retired: a change of it tells a running daemon to look again."""
        return int(self._database.meta("retired") or 0)

    def broken_files(self) -> list[BrokenFile]:
        """What is broken, by watchlist; the configuration first."""
        return [_broken(row) for row in self._database.all("broken_files")]

    def note_broken(self, broken: Sequence[BrokenFile]) -> list[BrokenFile]:
        """Make `broken` all that is broken; what was broken before keeps its `since`, and whom it was `told`."""
        with self._database.transaction():
            before = {file.watchlist: file for file in self.broken_files()}
            noted = [self._continued(file, before.get(file.watchlist)) for file in broken]
            for file in noted:
                self.save_broken(file)
            gone = before.keys() - {file.watchlist for file in noted}
            self._database.many("forget_broken_file", [{"watchlist": name} for name in sorted(gone)])
            return noted

    def save_broken(self, file: BrokenFile) -> None:
        """Make or replace the account of one broken file; `since` has to be known."""
        assert file.since is not None
        self._database.run(
            "save_broken_file",
            watchlist=file.watchlist,
            file=file.file,
            owner=file.owner,
            kept=dumps(file.kept),
            out=dumps(file.out),
            problems=dumps(file.problems),
            since=micros(file.since),
            told=dumps(file.told),
        )

    def rename_keys(self, start: str, renamed: Callable[[str], str]) -> int:
        """Give every key that begins with `start` the name that `renamed` makes of it; how many changed.

        Where a key of the new name is there already, the old memory stays under its old name.
        """
        with self._database.transaction():
            rows = self._database.all("keys_like", start=start, end=start + "\U0010ffff")
            pairs = [{"old": row["key"], "new": renamed(row["key"])} for row in rows]
            moved = [pair for pair in pairs if pair["old"] != pair["new"]]
            self._database.many("rename_memory", moved)
            self._database.many("rename_telling", moved)
            self._database.many("rename_alert_key", moved)
            self._database.many("rename_struck", moved)
            return len(moved)

    def rename_watchlist(self, old: str, new: str) -> None:
        """Give the alerts of a watchlist its new name; its keys are `rename_keys`'s."""
        self._database.run("rename_alerts", old=old, new=new)
        self._database.run("rename_silences_of_watchlist", old=old, new=new)
        for row in self._database.all("timed_rules_of", watchlist=old):
            self._rename_accounts((old, row["rule"]), (new, row["rule"]))

    def rename_rule(self, watchlist: str, old: str, new: str, about: str) -> None:
        """Give the alerts of a rule its new name; its keys are `rename_keys`'s."""
        self._database.run("rename_rule_of_alerts", watchlist=watchlist, old=old, new=new, about=about)
        self._database.run("rename_silences_of_rule", watchlist=watchlist, old=old, new=new)
        self._rename_accounts((watchlist, old), (watchlist, new))

    def _rename_accounts(self, old: Name, new: Name) -> None:
        """What rules over time have counted follows them."""
        names = {"watchlist": old[0], "rule": old[1], "new_watchlist": new[0], "new_rule": new[1]}
        self._database.run("rename_accounts_sighting", **names)
        self._database.run("rename_accounts_firing", **names)
        self._database.run("rename_accounts_listening", **names)

    def _continued(self, file: BrokenFile, before: BrokenFile | None) -> BrokenFile:
        if before is None or before.since is None:
            return replace(file, since=moment(self._now()), told=())
        told = tuple(name for name in before.told if name in (*file.kept, *file.out, ""))
        return replace(file, since=before.since, told=told)

    def _add_version(self, digest: str, version: RuleVersion) -> None:
        texts = {path: self._add_text(text) for path, text in version.shared.items()}
        self._database.run(
            "add_rule_version", digest=digest, texts=dumps({"file": self._add_text(version.text), "shared": texts})
        )

    def _add_text(self, content: bytes) -> str:
        digest = hashlib.sha256(content).hexdigest()
        self._database.run("add_rule_text", digest=digest, content=content)
        return digest

    def _text(self, digest: str) -> bytes:
        row = self._database.one("rule_text", digest=digest)
        assert row is not None, "texts are dropped only where no version needs them"
        return bytes(row["content"])


def _differing(good: GoodRules, before: GoodRules) -> Iterator[tuple[Name, GoodRule | None]]:
    """The rules that are not what they were before; None for those that are gone."""
    for watchlist in {**good, **before}:
        now, then = good.get(watchlist, {}), before.get(watchlist, {})
        if now != then:
            yield from (((watchlist, rule), known) for rule, known in now.items() if then.get(rule) != known)
            yield from (((watchlist, rule), None) for rule in then.keys() - now.keys())


def _row(name: Name, known: GoodRule) -> dict[str, str]:
    return {"watchlist": name[0], "rule": name[1], "memory": known.memory, "version": known.version}


def _broken(row: sqlite3.Row) -> BrokenFile:
    lists = {name: tuple(json.loads(row[name])) for name in ("kept", "out", "problems", "told")}
    return BrokenFile(row["watchlist"], row["file"], row["owner"], since=moment(row["since"]), **lists)
