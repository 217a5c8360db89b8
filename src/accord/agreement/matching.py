"""Which clause of an older agreement a clause of a newer one is, where both stand in a list without names.

Clauses that come to the same are matched first. The others are matched by the words that they share; a word that
stands in every clause of the list says little, one that stands in few says much.
"""

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from math import log

from accord.agreement.essence import Said

WORD = re.compile(r"[\w/.@-]+")
ALIKE = 0.5
"""The share of their words, weighed, that two clauses must have in common to be one that was changed."""


def matched(old: Sequence[Said], new: Sequence[Said]) -> dict[int, int]:
    """Return the place in ``old`` of each clause of ``new`` that is one of them, by its place in ``new``."""
    pairs: dict[int, int] = {}
    _match_same(old, new, pairs, lambda said: (said.outcome, said.wording))
    _match_same(old, new, pairs, lambda said: said.outcome)
    _match_alike(old, new, pairs)
    return pairs


def moved(places: Sequence[int]) -> frozenset[int]:
    """Return the indices of as few members as possible without which ``places`` ascends.

    Examples:
        >>> sorted(moved([0, 1, 2])), sorted(moved([2, 0, 1])), sorted(moved([3, 1, 2, 0]))
        ([], [0], [0, 3])
    """
    tails: list[int] = []  # the last index of the best ascending run of each length
    before: list[int | None] = []
    for index, place in enumerate(places):
        length = bisect_left([places[tail] for tail in tails], place)
        before.append(tails[length - 1] if length else None)
        tails[length : length + 1] = [index]
    staying: set[int] = set()
    at: int | None = tails[-1] if tails else None
    while at is not None:
        staying.add(at)
        at = before[at]
    return frozenset(range(len(places))) - staying


def _match_same(
    old: Sequence[Said], new: Sequence[Said], pairs: dict[int, int], essence: Callable[[Said], object]
) -> None:
    taken = set(pairs.values())
    for here, clause in enumerate(new):
        if here in pairs:
            continue
        same = (there for there, other in enumerate(old) if there not in taken and essence(other) == essence(clause))
        if (found := next(same, None)) is not None:
            pairs[here] = found
            taken.add(found)


def _match_alike(old: Sequence[Said], new: Sequence[Said], pairs: dict[int, int]) -> None:
    weights = _weights([*old, *new])
    ranked = sorted(
        (
            (-_likeness(old[there], new[here], weights), abs(there - here), here, there)
            for here in range(len(new))
            if here not in pairs
            for there in range(len(old))
            if there not in pairs.values()
        ),
    )
    taken = set(pairs.values())
    for unlike, _, here, there in ranked:
        if -unlike >= ALIKE and here not in pairs and there not in taken:
            pairs[here] = there
            taken.add(there)


def _weights(all_: Sequence[Said]) -> Mapping[str, float]:
    seen = Counter(word for said in all_ for word in _words(said))
    return {word: log(1 + len(all_) / count) for word, count in seen.items()}


def _likeness(one: Said, other: Said, weights: Mapping[str, float]) -> float:
    here, there = _words(one), _words(other)
    shared = sum(weights[word] for word in here & there)
    return 2 * shared / (sum(weights[word] for word in here) + sum(weights[word] for word in there))


def _words(said: Said) -> frozenset[str]:
    return frozenset(WORD.findall(said.clause.sentence.lower()))
