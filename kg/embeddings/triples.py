"""Catalogue to triples for embedding: what products share becomes entities, numbers become bins that know their neighbours."""

from __future__ import annotations

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from assistant.product import Attribute, Product, RelationKind
from kg.vocabulary import INVERSE

_BINS = 12
_PRICE_BANDS = 20
_LEAST = 2
"""Products that must share a value: what only one product has says nothing about another."""

_FORWARDS = {inverse: kind for kind, inverse in INVERSE.items()}
_SYMMETRIC = frozenset(
    {RelationKind.COMPATIBLE, RelationKind.SIMILAR, RelationKind.BOUGHT_TOGETHER, RelationKind.SIMILAR_TASTE}
)
NEXT, BROADER, BRAND, CATEGORY, PRICE, GROUP = "next", "broader", "brand", "category", "price", "group"


class Entity(NamedTuple):
    """A node: `kind` is product, brand, category, value, bin, price or group; `name` is unique within its kind."""

    kind: str
    name: str


class Triple(NamedTuple):
    """A directed, named edge; attribute relations are named `has KEY`, links between products `to KIND`."""

    head: Entity
    relation: str
    tail: Entity


def product_entity(id_: str) -> Entity:
    """Return the entity of a product."""
    return Entity("product", id_)


def attribute_relation(key: str) -> str:
    """Return the relation between a product and its value of an attribute."""
    return f"has {key}"


def product_relation(kind: str) -> str:
    """Return the relation between two products; accepts a `RelationKind` or the name of a derived one."""
    return f"to {kind}"


@dataclass(frozen=True)
class Binning:
    """Where numbers are cut, learnt from a catalogue: edges in rising order by attribute and unit, or by currency.

    A value falls into bin `i` when `edges[i - 1] <= value < edges[i]`; an attribute with few distinct values has a bin
    for each.
    """

    numbers: dict[str, tuple[float, ...]]
    prices: dict[str, tuple[float, ...]]

    @classmethod
    def fit(cls, products: Iterable[Product]) -> Binning:
        """Choose edges so that bins hold about the same number of products."""
        numbers: dict[str, list[float]] = defaultdict(list)
        prices: dict[str, list[float]] = defaultdict(list)
        for product in products:
            if product.price:
                prices[product.price.currency].append(float(product.price.amount))
            for attribute in product.attributes:
                if (number := _number(attribute)) is not None:
                    numbers[_scale(attribute)].append(number)
        return cls(
            {scale: _edges(found, _BINS) for scale, found in numbers.items() if len(found) >= _LEAST},
            {currency: _edges(found, _PRICE_BANDS) for currency, found in prices.items()},
        )

    def triples(self, product: Product) -> Iterator[Triple]:
        """Yield what is said of `product` alone, links to other products included."""
        head = product_entity(product.id)
        if product.brand:
            yield Triple(head, BRAND, Entity("brand", product.brand.casefold()))
        if product.category:
            yield Triple(head, CATEGORY, _category(product.category))
        if product.group:
            yield Triple(head, GROUP, Entity("group", product.group))
        if product.price and (edges := self.prices.get(product.price.currency)) is not None:
            yield Triple(head, PRICE, _bin("price", product.price.currency, edges, float(product.price.amount)))
        for attribute in product.attributes:
            if (tail := self._value(attribute)) is not None:
                yield Triple(head, attribute_relation(attribute.name), tail)
        for relation in product.related:
            yield from _links(product.id, relation.kind, relation.id)

    def scales(self) -> Iterator[Triple]:
        """Yield the links between neighbouring bins, which make near numbers near."""
        for kind, cuts in (("bin", self.numbers), ("price", self.prices)):
            for scale, edges in cuts.items():
                for position in range(len(edges)):
                    yield Triple(_place(kind, scale, position), NEXT, _place(kind, scale, position + 1))

    def _value(self, attribute: Attribute) -> Entity | None:
        number = _number(attribute)
        if number is None:
            return Entity("value", f"{attribute.name} = {str(attribute.value).casefold()}")
        edges = self.numbers.get(_scale(attribute))
        return None if edges is None else _bin("bin", _scale(attribute), edges, number)


def catalogue_triples(
    products: Sequence[Product], binning: Binning, extra: Iterable[tuple[str, str, str]] = ()
) -> Iterator[Triple]:
    """Yield all triples of a catalogue.

    `extra` are derived links between products, `(id, kind, id)`. Links to products that are not in the catalogue and
    values that only one product has are left out.
    """
    known = {product.id for product in products}
    said = [triple for product in products for triple in binning.triples(product)]
    said += [triple for head, kind, tail in extra for triple in _links(head, kind, tail)]
    sharing = Counter(triple.tail for triple in said)
    for triple in said:
        if triple.tail.kind == "product":
            if triple.tail.name in known and triple.head.name in known:
                yield triple
        elif triple.tail.kind in ("bin", "price") or sharing[triple.tail] >= _LEAST:
            yield triple
    yield from binning.scales()
    paths = {p.category[:depth] for p in products for depth in range(2, len(p.category) + 1)}
    for path in sorted(paths):
        yield Triple(_category(path), BROADER, _category(path[:-1]))


def _links(head: str, kind: str, tail: str) -> Iterator[Triple]:
    if kind in _FORWARDS:
        head, kind, tail = tail, _FORWARDS[RelationKind(kind)], head
    relation = product_relation(kind)
    yield Triple(product_entity(head), relation, product_entity(tail))
    if kind in _SYMMETRIC:
        yield Triple(product_entity(tail), relation, product_entity(head))


def _category(path: Sequence[str]) -> Entity:
    return Entity("category", " > ".join(path))


def _scale(attribute: Attribute) -> str:
    return f"{attribute.name} {attribute.unit}" if attribute.unit else attribute.name


def _number(attribute: Attribute) -> float | None:
    value = attribute.value
    if isinstance(value, bool):
        return None
    if not isinstance(value, str):
        return float(value)
    try:
        return float(dt.date.fromisoformat(value).toordinal())
    except ValueError:
        return None


def _edges(values: Sequence[float], bins: int) -> tuple[float, ...]:
    distinct = np.unique(values)
    if len(distinct) <= bins:
        return tuple(((distinct[1:] + distinct[:-1]) / 2).tolist())
    return tuple(np.unique(np.quantile(values, np.linspace(0, 1, bins + 1)[1:-1])).tolist())


def _bin(kind: str, scale: str, edges: Sequence[float], value: float) -> Entity:
    return _place(kind, scale, int(np.searchsorted(edges, value, side="right")))


def _place(kind: str, scale: str, position: int) -> Entity:
    return Entity(kind, f"{scale} #{position}")
