"""Products that differ only in colour (or in colour and measures): the same maker, category and title without them."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Sequence

from assistant.product import Product
from kg.relations.kinds import role
from kg.relations.names import MEASURE, plain

_COLOUR = re.compile(r"(?:^|_)(?:colou?r|颜色)(?:$|_name)")
_WORD = re.compile(r"[^\W_]+(?:[-./][^\W_]+)*")
_LEAST_WORDS = 2
_MOST_COLOUR = 24


def colours(products: Sequence[Product]) -> frozenset[str]:
    """Return the words of the colours that products state, so that no list of them is needed."""
    words: set[str] = set()
    for product in products:
        for attribute in product.attributes:
            if (
                _COLOUR.search(attribute.name)
                and isinstance(attribute.value, str)
                and len(attribute.value) < _MOST_COLOUR
            ):
                words.update(plain(w) for w in _WORD.findall(attribute.value))
    return frozenset(w for w in words if len(w) > 1 and not any(c.isdigit() for c in w))


def variants(products: Sequence[Product], *, measures: bool = False) -> Iterator[tuple[str, ...]]:
    """Yield the ids of products that are variants of one another, in the order given; stated groups are left alone.

    They differ in colour only, or with `measures` in lengths, capacities and the like too. A part number in a title
    tells two products apart.
    """
    names = colours(products)
    same: dict[tuple[object, ...], list[Product]] = defaultdict(list)
    for product in products:
        # The black and the cyan toner of a printer are two things that one needs, not one thing in two colours.
        if product.group or not product.brand or not product.category or role(product.category):
            continue
        title = product.titles.get("en") or next(iter(product.titles.values()))
        words = tuple(
            w for w in map(plain, _WORD.findall(MEASURE.sub(" ", title) if measures else title)) if w and w not in names
        )
        if len(words) > _LEAST_WORDS:
            same[plain(product.brand), product.category, words].append(product)
    for group in same.values():
        if len(group) > 1 and len({_choice(product) for product in group}) == len(group):
            yield tuple(product.id for product in group)


def _choice(product: Product) -> str:
    """What the title says beside the name: two products that say the same are one product twice, not variants."""
    return plain(product.titles.get("en") or next(iter(product.titles.values())))
