"""The nouns of the house: frozen dataclasses that every room may import, and that import nothing of ours."""

from monitor.model.alert import Alert, KeyMemory, Novelty, Reason, Story, StoryReason, Verdict
from monitor.model.article import SEARCHED_FIELDS, TEXT_FIELDS, Article, Copy, KnownArticle
from monitor.model.delivery import Attempt, Delivery, DeliveryState, Message, Outcome
from monitor.model.digest import Accounting, DailyVolume, DigestState, FrozenDigest, Period, SourceHealth, WaitingAlert
from monitor.model.judgement import Judgement, Opinion, RuleRecord
from monitor.model.match import Evidence, Fact, Match, Severity
from monitor.model.problem import Problem, ProblemSeverity
from monitor.model.source import Fault, FileMark, Harvest, Move, Rejection, Rhythm, SourceState, Wishes
from monitor.model.standing import BrokenFile, GoodRule, RuleVersion
from monitor.model.subscription import Subscription
from monitor.model.vitals import DEPENDENCE_SPAN, Dependence, SourceAlarm, SourceShare, Vital, VitalSign, alarm, vital

__all__ = [
    "DEPENDENCE_SPAN",
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
    "Dependence",
    "DigestState",
    "Evidence",
    "Fact",
    "Fault",
    "FileMark",
    "FrozenDigest",
    "GoodRule",
    "Harvest",
    "Judgement",
    "KeyMemory",
    "KnownArticle",
    "Match",
    "Message",
    "Move",
    "Novelty",
    "Opinion",
    "Outcome",
    "Period",
    "Problem",
    "ProblemSeverity",
    "Reason",
    "Rejection",
    "Rhythm",
    "RuleRecord",
    "RuleVersion",
    "Severity",
    "SourceAlarm",
    "SourceHealth",
    "SourceShare",
    "SourceState",
    "Story",
    "StoryReason",
    "Subscription",
    "Verdict",
    "Vital",
    "VitalSign",
    "WaitingAlert",
    "Wishes",
    "alarm",
    "vital",
]
