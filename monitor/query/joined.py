"""The parts of a chain, one mention of each, as one mention."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from monitor.query.found import Mention, merge


def combined(options: Sequence[Sequence[Mention]], taken: tuple[Mention, ...] = ()) -> Iterator[tuple[Mention, ...]]:
    """One mention of each part in every combination where no words are shared and no slot gets two values."""
    if len(taken) == len(options):
        yield taken
        return
    for mention in options[len(taken)]:
        agrees = all(merge(other.bound, mention.bound) is not None for other in taken)
        if agrees and not any(map(mention.shares_words, taken)):
            yield from combined(options, (*taken, mention))


def joined(parts: Sequence[Mention], extras: Sequence[Mention]) -> Mention:
    """The parts, which agree, as one mention. A MAYBE never overrides a required part nor takes its words."""
    bound = parts[0].bound
    for part in parts[1:]:
        bound = merge(bound, part.bound) or bound
    optional = [words for part in parts for words in part.optional]
    for extra in extras:
        merged = merge(bound, extra.bound)
        if merged is not None and not any(map(extra.shares_words, parts)):
            bound = merged
            optional.extend(extra.words)
    return Mention(
        field=parts[0].field,
        start=min(part.start for part in parts),
        end=max(part.end for part in parts),
        words=tuple(sorted({words for part in parts for words in part.words})),
        bound=bound,
        optional=tuple(sorted(set(optional))),
    )
