"""A rule file drafted from articles: what they name, what is done there, a first query, and cases."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Sequence, Set
from dataclasses import dataclass, replace

from monitor.drafting.acts import Act, acts
from monitor.drafting.background import headwords
from monitor.drafting.cases import Drafted, chosen, quoted
from monitor.drafting.contrast import stands_out
from monitor.drafting.names import Known, Named, named
from monitor.drafting.passages import Passage, key_of, passages
from monitor.model import TEXT_FIELDS, Article
from monitor.query.lists import TermList
from monitor.query.spelling import parse_spelling
from monitor.text.clean import one_line
from monitor.text.fold import fold
from monitor.text.frequency import Background
from monitor.text.inflect import headword
from monitor.text.tokens import words
from monitor.watchlist.load import load

MOST_NAMES, MOST_ACTS, MOST_WORDS = 120, 40, 30
_LONGEST_QUOTE = 160


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What articles say of a topic: names, places and acts for the lists, rare names, words that stand out."""

    articles: int
    sentences: int
    topic: str
    unread: tuple[Article, ...]
    """Articles of which no sentence holds a word of the topic."""
    places: tuple[Named, ...]
    names: tuple[Named, ...]
    rare: tuple[Named, ...]
    acts: tuple[Act, ...]
    words: tuple[str, ...]


def suggest(
    articles: Sequence[Article], topic: str, lists: Sequence[TermList], background: Background
) -> tuple[Suggestion, list[Passage]]:
    """Read the articles; `topic` keeps the sentences that hold one of its words. With the sentences that were read."""
    topic, known = one_line(topic), Known.of(lists)
    every = passages(articles, known.names.keys(), background)
    found = [passage for passage in every if _is_about(passage.text, topic)] if topic else every
    verbs = acts(found, len(articles), background, known.words)[:MOST_ACTS]
    everyone = [each for each in named(found, known) if _is_sound(each)]
    places = [each for each in everyone if each.is_place]
    others = [each for each in everyone if not each.is_place and not _is_everyday(each, background)]
    busy = _beside(found, {form for verb in verbs for form in verb.forms})
    kept = [each for each in others if _is_worth_a_line(each, busy)][:MOST_NAMES]
    return Suggestion(
        articles=len(articles),
        sentences=len(found),
        topic=topic,
        unread=tuple(each for each in articles if topic and not _is_about(_whole(each), topic)),
        places=tuple(places),
        names=tuple(kept),
        rare=tuple(each for each in others if each not in kept),
        acts=tuple(verbs),
        words=tuple(_words(articles, everyone, verbs, background)),
    ), found


def draft(found: Suggestion, sentences: Sequence[Passage], taken: Collection[str]) -> str:
    """The rule file. `taken` are the names of the shared lists, which its own lists must not hide."""
    lists = {name: _free(name, taken) for name in ("places", "names", "acts")}
    rules, forms = list(_rules(found, lists)), {form for act in found.acts for form in act.forms}
    loaded = load({"draft.toml": _written(found, lists, rules)})
    return _written(found, lists, [replace(rule, **chosen(rule, loaded.rules, sentences, forms)) for rule in rules])


def _whole(article: Article) -> str:
    return "\n".join(map(article.text_of, TEXT_FIELDS))


def _is_about(text: str, topic: str) -> bool:
    wanted = {headword(word, "en") for word in words(topic)}
    whole = fold(text).text
    cjk = [part for part in topic.split() if not part.isascii() and part in whole]
    return bool(cjk) or not wanted.isdisjoint(headword(word, "en") for word in words(text))


def _is_sound(name: Named) -> bool:
    """Whether all that would be written of a name can be read as terms."""
    return all(parse_spelling(spelling)[0] is not None for spelling in name.spellings) and bool(key_of(name.name))


def _is_everyday(name: Named, background: Background) -> bool:
    """A capitalised word that one article in twenty has: it tells nothing (AI, Global)."""
    found = headwords(name.name)
    return bool(found) and all(background.counts.get(word, 0) * 20 > background.articles for word in found)


def _is_worth_a_line(name: Named, busy: Set[str]) -> bool:
    """Said twice, known to a shared list, with a number as products have, or in a sentence with an act."""
    return (
        name.mentions > 1 or bool(name.list) or any(map(str.isdigit, name.name)) or not busy.isdisjoint(name.spellings)
    )


def _beside(found: Iterable[Passage], forms: Set[str]) -> set[str]:
    """The spellings that share a sentence with an act."""
    return {
        name.text
        for passage in found
        if not forms.isdisjoint(re.findall(r"[a-z]+", passage.text))
        for name in passage.names
    }


def _words(
    articles: Sequence[Article], names: Iterable[Named], verbs: Iterable[Act], background: Background
) -> list[str]:
    """The words that set the articles apart, without those that stand in the lists."""
    listed = {word for name in names for spelling in name.spellings for word in words(spelling)}
    listed |= {verb.word for verb in verbs}
    counts: Counter[str] = Counter()
    for article in articles:
        counts.update({word for name in TEXT_FIELDS for word in headwords(article.text_of(name))} - listed)
    weights = stands_out(counts, len(articles), background)
    standing = sorted((word for word in weights if weights[word] > 2), key=lambda word: (-weights[word], word))
    return [f"{word} ({counts[word]})" for word in standing[:MOST_WORDS]]


def _free(name: str, taken: Collection[str]) -> str:
    return name if name not in taken else _free(f"drafted-{name}", taken)


def _rules(found: Suggestion, lists: dict[str, str]) -> Iterator[Drafted]:
    name, act, place = f"@{lists['names']} AS name", f"@{lists['acts']}", f"@{lists['places']} AS place"
    if found.places and found.names and found.acts:
        yield Drafted("place-act-name", "{place}: {name}", f"{place} NEAR/S {act} NEAR/S {name}", ("place", "name"))
    if found.names and found.acts:
        yield Drafted("name-act", "{name}", f"lead: ({name} NEAR/8 {act})", ("name",))
    elif found.names:
        yield Drafted("name", "{name}", f"title: ({name})", ("name",))


def _written(found: Suggestion, lists: dict[str, str], rules: Iterable[Drafted]) -> str:
    topic = f" about {one_line(found.topic)}" if found.topic else ""
    lines = [
        f"# Drafted by `monitor suggest` from {found.articles} articles: {found.sentences} sentences{topic}.",
        "# A beginning, and not a watchlist: strike what you do not watch, add the words that you would also use, give",
        "# each rule a name, and let `monitor check` and `monitor test` read over your shoulder.",
        "",
        f"title = {quoted(found.topic or (found.names[0].name if found.names else 'Draft'))}",
        "",
        *_comments("Words that set these articles apart (and in how many they stand)", found.words),
        *_comments("Names that were seen once", [each.name for each in found.rare]),
        "[terms]",
        *_act_list(lists["acts"], found.acts),
        *_name_list(lists["places"], found.places),
        *_name_list(lists["names"], found.names),
        *(line for rule in rules for line in rule.lines()),
    ]
    return "\n".join(lines).rstrip("\n") + "\n"


def _act_list(name: str, listed: Sequence[Act]) -> Iterator[str]:
    if listed:
        yield f"{name} = ["
        for act in listed:
            forms = f" ({', '.join(act.forms)})" if act.forms != (act.word,) else ""
            yield f"  # {act.mentions} in {_articles(act.articles)}{forms}: {_quote(act.sentence)}"
            yield f"  {quoted(act.word)},"
        yield "]"


def _name_list(name: str, listed: Sequence[Named]) -> Iterator[str]:
    if listed:
        yield ""
        yield f"[terms.{name}]"
    for each in listed:
        terms = f", in the list {each.list}" if each.list else ""
        yield f"# {each.mentions} in {_articles(each.articles)}{terms}: {_quote(each.sentence)}"
        spellings = each.spellings if each.name in each.spellings else (each.name, *each.spellings)
        yield f"{quoted(each.name)} = [{', '.join(map(quoted, spellings))}]"


def _articles(count: int) -> str:
    return f"{count} article" if count == 1 else f"{count} articles"


def _comments(heading: str, items: Sequence[str]) -> Iterator[str]:
    """Items as a comment, filled to lines."""
    if not items:
        return
    line = f"# {heading}:"
    for item in map(one_line, items):
        if len(line) + len(item) > 116:
            yield line
            line = "#  "
        line += f" {item},"
    yield line.rstrip(",") + "."
    yield ""


def _quote(sentence: str) -> str:
    short = sentence if len(sentence) <= _LONGEST_QUOTE else f"{sentence[:_LONGEST_QUOTE].rpartition(' ')[0]} ..."
    return one_line(f'"{short}"')
