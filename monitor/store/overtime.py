"""What rules over time have counted, when they held, and since when they listen."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from datetime import datetime
from typing import NamedTuple

from monitor.model import Account, Firing, Listening, RuleName, Sighting
from monitor.store.codec import micros, micros_or_none, moment
from monitor.store.resource import Resource


class Counted(NamedTuple):
    """The values of a sighting as they are stored, folded: those of its account (a JSON list, empty where there is one
    account for all), the one that is new, and the fact (JSON pairs).
    """

    account: str
    value: str
    fact: str


class OverTime(Resource):
    """The accounts of rules over time."""

    def add_sighting(self, sighting: Sighting) -> bool:
        """Count a story; False where it was counted already and this article speaks no earlier."""
        return bool(
            self._database.run(
                "add_sighting",
                **_account(sighting.account),
                shown=sighting.account.shown,
                value=sighting.value,
                fact=sighting.fact,
                story=sighting.story,
                article=sighting.article,
                at=micros(sighting.at),
            )
        )

    def sightings(self, account: Account, value: str | None, latest: int) -> list[Sighting]:
        """What an account has counted, with a value (None: any), the newest first; the `latest` so many, 0 for all."""
        rows = self._database.all("sightings", **_account(account), value=value, latest=latest or -1)
        return [_sighting(account, row) for row in rows]

    def sighting_times(self, account: Account, since: datetime) -> list[int]:
        """When what an account has counted since an instant (UTC) speaks, in order: whole microseconds since 1970."""
        return [row[0] for row in self._database.all("sighting_times", **_account(account), since=micros(since))]

    def counted_of(self, story: str) -> list[Sighting]:
        """Wherever a story counts."""
        rows = self._database.all("counted_of", story=story)
        return [_sighting(Account(row["watchlist"], row["rule"], row["account"], row["shown"]), row) for row in rows]

    def accounts(self, rule: RuleName) -> list[Account]:
        """All accounts in which a rule has counted anything, by key."""
        rows = self._database.all("accounts", watchlist=rule[0], rule=rule[1])
        return [Account(rule[0], rule[1], row["account"], row["shown"]) for row in rows]

    def firings(self, account: Account, since: datetime | None) -> list[Firing]:
        """When an account held, as far as that was not over before an instant (UTC; None: ever)."""
        rows = self._database.all("firings", **_account(account), since=_since(since))
        return [_firing(account, row) for row in rows]

    def save_firing(self, firing: Firing) -> None:
        """Make a firing, or replace what it has grown from: those of the same alert that lie within it."""
        values = {
            **_account(firing.account),
            "value": firing.value,
            "begin": micros(firing.begin),
            "until": micros(firing.until),
            "alert": firing.alert,
        }
        self._database.run("drop_firings_within", **values)
        self._database.run("add_firing", **values, shown=firing.account.shown)

    def drop_firing(self, firing: Firing) -> None:
        """Forget a firing that an alert tells: it holds no longer, or is told by another one."""
        self._database.run("drop_firing", alert=firing.alert)

    def rename_counted(self, rule: RuleName, renamed: Callable[[Counted], Counted]) -> None:
        """Give what a rule has counted, and when it held, the values that `renamed` makes of the former ones.

        Where the new ones are counted already, the old ones stay as they are.
        """
        with self._database.transaction():
            name = {"watchlist": rule[0], "rule": rule[1]}
            for row in self._database.all("counted_by", **name):
                was = Counted(row["account"], row["value"], row["fact"])
                if (now := renamed(was)) != was:
                    names = {"account": was.account, "value": was.value, "fact": was.fact, "story": row["story"]}
                    new = {"new_account": now.account, "new_value": now.value, "new_fact": now.fact}
                    self._database.run("rename_sighting", **name, **names, **new)
            for row in self._database.all("held_by", **name):
                was = Counted(row["account"], row["value"], "")
                now = renamed(was)
                new = {"new_account": now.account, "new_value": now.value}
                self._database.run("rename_firing", **name, account=was.account, value=was.value, **new)

    def listening(self, rule: RuleName) -> Listening | None:
        """Since when a rule is listened for; None where it never was."""
        row = self._database.one("listening", watchlist=rule[0], rule=rule[1])
        return Listening(moment(row["since"]), moment(row["heard"])) if row else None

    def save_listening(self, rule: RuleName, listening: Listening) -> None:
        """Remember since when a rule is listened for, and until when."""
        self._database.run(
            "save_listening",
            watchlist=rule[0],
            rule=rule[1],
            since=micros(listening.since),
            heard=micros(listening.heard),
        )


def _account(account: Account) -> dict[str, str]:
    return {"watchlist": account.watchlist, "rule": account.rule, "account": account.key}


def _since(at: datetime | None) -> int:
    return micros_or_none(at) or -(1 << 62)


def _sighting(account: Account, row: sqlite3.Row) -> Sighting:
    return Sighting(account, row["story"], row["article"], moment(row["at"]), row["value"], row["fact"])


def _firing(account: Account, row: sqlite3.Row) -> Firing:
    return Firing(
        account=account,
        begin=moment(row["begin"]),
        until=moment(row["until"]),
        alert=row["alert"],
        settled=bool(row["settled"]),
        value=row["value"],
    )
