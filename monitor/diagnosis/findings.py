"""What `monitor doctor` finds, and how it is to be taken."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum


class Grade(StrEnum):
    """How a finding is to be taken."""

    GOOD = "good"
    WARNING = "warning"
    WRONG = "wrong"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at; `advice` says what to do where it is not good."""

    subject: str
    grade: Grade
    message: str
    advice: str = ""


def worst(findings: Sequence[Finding]) -> Grade:
    """The gravest grade."""
    order = (Grade.GOOD, Grade.WARNING, Grade.WRONG)
    return max((finding.grade for finding in findings), key=order.index, default=Grade.GOOD)
