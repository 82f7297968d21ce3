"""`inhibit` across files: rules that mute others which are not there, and rules that mute each other.

Warnings only: another file may be loaded beside this one tomorrow, and a circle mutes nothing.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from monitor.model import Inhibition, RuleName
from monitor.watchlist.draft import RuleDraft
from monitor.watchlist.graph import order, way
from monitor.watchlist.page import Page, did_you_mean
from monitor.watchlist.whens import InhibitDraft


@dataclass(frozen=True, slots=True)
class Muting:
    """What one rule mutes, and the slots that it names."""

    id: str
    slots: tuple[str, ...]
    inhibits: tuple[InhibitDraft, ...]


@dataclass(frozen=True, slots=True)
class Mutings:
    """What the rules of one file mute; `any`: is there one that does?"""

    any: bool
    rules: tuple[Muting, ...]

    @classmethod
    def of(cls, rules: Iterable[RuleDraft]) -> Mutings:
        """As they are written."""
        muting = tuple(Muting(rule.id, tuple(slot.text for slot in rule.named), tuple(rule.inhibits)) for rule in rules)
        return cls(any(rule.inhibits for rule in muting), muting)


@dataclass(frozen=True, slots=True)
class Inhibiting:
    """The rules of one file: where a problem is reported, the watchlist, and what each mutes."""

    page: Page
    watchlist: str
    mutings: Mutings


def inhibitions(watchlist: str, rule: RuleDraft) -> tuple[Inhibition, ...]:
    """What a rule mutes, with the names in full."""
    return tuple(
        Inhibition((watchlist, rule.id), muted_by(watchlist, each), tuple(s.text for s in each.same), each.within)
        for each in rule.inhibits
    )


def muted_by(watchlist: str, inhibit: InhibitDraft) -> RuleName:
    """The rule that an `inhibit` names."""
    file, _, rule = inhibit.rule.text.rpartition("/")
    return file or watchlist, rule


def lint_inhibits(files: Sequence[Inhibiting]) -> None:
    """All files together."""
    if not any(file.mutings.any for file in files):
        return
    known = {(file.watchlist, rule.id): rule for file in files for rule in file.mutings.rules if rule.id}
    for file in files:
        for rule in file.mutings.rules:
            for each in rule.inhibits:
                _check_target(file, each, known)
    _check_circles(files, known)


def _check_target(file: Inhibiting, inhibit: InhibitDraft, known: Mapping[RuleName, Muting]) -> None:
    name = muted_by(file.watchlist, inhibit)
    target = known.get(name)
    if target is None:
        if name[0] != file.watchlist:  # in the file itself it is an error
            names = [f"{watchlist}/{rule}" for watchlist, rule in known]
            message = f"there is no rule {inhibit.rule.text} among the files that were read"
            file.page.report("W219", inhibit.rule.path, message, did_you_mean(inhibit.rule.text, names))
        return
    for slot in inhibit.same:
        if slot.text not in target.slots:
            hint = did_you_mean(slot.text, target.slots) or f"it names {', '.join(target.slots) or 'none'}"
            message = f"the rule {inhibit.rule.text} names no slot `{slot.text}`, so nothing of it is muted"
            file.page.report("W219", slot.path, message, hint)


def _check_circles(files: Sequence[Inhibiting], known: Mapping[RuleName, Muting]) -> None:
    pages = {file.watchlist: file.page for file in files}
    ids = {f"{name[0]}/{name[1]}": name for name, rule in known.items() if rule.inhibits}
    muted = {text: ["/".join(muted_by(name[0], each)) for each in known[name].inhibits] for text, name in ids.items()}
    for circle in order(muted)[1]:
        name = ids[circle[0]]
        then = circle[1 % len(circle)]
        path = next(each.path for each in known[name].inhibits if "/".join(muted_by(name[0], each)) == then)
        message = f"rules that mute each other, so none of them does: {way(circle, '')}"
        pages[name[0]].report("W220", path, message, "take one of them out")
