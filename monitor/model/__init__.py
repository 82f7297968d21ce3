"""The nouns of the house: frozen dataclasses that every room may import, and that import nothing of ours."""

from monitor.model.alert import Alert, KeyMemory, Novelty, Reason, Story, StoryReason, Verdict
from monitor.model.article import SEARCHED_FIELDS, TEXT_FIELDS, Article, Copy, KnownArticle
from monitor.model.delivery import Attempt, Delivery, DeliveryState, Message, Outcome
from monitor.model.digest import Accounting, DailyVolume, DigestState, FrozenDigest, Period, SourceHealth, WaitingAlert
from monitor.model.match import Evidence, Fact, Match, Severity
from monitor.model.problem import Problem, ProblemSeverity
from monitor.model.source import Fault, FileMark, Harvest, Move, Rejection, Rhythm, SourceState, Wishes
from monitor.model.standing import BrokenFile, GoodRule, RuleVersion
from monitor.model.subscription import Subscription
from monitor.model.vitals import Vital, VitalSign, vital

__all__ = [
    "SEARCHED_FIELDS",
    "TEXT_FIELDS",
    "Accounting",
    "Alert",
    "Article",
    "Attempt",
    "BrokenFile",
    "Copy",
    "DailyVolume",
    "Delivery",
    "DeliveryState",
    "DigestState",
    "Evidence",
    "Fact",
    "Fault",
    "FileMark",
    "FrozenDigest",
    "GoodRule",
    "Harvest",
    "KeyMemory",
    "KnownArticle",
    "Match",
    "Message",
    "Move",
    "Novelty",
    "Outcome",
    "Period",
    "Problem",
    "ProblemSeverity",
    "Reason",
    "Rejection",
    "Rhythm",
    "RuleVersion",
    "Severity",
    "SourceHealth",
    "SourceState",
    "Story",
    "StoryReason",
    "Subscription",
    "Verdict",
    "Vital",
    "VitalSign",
    "WaitingAlert",
    "Wishes",
    "vital",
]
