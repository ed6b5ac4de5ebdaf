"""Products side by side: every fact with its triple, what differs, which are variants, which are alike."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal

from rdflib import Dataset, URIRef

from assistant.product import Attribute, Product
from kg import vocabulary as v
from kg.store import select

Triple = tuple[str, str, str]
_PRICE_WEIGHT = 2.0
"""Shared facts that a price e times as high or as low outweighs."""


@dataclass(frozen=True)
class Fact:
    """`attribute = value [unit]` as one product states it, with the triple that says so."""

    attribute: Attribute
    triple: Triple


@dataclass(frozen=True)
class Row:
    """One attribute over several products: the facts of each, in their order (empty: nothing is said)."""

    attribute: str
    cells: tuple[tuple[Fact, ...], ...]

    @property
    def known(self) -> bool:
        """Whether every product states it."""
        return all(self.cells)

    @property
    def differs(self) -> bool:
        """Whether two products state different things."""
        said = {frozenset(f.attribute for f in cell) for cell in self.cells if cell}
        return len(said) > 1


@dataclass(frozen=True)
class Alike:
    """A product like another: how many facts they share, and its price."""

    id: str
    shared: int
    price: Decimal | None


def stated(product: Product) -> dict[str, list[Fact]]:
    """Return every fact of a product by attribute: price, rating, brand and availability first, then its attributes."""
    facts: dict[str, list[Fact]] = {}
    node = v.product_iri(product.id)
    if product.price:
        own = Attribute(name="price", value=product.price.amount, unit=product.price.currency)
        facts["price"] = [Fact(own, (v.offer_iri(product.id), "schema:price", str(product.price.amount)))]
    if product.rating is not None:
        own = Attribute(name="rating", value=product.rating)
        facts["rating"] = [Fact(own, (v.rating_iri(product.id), "schema:ratingValue", str(product.rating)))]
    if product.brand:
        own = Attribute(name="brand", value=product.brand)
        facts["brand"] = [Fact(own, (node, "schema:brand", v.brand_iri(product.brand)))]
    own = Attribute(name="availability", value=product.availability.value)
    triple = (v.offer_iri(product.id), "schema:availability", str(v.AVAILABILITY[product.availability]))
    facts["availability"] = [Fact(own, triple)]
    for a in product.attributes:
        fact = Fact(a, (node, "schema:additionalProperty", v.value_iri(a.name, a.value, a.unit)))
        facts.setdefault(a.name, []).append(fact)
    return facts


def comparison(products: Sequence[Product]) -> list[Row]:
    """Return the attributes of `products` side by side: what differs first, then what only some state, then the rest."""
    sides = [stated(product) for product in products]
    names = list(dict.fromkeys(name for side in sides for name in side))
    rows = [Row(name, tuple(tuple(side.get(name, ())) for side in sides)) for name in names]
    return sorted(rows, key=lambda row: (not (row.known and row.differs), not row.differs, row.known))


_VARIANTS = "SELECT ?other ?product WHERE { ?product schema:isVariantOf ?group . ?other schema:isVariantOf ?group }"


def variants(graph: Dataset, id_: str) -> list[str]:
    """Return the ids of a product's variants, itself included; only itself when it has none."""
    rows = select(graph, _VARIANTS, {"product": URIRef(v.product_iri(id_))})
    return sorted(v.product_id(row[0]) for row in rows) or [id_]


_ALIKE = """SELECT ?other (COUNT(DISTINCT ?said) AS ?shared) ?price ?own ?product WHERE {
  ?product schema:category ?kind . ?other schema:category ?kind . FILTER(?other != ?product)
  ?other shop:availability schema:InStock
  OPTIONAL { ?product schema:additionalProperty ?said . ?other schema:additionalProperty ?said }
  OPTIONAL { ?other shop:price ?price }
  OPTIONAL { ?product shop:price ?own }
  FILTER NOT EXISTS { ?product schema:isVariantOf ?group . ?other schema:isVariantOf ?group }
} GROUP BY ?other ?price ?own ?product"""


def alike(graph: Dataset, id_: str, limit: int = 20) -> list[Alike]:
    """Return what is in stock, of the same category and no variant, most alike first: shared facts, near price."""
    rows = list(select(graph, _ALIKE, {"product": URIRef(v.product_iri(id_))}))
    found = [(Alike(v.product_id(row[0]), int(row[1]), row[2]), row[3]) for row in rows]
    return [a for a, own in sorted(found, key=lambda pair: (-_likeness(*pair), pair[0].id))][:limit]


def _likeness(other: Alike, own: Decimal | None) -> float:
    if not other.price or not own:
        return other.shared - (_PRICE_WEIGHT if other.price != own else 0)
    return other.shared - _PRICE_WEIGHT * abs(math.log(other.price / own))
