"""Random watchlists and articles over a vocabulary so small that they meet often, from any `random.Random`.

Hypothesis gives a Random that it can shrink (test_properties.py); bulk.py gives a seeded one.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from random import Random

from monitor.model import Article
from monitor.query.lists import TermList
from monitor.query.resolve import resolve
from monitor.query.rule import Rule
from monitor.query.slots import bound_slots
from monitor.query.spelling import Spelling, parse_spelling
from monitor.query.syntax import parse
from monitor.query.tree import Node, RuleRef, walk

TERMS = """
ban block bar plan rise it us US IT Apple Rome DeepSeek xAI GPU semi* Semi* =banned =ban =US fox-it app-store Ray-Ban
GPT-4o Qwen2.5 R1 A100 H20 app store chip the in account "app store" "ban chip" "Opus #" "Opus 4" "the US" "chip store"
封禁 苹果 中国 "中国芯片" café naïve "Qwen 2.5 Max" "4 chip" u.s. "1,000" Opus
"""
WORDS = """
ban bans banned banning Ban BAN block blocked blocks bar plan plans planned rose rise it IT It us US U.S. Apple APPLE
apple Rome Rome's DeepSeek deepseek DEEPSEEK Deep Seek xAI XAI GPU GPUs semiconductor Semiconductors semis fox it Fox
app apps App APP store stores Store chip chips Chips the The in and or account accounts SoftBank Ray Ban
GPT-4o GPT4o GPT 4o
gpt-4o Qwen2.5 Qwen 2.5 Max R1 R12 R1.5 DeepSeek-R1 A100 100 H20 Opus Opus4 4 4.8 v4 1,000 封 禁 封禁 苹果 中国 芯片 中
中国 café cafe naïve Zürich Zurich Italy Italian Spain Malta Spain's Italy's ChatGPT Claude proposed lifted plan $5m
said 意大利
""".split()
GAPS = (
    [" "] * 30
    + [", "] * 4
    + [". "] * 4
    + [" and "] * 3
    + ["\n"] * 2
    + ["-"] * 3
    + ["‐", "–", "", "", ".", "/", " — ", "; "]
)
GAPS += [
    " or ",
    "、",
    "，",
    "。",
    "和",
    "'s ",
    ', "',
    '" ',
    " (",
    ") ",
    "! ",
    "? ",
    "\u200b",
    "\u00ad",
    "\u00a0",
    "…",
    "?\n",
]
LISTS: dict[str, dict[str, list[str]]] = {
    "ban": {w: [w] for w in ("ban", "block", "bar", "封禁")},
    "place": {
        "Italy": ["Italy", "Italian", "Rome", "意大利"],
        "Spain": ["Spain"],
        "Malta": ["Malta"],
        "China": ["China", "中国"],
        "US": ["US", "the US"],
    },
    "product": {
        "DeepSeek": ["DeepSeek", "DeepSeek-R1"],
        "ChatGPT": ["ChatGPT", "GPT-4o"],
        "Qwen": ["Qwen2.5", "Qwen 2.5 Max", "Qwen"],
        "App": ["app store", "app"],
    },
    "status": {"proposed": ["proposed", "plan"], "lifted": ["lifted"]},
    "clash": {"one": ["app", "Apple", "ban"], "two": ["App", "apple", "=ban"], "three": ["app", "store"]},
}
FIELD_NAMES = ("title", "summary", "body", "lead", "publisher", "lang")
NEVER_IN_CHAINS = ("AND", "AND NOT", "OF", "ATLEAST", "rule")
UNITS = ["0", "1", "2", "3", "5", "8", "S", "S", "S", "P"]


@dataclass(frozen=True, slots=True)
class World:
    """Rules that are sound, their text for a report, and an article."""

    rules: tuple[Rule, ...]
    texts: tuple[str, ...]
    article: Article


def spelling(text: str) -> Spelling:
    """A spelling that is known to be sound."""
    parsed, faults = parse_spelling(text)
    assert parsed is not None, faults
    return parsed


def term_lists() -> dict[str, TermList]:
    """The lists of `LISTS`, resolved."""
    return {
        name: TermList(name, tuple((each, tuple(map(spelling, spellings))) for each, spellings in names.items()))
        for name, names in LISTS.items()
    }


RESOLVED = term_lists()
WRITTEN_TERMS = tuple(
    term.strip() for line in TERMS.strip().splitlines() for term in __import__("shlex").split(line, posix=False)
)


class Writer:
    """Writes queries of the whole language that are sound by their grammar."""

    def __init__(self, random: Random, rules: tuple[str, ...] = ()) -> None:
        self.random, self.rules = random, rules

    def query(self, depth: int = 3) -> str:
        kinds = [
            "leaf",
            "leaf",
            "AND",
            "OR",
            "AND NOT",
            "AND MAYBE",
            "chain",
            "chain",
            "chain",
            "not near",
            "OF",
            "ATLEAST",
            "FIRST",
        ]
        kinds += ["field"] + ["rule"] * bool(self.rules)
        return self._written(self.random.choice(kinds) if depth > 0 else "leaf", depth - 1)

    def mention(self, depth: int) -> str:
        kinds = ["leaf", "leaf", "leaf", "OR", "chain", "not near", "FIRST", "field"]
        kind = self.random.choice(kinds) if depth > 0 else "leaf"
        inner = self.mention
        if kind == "OR":
            return f"({inner(depth - 1)} OR {inner(depth - 1)})"
        if kind == "field":
            return f"{self.random.choice(FIELD_NAMES)}: ({inner(depth - 1)})"
        return self._written(kind, depth - 1, inside=True)

    def _written(self, kind: str, depth: int, inside: bool = False) -> str:
        number = self.random.randint
        match kind:
            case "AND" | "OR" | "AND NOT":
                several = [f"({self.query(depth)})" for _ in range(number(2, 3))]
                return f" {kind} ".join(several if kind != "AND NOT" else several[:2])
            case "AND MAYBE":
                return f"({self.query(depth)}) AND MAYBE ({self.mention(depth)})"
            case "chain":
                return f"({self._chain(depth)})" if inside else self._chain(depth)
            case "not near":
                text = f"{self.mention(depth)} NOT {self._near()} {self.mention(depth)}"
                return f"({text})" if inside else text
            case "OF":
                several = [self.query(depth) for _ in range(number(1, 3))]
                return f"{number(1, len(several))} OF ({', '.join(several)})"
            case "ATLEAST" | "FIRST":
                return f"{kind}/{number(1, 4) if kind == 'ATLEAST' else number(1, 12)} ({self.mention(depth)})"
            case "field":
                return f"{self.random.choice(FIELD_NAMES)}: ({self.query(depth)})"
            case "rule":
                return f"%{self.random.choice(self.rules)}"
        return self.leaf()

    def _near(self) -> str:
        return f"{self.random.choice(('NEAR', 'NEAR', 'BEFORE'))}/{self.random.choice(UNITS)}"

    def _chain(self, depth: int) -> str:
        unit = self.random.choice(UNITS)
        maybe = ["MAYBE " * (self.random.random() < 0.2) for _ in range(self.random.choice((2, 2, 3, 3, 4)))]
        if all(maybe):
            maybe[0] = ""
        parts = [f"{said}{self.mention(depth)}" for said in maybe]
        text = parts[0]
        for part in parts[1:]:
            text += f" {self.random.choice(('NEAR', 'NEAR', 'BEFORE'))}/{unit} {part}"
        return text

    def leaf(self) -> str:
        choice = self.random.random()
        if choice < 0.45:
            return self.random.choice(WRITTEN_TERMS)
        if choice < 0.9:
            name = self.random.choice(tuple(LISTS))
            chosen = f":{self.random.choice(tuple(LISTS[name]))}" if self.random.random() < 0.1 else ""
            return f"@{name}{chosen}" + (" AS other" if self.random.random() < 0.15 else "")
        return self.random.choice(("NAME AS product", "MONEY AS amount", "/[Cc]h[ia]\\w+/ AS product", "/ban/", "NAME"))


def slots_of(node: Node) -> frozenset[str]:
    """Every slot that a query may bind."""
    return bound_slots(node).any


def text(random: Random, most: int) -> str:
    """Words of the vocabulary with all sorts of things between them."""
    words = [random.choice(WORDS) + random.choice(GAPS) for _ in range(random.randint(0, most))]
    found = "".join(words)
    return found.upper() if random.random() < 0.05 else found


def an_article(**fields: str) -> Article:
    """An article of which only the fields matter."""
    arrived = datetime(2026, 3, 2, tzinfo=UTC)
    return Article(**{"id": "a", "source": "inbox", "title": "", **fields}, arrived=arrived)


def article(random: Random) -> Article:
    """An article in which the terms are frequent."""
    return an_article(
        title=text(random, 8),
        summary=text(random, 10) if random.random() < 0.3 else "",
        body=text(random, 40),
        publisher=random.choice(("", "Rome Post", "Apple US")),
        lang=random.choice(("", "en", "en", "zh", "de", "fr")),
    )


def parsed(query: str) -> Node:
    """A query that must be sound."""
    node, faults = parse(query)
    assert node is not None, (query, faults)
    node, faults = resolve(node, RESOLVED)
    assert not faults, (query, faults)
    return node


def rule(random: Random, name: str, earlier: tuple[str, ...]) -> tuple[Rule, str]:
    """A rule that may refer to earlier ones, and how it is written."""
    writer = Writer(random, earlier if random.random() < 0.3 else ())
    query = writer.query(random.choice((1, 2, 2, 3)))
    except_ = Writer(random).query(1) if random.random() < 0.25 else ""
    require = Writer(random).query(1) if random.random() < 0.1 else ""
    node = parsed(query)
    slots = sorted(slots_of(node))
    if any(isinstance(each, RuleRef) for each in walk(node)):
        slots = sorted({*slots, "place", "product"})
    fact = tuple(slot for slot in slots if random.random() < 0.6)
    state = tuple(slot for slot in slots if slot not in fact and random.random() < 0.5)
    show = tuple(slot for slot in slots if slot not in (*fact, *state) and random.random() < 0.3)
    default = {slot: random.choice(("", "none", "Italy")) for slot in (*fact, *state) if random.random() < 0.3}
    made = Rule(
        watchlist="random",
        id=name,
        query=node,
        title=random.choice(("", "{place}: {product}")),
        about=random.choice(("", "", "ban")),
        except_=parsed(except_) if except_ else None,
        require=parsed(require) if require else None,
        fact=fact,
        state=state,
        show=show,
        default=default,
    )
    return made, f"{name}: {query}   EXCEPT {except_!r} REQUIRE {require!r} {fact=} {state=} {show=} {default=}"


def rules(random: Random, most: int) -> tuple[tuple[Rule, ...], tuple[str, ...]]:
    """Several rules of one watchlist."""
    made: list[tuple[Rule, str]] = []
    for number in range(random.randint(1, most)):
        made.append(rule(random, f"r{number}", tuple(each.id for each, _ in made)))
    return tuple(each for each, _ in made), tuple(written for _, written in made)


def world(random: Random, most: int = 4) -> World:
    """Rules and an article."""
    made, texts = rules(random, most)
    return World(made, texts, article(random))
