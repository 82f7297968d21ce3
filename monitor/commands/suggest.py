"""`monitor suggest`: a watchlist drafted from articles."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path

from monitor.commands._rules import load_configured
from monitor.drafting.draft import draft
from monitor.drafting.draft import suggest as suggested
from monitor.errors import RuleError, SourceError
from monitor.ingest.read import read_paths
from monitor.model import Article
from monitor.terminal import complain, count, say, working
from monitor.text.frequency import shipped
from monitor.text.language import guess_language
from monitor.watchlist.draft import IDENTIFIER
from monitor.watchlist.load import load


def suggest(paths: Sequence[Path], topic: str, into: Path | None, rules: Sequence[Path], config: Path | None) -> int:
    """Print a rule file drafted from the articles at `paths`, or write it `into` a file that is not there yet.

    `topic` keeps the sentences that hold one of its words. Names that the shared lists of the rules know are called as
    they call them. 1 where nothing was found to draft from. Raises SourceError, RuleError or ConfigError.
    """
    _check_target(into)
    shared = load_configured(rules, config).shared
    articles = _read(paths)
    with working(f"reading {count(len(articles), 'article')}"):
        found, sentences = suggested(articles, topic, shared, shipped())
        if not (found.names or found.places):
            complain(_nothing(topic, found.sentences))
            return 1
        if found.unread:
            complain(_unread(found.topic, found.unread))
        text = draft(found, sentences, {terms.name for terms in shared})
    if into is None:
        say(text.rstrip("\n"))
        return 0
    try:
        with into.open("x", encoding="utf-8") as file:
            file.write(text)
    except OSError as error:
        raise RuleError(f"{into} cannot be written: {error.strerror}") from error
    cases = sum(len(watchlist.cases) for watchlist in load({into.name: text}).watchlists)
    say(
        f"{into}: {count(len(found.names), 'name')}, {count(len(found.places), 'place')}, "
        f"{count(len(found.acts), 'act')}, {count(cases, 'case')}; now read it, and `monitor check {into}`"
    )
    return 0


def _check_target(into: Path | None) -> None:
    if into is None:
        return
    if into.suffix != ".toml" or not IDENTIFIER.fullmatch(into.stem):
        raise RuleError(f"{into}: a rule file is called like `chip-exports.toml`: small letters, digits and hyphens")
    if into.exists():
        raise RuleError(f"{into} is there already; a draft overwrites nothing")


def _read(paths: Sequence[Path]) -> list[Article]:
    articles = []
    for found in read_paths(paths, datetime.now(UTC)):
        if isinstance(found, Article):
            articles.append(found)
        else:
            complain(f"not read: {found.origin}: {found.reason}")
    if not articles:
        raise SourceError("there is no article to draft from")
    return articles


def _unread(topic: str, articles: Sequence[Article]) -> str:
    """That a topic left articles out, and which language it would have to speak for some of them."""
    told = f"{count(len(articles), 'article')} hold no word of the topic ({topic}) and gave nothing"
    chinese = sum(guess_language(f"{article.title}\n{article.body}") == "zh" for article in articles)
    return f"{told}; {chinese} of them are in Chinese: add Chinese words to --topic" if chinese else told


def _nothing(topic: str, sentences: int) -> str:
    if topic and not sentences:
        return f"no sentence holds any of the words: {topic}"
    return "no name stands in these articles; there is nothing to draft a watchlist from"
