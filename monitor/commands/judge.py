"""`monitor judge`: what a reader says of an alert; a bad one becomes a proposed case and a proposed `except`."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path

from monitor.app import amend, utc_now
from monitor.checks import load_all
from monitor.errors import MonitorError, RuleError
from monitor.model import Alert, Article, Match, Opinion
from monitor.query.engine import Engine
from monitor.query.rule import Rule
from monitor.rulebook.files import RuleTexts, read_file, read_rules, rule_files
from monitor.store import Store
from monitor.stories.sentences import evidence_sentences
from monitor.terminal import complain, count, say, working
from monitor.watchlist.cases import article_of, run_cases
from monitor.watchlist.load import Loader, watchlist_name
from monitor.watchlist.mend import NewCase, query_of, with_except, with_no_match
from monitor.watchlist.nouns import Case, CaseKind, Watchlist
from monitor.watchlist.remedy import proposals

_MOST_TRIED = 60
_MOST_ARTICLES = 200
"""How many proposals are tried, and on how many of the articles whose alerts were judged good."""


@dataclass(frozen=True, slots=True)
class Remedy:
    """What would mend a rule: a case, an `except` (empty where none was found that keeps all else), the new text."""

    file: Path
    case: NewCase
    except_: str
    text: str
    cases: int
    articles: int


def judge(config: Path, name: str, opinion: Opinion, why: str, *, write: bool, as_json: bool) -> int:
    """Keep a word on an alert, called by its id or the beginning of it; with `write` a bad one mends its rule.

    Raises MonitorError where no alert or several are meant, or where there is nothing to write; ConfigError, RuleError,
    StoreError.
    """
    configuration, loaded = load_all(config)
    paths = configuration.settings.rules.paths
    store = amend(configuration.settings)
    try:
        alert, article = store.judged(_called(store, name))
        store.add_judgement(alert.id, opinion, why, utc_now())
        rule = _rule(loaded.rules, alert.match)
        remedy, reason = None, ""
        if opinion is Opinion.BAD:
            with working("looking for what could be excepted"):
                remedy, reason = _remedy(store, alert, article, rule, paths)
    finally:
        store.close()
    if write and remedy is not None:
        _write(remedy)
    say(
        json.dumps(_as_json(alert, opinion, why, remedy, reason, written=write), ensure_ascii=False)
    ) if as_json else _tell(alert, opinion, remedy, reason, written=write)
    if write and remedy is None:
        raise MonitorError(f"nothing is written: {reason or 'only of a bad alert a rule can learn'}")
    return 0


def _called(store: Store, name: str) -> str:
    found = store.alerts_called(name) if len(name) >= _SHORTEST_NAME else []
    if len(found) == 1:
        return found[0]
    if found:
        raise MonitorError(f"several alerts begin with {name}: say more of the id")
    raise MonitorError(
        f"there is no alert {name}: `monitor sent why` shows the ids, {_SHORTEST_NAME} characters are enough"
    )


_SHORTEST_NAME = 6


def _rule(rules: Sequence[Rule], match: Match) -> Rule | None:
    return next((rule for rule in rules if (rule.watchlist, rule.id) == (match.watchlist, match.rule)), None)


def _remedy(
    store: Store, alert: Alert, article: Article | None, rule: Rule | None, paths: Sequence[Path]
) -> tuple[Remedy | None, str]:
    """What would mend the rule; else why nothing would."""
    match = alert.match
    if rule is None:
        return None, f"the rule {match.watchlist}/{match.rule} is not at work any more, or broken"
    if article is None:
        return None, "no article has caused the alert"
    file = next((path for path in rule_files(paths) if watchlist_name(path.name) == match.watchlist), None)
    if file is None:
        return None, f"there is no file of the watchlist {match.watchlist}"
    bench = _Bench(file, read_rules([file]), rule)
    case = bench.case_of(article, match)
    if case is None:
        return None, "the sentences of the evidence alone do not make the rule match, or their text is no longer kept"
    good = [
        store.judged(each.alert)[1]
        for each in store.judgements(match.watchlist, match.rule)
        if each.opinion is Opinion.GOOD
    ]
    return bench.remedy(case, article, match, [each for each in good[-_MOST_ARTICLES:] if each]), ""


class _Bench:
    """Where changes of one rule file are tried."""

    def __init__(self, file: Path, texts: RuleTexts, rule: Rule) -> None:
        self._file = file
        self._rule = rule
        self._loader = Loader()
        self._shared = dict(texts.shared)
        self._text = read_file(file).decode("utf-8")
        self._watchlist = self._loaded(self._text)
        self._engine = Engine(self._watchlist.rules if self._watchlist else ())

    def case_of(self, article: Article, match: Match) -> NewCase | None:
        """The sentences of the evidence as a case of the file, if the rule matches them alone."""
        sentences = evidence_sentences(article, match)
        title = "".join(each.text for each in sentences if each.field == "title")
        text = " ".join(" ".join(each.text.split()) for each in sentences if each.field != "title")
        if not title and not text:
            return None
        found = self._found(self._engine, title, text)
        wrong = [each for each in found if each.fact == match.fact]
        if not wrong:
            return None
        named = tuple((slot, value) for slot, value in match.fact if value) if len(found) > len(wrong) else ()
        return NewCase(" ".join(title.split()), text, named)

    def remedy(self, case: NewCase, article: Article, match: Match, good: Sequence[Article]) -> Remedy:
        """The case, and the first proposal with which it and all other cases come out, and good alerts stay."""
        text = with_no_match(self._text, self._rule.id, case)
        kept = [(each, self._facts(self._engine, each)) for each in good]
        for except_ in islice(self._proposals(article, match), _MOST_TRIED):
            mended = with_except(text, self._rule.id, except_)
            watchlist = self._loaded(mended)
            if watchlist is None or not self._comes_out(watchlist):
                continue
            engine = Engine(watchlist.rules)
            if all(facts <= self._facts(engine, each) for each, facts in kept):
                return Remedy(self._file, case, except_, mended, self._matching(watchlist), len(kept))
        return Remedy(self._file, case, "", text, 0, 0)

    def _proposals(self, article: Article, match: Match) -> Iterator[str]:
        query = query_of(self._text, self._rule.id)
        for sentence in evidence_sentences(article, match):
            spans = [
                (start - sentence.start, end - sentence.start)
                for evidence in match.evidence
                if evidence.field == sentence.field
                for start, end in evidence.spans
            ]
            yield from proposals(self._rule, query, sentence.text, spans)

    def _loaded(self, text: str) -> Watchlist | None:
        """The watchlist of a text; None where the rule is not sound in it."""
        loaded = self._loader.load({self._file.name: text}, self._shared)
        watchlist = loaded.watchlists[0] if loaded.watchlists else None
        sound = watchlist is not None and any(rule.id == self._rule.id for rule in watchlist.rules)
        return watchlist if sound else None

    def _comes_out(self, watchlist: Watchlist) -> bool:
        """Whether every case of the file comes out, but for those that did not before."""
        return self._failing(watchlist) <= (self._failing(self._watchlist) if self._watchlist else set())

    def _failing(self, watchlist: Watchlist) -> set[tuple[str, str, str]]:
        results = run_cases(watchlist, Engine(watchlist.rules).within(watchlist.name))
        return {(each.case.rule, each.case.title, each.case.text) for each in results if not each.ok}

    def _matching(self, watchlist: Watchlist) -> int:
        return sum(case.kind is CaseKind.MATCH for case in watchlist.cases)

    def _found(self, engine: Engine, title: str, text: str) -> list[Match]:
        case = Case(CaseKind.NO_MATCH, self._rule.id, text, title)
        return [match for match in engine.match(article_of(case)) if match.rule == self._rule.id]

    def _facts(self, engine: Engine, article: Article) -> set[tuple[tuple[str, str], ...]]:
        return {match.fact.slots for match in engine.match(article) if match.rule == self._rule.id}


def _write(remedy: Remedy) -> None:
    """In the place of the file, whole or not at all. Raises RuleError."""
    folder = remedy.file.parent
    try:
        with tempfile.NamedTemporaryFile(
            "w", encoding="utf-8", newline="", dir=folder, prefix=".", suffix=".part", delete=False
        ) as part:
            part.write(remedy.text)
        whole = Path(part.name)
        whole.chmod(remedy.file.stat().st_mode & 0o777)
        whole.replace(remedy.file)
    except OSError as error:
        raise RuleError(f"{remedy.file} cannot be written: {error.strerror}") from error


def _tell(alert: Alert, opinion: Opinion, remedy: Remedy | None, reason: str, *, written: bool) -> None:
    rule = f"{alert.match.watchlist}/{alert.match.rule}"
    say(f"noted: alert {alert.id} of {rule} is {opinion.value}")
    if opinion is not Opinion.BAD:
        return
    if remedy is None:
        complain(f"nothing is proposed: {reason}")
        return
    say(f"\na case for {rule}, in no_match:\n  {remedy.case.written()}")
    if remedy.except_:
        kept = f"; and {count(remedy.articles, 'alert')} judged good" if remedy.articles else ""
        say(f"\nexcept, which keeps {count(remedy.cases, 'match case')}{kept}:\n  {remedy.except_}")
    else:
        say("\nno except was found that keeps every other case: the query itself needs a look")
    say(f"\nwritten into {remedy.file}" if written else f"\n`--write` puts this into {remedy.file}")


def _as_json(
    alert: Alert, opinion: Opinion, why: str, remedy: Remedy | None, reason: str, *, written: bool
) -> dict[str, object]:
    return {
        "alert": alert.id,
        "watchlist": alert.match.watchlist,
        "rule": alert.match.rule,
        "opinion": opinion.value,
        "why": why,
        "no_match": remedy.case.written() if remedy else None,
        "except": remedy.except_ or None if remedy else None,
        "match_cases_kept": remedy.cases if remedy else None,
        "good_alerts_kept": remedy.articles if remedy else None,
        "file": str(remedy.file) if remedy else None,
        "written": written and remedy is not None,
        "nothing_because": reason or None,
    }
