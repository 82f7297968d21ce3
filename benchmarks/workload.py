"""Articles and rules for the benchmarks: real press releases where ../shared has them, else generated text.

A rule is `(n1 OR .. n5) NEAR/10 (v1 OR .. v6) AND NOT "p1" AND NOT "p2"`: one to five names of one to three words drawn
from the corpus by Zipf's law, three to six verbs, none to two phrases. `skip` leaves out the commonest names and
`unheard` is the share of names that no article has, so that matches do not grow in step with the rules; `adversarial`
anchors every rule on one of sixty common words.
"""

from __future__ import annotations

import gzip
import json
import random
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import islice
from pathlib import Path

from monitor.model import Article
from monitor.query.rule import Rule
from monitor.query.spelling import Spelling, parse_spelling
from monitor.query.tree import AndNot, Chain, Distance, Node, Or, Part, Term, Unit
from monitor.text.tokens import ASCII_WORD

STREAM = Path(__file__).resolve().parents[1] / "../shared/eval/stream.jsonl.gz"
ARRIVED = datetime(2026, 1, 1, tzinfo=UTC)
VERBS = (
    "ban block halt launch release unveil announce acquire sue fine probe license restrict export ship delay approve "
    "reject withdraw expand cut raise sell buy open close hire lay join leave sign win lose open report name appoint"
).split()
COMMON = (
    "company market year percent people business new service product technology customer team growth industry global "
    "data solution management report research health financial investment development system community energy program "
    "quality digital software experience president million group state public information support security leading "
    "first time work world high plan key future care value network brand platform access process design power"
).split()[:60]


def articles(count: int, seed: int = 7) -> list[Article]:
    """The first articles of the stream, or generated ones of about 580 words."""
    if STREAM.exists():
        with gzip.open(STREAM, "rt", encoding="utf-8") as lines:
            return [_article(json.loads(line)) for line in islice(lines, count)]
    return list(islice(_generated(seed), count))


def _article(item: dict[str, str]) -> Article:
    return Article(id=item["id"], source="stream", title=item["title"], arrived=ARRIVED, body=item["text"], lang="en")


def _generated(seed: int) -> Iterator[Article]:
    chance = random.Random(seed)
    names = [_made_up(chance) for _ in range(20_000)]
    words = [*VERBS, *COMMON, *"the of and to in a is for that with on as by it from at was an are has".split() * 6]
    number = 0
    while True:
        number += 1
        text = []
        for _ in range(29):
            sentence = chance.choices(words, k=18)
            sentence.insert(3, names[int(chance.paretovariate(0.6)) % len(names)])
            text.append(" ".join(sentence).capitalize() + ".")
        yield Article(f"g{number}", "stream", f"Item {number}", ARRIVED, body=" ".join(text), lang="en")


def _made_up(chance: random.Random) -> str:
    return "".join(chance.choice(letters) for letters in ("BCDFGKLMNPRSTVZ", "aeiou", "lmnrst", "aeiou", "klmnrst"))


@dataclass(frozen=True, slots=True)
class Corpus:
    """What the rules are made from: names by falling frequency, and phrases."""

    names: Sequence[str]
    phrases: Sequence[str]


def corpus(items: Sequence[Article]) -> Corpus:
    """Runs of one to three capitalised words, and pairs of ordinary words, as the articles have them."""
    names: Counter[str] = Counter()
    phrases: Counter[str] = Counter()
    for item in items:
        words = ASCII_WORD.findall(item.body)
        for at in range(1, len(words) - 3):
            if words[at].istitle() and words[at].isalpha() and len(words[at]) > 2 and not words[at - 1].istitle():
                length = next((n for n in range(1, 3) if not words[at + n].istitle()), 3)
                names[" ".join(words[at : at + length])] += 1
            if words[at].islower() and words[at + 1].islower() and len(words[at]) > 4 < len(words[at + 1]):
                phrases[f"{words[at]} {words[at + 1]}"] += 1
    return Corpus([n for n, _ in names.most_common()], [p for p, _ in phrases.most_common(20_000)])


def rules(made_of: Corpus, count: int, *, skip: int, unheard: float = 0.0, seed: int = 11) -> Iterator[Rule]:
    """Ordinary rules; `skip` and `unheard` keep the matches of an article from growing in step with them."""
    chance = random.Random(seed)
    known: dict[str, Spelling] = {}
    nowhere = _nowhere(made_of.names) if unheard else []
    for number in range(count):
        names = {
            _zipf(chance, nowhere if unheard and chance.random() < unheard else made_of.names, skip)
            for _ in range(chance.randint(1, 5))
        }
        yield _rule(chance, known, f"r{number}", sorted(names), made_of.phrases)


def _nowhere(names: Sequence[str], seed: int = 17) -> list[str]:
    """As many names that no article has, made of the first and the last words of those that articles have."""
    chance, real = random.Random(seed), frozenset(names)
    made: dict[str, None] = {}
    while len(made) < len(names):
        name = f"{chance.choice(names).split()[0]} {chance.choice(names).split()[-1]}"
        if name not in real:
            made[name] = None
    return list(made)


def adversarial(made_of: Corpus, count: int, seed: int = 13) -> Iterator[Rule]:
    """Rules whose rarest group is a common word, and whose verbs are everywhere."""
    chance = random.Random(seed)
    known: dict[str, Spelling] = {}
    for number in range(count):
        yield _rule(chance, known, f"a{number}", [chance.choice(COMMON)], made_of.phrases)


def _zipf(chance: random.Random, ranked: Sequence[str], skip: int) -> str:
    """A name by Zipf's law with exponent one over the ranks after `skip`."""
    last = len(ranked) - 1
    low = min(skip, last - 1) + 1
    rank = low * (last / low) ** chance.random()
    return ranked[min(last, int(rank))]


def _rule(
    chance: random.Random, known: dict[str, Spelling], name: str, names: Sequence[str], phrases: Sequence[str]
) -> Rule:
    verbs = chance.sample(VERBS, chance.randint(3, 6))
    query: Node = Chain(0, 1, (Part(_any(known, names)), Part(_any(known, verbs))), Distance(Unit.WORDS, 10))
    for phrase in chance.sample(phrases, chance.randint(0, 2)):
        query = AndNot(0, 1, query, _term(known, phrase))
    return Rule("bench", name, query)


def _any(known: dict[str, Spelling], terms: Sequence[str]) -> Node:
    nodes = tuple(_term(known, term) for term in terms)
    return nodes[0] if len(nodes) == 1 else Or(0, 1, nodes)


def _term(known: dict[str, Spelling], text: str) -> Term:
    spelling = known.get(text)
    if spelling is None:
        spelling, faults = parse_spelling(text)
        if spelling is None:
            raise ValueError(f"{text!r}: {faults}")
        known[text] = spelling
    return Term(0, 1, spelling)
