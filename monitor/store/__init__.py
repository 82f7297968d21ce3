"""SQLite: the only room that knows the database. All SQL lies in the named, commented files of `sql/`."""

from monitor.store.bounces import DeadAddress
from monitor.store.composing import ComposeFailure
from monitor.store.database import Database
from monitor.store.digests import DigestSummary
from monitor.store.facts import FactSource, KnownFact, StruckFact
from monitor.store.ledger import History, Refusal, Seat, Sending, Sent, Told
from monitor.store.lock import Lock, is_held
from monitor.store.outbox import LedgerLine, OutboxLine
from monitor.store.overtime import Counted
from monitor.store.store import Store
from monitor.store.upkeep import Retention

__all__ = [
    "ComposeFailure",
    "Counted",
    "Database",
    "DeadAddress",
    "DigestSummary",
    "FactSource",
    "History",
    "KnownFact",
    "LedgerLine",
    "Lock",
    "OutboxLine",
    "Refusal",
    "Retention",
    "Seat",
    "Sending",
    "Sent",
    "Store",
    "StruckFact",
    "Told",
    "is_held",
]
