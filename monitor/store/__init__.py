"""SQLite: the only room that knows the database. All SQL lies in the named, commented files of `sql/`."""

from monitor.store.database import Database
from monitor.store.digests import DigestSummary
from monitor.store.lock import Lock
from monitor.store.store import Store

__all__ = ["Database", "DigestSummary", "Lock", "Store"]
