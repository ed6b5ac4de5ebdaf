"""The smallest relaxation: which demands to give up so that something meets the rest."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rdflib import Dataset

from assistant.constraint import Constraint
from kg.asked import count
from kg.questions import matching

_GIVEN_UP = 3
"""More than so many demands given up make another wish."""
Relaxation = tuple[tuple[Constraint, ...], int]
"""The demands to give up, and how many products meet the rest."""


def relaxations(graph: Dataset, constraints: Sequence[Constraint]) -> list[Relaxation]:
    """Return the smallest sets of demands whose removal gives results; empty where no three do.

    Of sets of one size, the one with the latest demands stands first: what was demanded first is kept longest; of what
    was said at once, what leaves most. The category is given up last. Each demand is asked for once, and what each
    product misses is counted; so it takes as many queries as there are demands, not as there are sets of them.
    """
    found = [set(matching(graph, [c])) for c in constraints]
    missed: Counter[frozenset[int]] = Counter()
    for id_ in set().union(*found):
        missed[frozenset(n for n, ids in enumerate(found) if id_ not in ids)] += 1
    if stranger := count(graph, []) - missed.total():
        missed[frozenset(range(len(found)))] += stranger
    kinds = frozenset(n for n, c in enumerate(constraints) if c.attribute == "category")
    # A product that misses a demand of the category is an answer only where nothing else is.
    for droppable in (frozenset(range(len(constraints))) - kinds, frozenset(range(len(constraints)))):
        sizes = [len(gone) for gone in missed if gone and gone <= droppable]
        if not sizes or min(sizes) > _GIVEN_UP:
            continue
        smallest = [gone for gone in missed if gone <= droppable and len(gone) == min(sizes)]
        left = {gone: sum(n for other, n in missed.items() if other <= gone) for gone in smallest}
        sets = [(tuple(constraints[n] for n in sorted(gone)), products) for gone, products in left.items()]
        return sorted(sets, key=lambda pair: (sorted(-c.turn for c in pair[0]), -pair[1], [c.key for c in pair[0]]))
    return []
