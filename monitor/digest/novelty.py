"""What is new for this reader: the world's novelty seen through what the subscription was told (design, section 5)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from monitor.model import Novelty, Reason, WaitingAlert


class ReaderReason(StrEnum):
    """Why an alert has its novelty for the reader."""

    FIRST_SEEN = "never seen before"
    NOT_TOLD = "known to the monitor, new to this subscription"
    NEWS_AGAIN = "told before, and news again"
    CORRECTION = "corrects something told before"
    CORRECTED = "corrected by a later article of this digest"
    MISSED = "told before, and news of it was kept back since"
    IN_THIS_DIGEST = "the same news is in this digest already"
    AS_DECIDED = "as decided when it arrived"


@dataclass(frozen=True, slots=True)
class ReaderAlert:
    """A waiting alert with its novelty for the reader."""

    waiting: WaitingAlert
    novelty: Novelty
    reason: ReaderReason


def reader_novelty(waiting: WaitingAlert, told_here: bool = False) -> tuple[Novelty, ReaderReason]:
    """Decide for one alert; `told_here`: an earlier alert of this digest, same watchlist, tells the same key.

    A key that the subscription was never told and that was not learned from an archive is new, whatever the world
    knew. A key that was told can still be new to the world where a retraction made the monitor forget it: then it is
    an update, for the reader has read it once. So is another telling of what was told, where something new about it
    was kept from the reader in between: by a silence, or by a rule that inhibits.
    """
    world = waiting.alert.novelty
    if waiting.alert.reason is Reason.RETRACTED:
        return Novelty.UPDATE, ReaderReason.CORRECTION
    if told_here:
        return (world if world is Novelty.UPDATE else Novelty.FOLD), ReaderReason.IN_THIS_DIGEST
    if waiting.told and waiting.missed and world in (Novelty.FOLD, Novelty.RECAP):
        return Novelty.UPDATE, ReaderReason.MISSED
    if waiting.told:
        return (Novelty.UPDATE, ReaderReason.NEWS_AGAIN) if world is Novelty.NEW else (world, ReaderReason.AS_DECIDED)
    if world is Novelty.NEW:
        return Novelty.NEW, ReaderReason.FIRST_SEEN
    if waiting.learned:
        return world, ReaderReason.AS_DECIDED
    return Novelty.NEW, ReaderReason.NOT_TOLD


def for_reader(waiting: Sequence[WaitingAlert]) -> list[ReaderAlert]:
    """Decide for all alerts of a digest, in the order in which they were raised (of one moment, the new ones first).

    A correction takes the place of what it corrects, and makes its key news again, for the reader as for the monitor.
    """
    decided: list[ReaderAlert] = []
    told_here: dict[tuple[str, str], list[int]] = {}
    for item in sorted(waiting, key=lambda item: (item.alert.raised, item.alert.novelty is not Novelty.NEW)):
        place = (item.alert.match.watchlist, item.alert.key)
        novelty, reason = reader_novelty(item, place in told_here)
        if reason is ReaderReason.CORRECTION:
            for number in told_here.pop(place, []):
                decided[number] = ReaderAlert(decided[number].waiting, Novelty.FOLD, ReaderReason.CORRECTED)
        else:
            told_here.setdefault(place, []).append(len(decided))
        decided.append(ReaderAlert(item, novelty, reason))
    return decided
