"""What can be had beside one product: what goes with it, and what can take its place."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from rdflib import Dataset

from assistant.product import Availability, RelationKind
from kg import vocabulary as v
from kg.compared import alike
from kg.related import Related, related
from kg.store import select

GOES_WITH = (
    RelationKind.CONSUMABLE,
    RelationKind.ACCESSORY,
    RelationKind.COMPATIBLE,
    RelationKind.ACCESSORY_OF,
    RelationKind.CONSUMABLE_OF,
    RelationKind.BOUGHT_TOGETHER,
)
_BUNDLED = (
    RelationKind.CONSUMABLE,
    RelationKind.ACCESSORY,
    RelationKind.BOUGHT_TOGETHER,
    RelationKind.COMPATIBLE,
)
"""What is added to a product that one buys, the most needed first."""
_HOSTS = (RelationKind.ACCESSORY_OF, RelationKind.CONSUMABLE_OF)


@dataclass(frozen=True)
class Beside:
    """A related product with what is needed to choose among several; `kind` is its category, and its type within it."""

    related: Related
    kind: str
    price: Decimal | None
    available: bool


# The related nodes are the graph's own, and they are few.
_ABOUT = """SELECT ?product ?path ?price ?availability WHERE {{
  VALUES ?product {{ {nodes} }}
  ?product shop:availability ?availability
  OPTIONAL {{ ?product shop:price ?price }} OPTIONAL {{ ?product schema:category/skos:notation ?path }} }}"""
_TYPES = """SELECT ?product ?type WHERE {{
  VALUES ?product {{ {nodes} }}
  ?product schema:additionalProperty ?fact . ?fact schema:propertyID/skos:notation ?key ; schema:value ?type
  FILTER(?key = "type" || STRENDS(?key, "_type")) }} ORDER BY ?product ?key ?type"""


def beside(graph: Dataset, id_: str, kinds: Sequence[RelationKind] = GOES_WITH) -> list[Beside]:
    """Return what is related to a product, the surest first; what the catalogue no longer has is left out."""
    found = related(graph, id_, kinds)
    if not found:
        return []
    nodes = " ".join(f"<{v.product_iri(other)}>" for other in dict.fromkeys(r.id for r in found))
    in_stock = str(v.AVAILABILITY[Availability.IN_STOCK])
    types: dict[str, list[str]] = {}
    for node, type_ in select(graph, _TYPES.format(nodes=nodes)):
        types.setdefault(node, []).append(str(type_))
    about = {
        v.product_id(node): (" > ".join([str(path or ""), *types.get(node, [])[:1]]), price, availability == in_stock)
        for node, path, price, availability, *_ in select(graph, _ABOUT.format(nodes=nodes))
    }
    return [Beside(r, *about[r.id]) for r in found if r.id in about]


def bundle(
    graph: Dataset, id_: str, *, budget: Decimal | None = None, limit: int = 4, liked: Mapping[str, float] | None = None
) -> list[Beside]:
    """Return what completes a product: the surest of each kind that is in stock, within `budget` all together.

    Needed things come first (what it uses up, then accessories, then what others buy with it); of each kind the surest,
    then the cheapest. Of kinds that are equally sure, the one that `liked` scores highest by id comes first.
    """
    liked = liked or {}
    found = beside(graph, id_)
    # Nobody who looks at ink needs a printer to go with it, though the two work together.
    hosts = {b.related.id for b in found if b.related.kind in _HOSTS}
    fitting = [b for b in found if b.available and b.related.kind in _BUNDLED and b.related.id not in hosts]

    def need(one: Beside) -> tuple[int, float]:
        return _BUNDLED.index(one.related.kind), -one.related.confidence

    kinds: dict[str, list[Beside]] = {}
    for one in sorted(fitting, key=lambda b: (*need(b), b.price or Decimal(0), b.related.id)):
        kinds.setdefault(one.kind, []).append(one)
    chosen: list[Beside] = []
    left = budget
    for some in sorted(kinds.values(), key=lambda k: (*need(k[0]), -liked.get(k[0].related.id, 0.0), k[0].price or 0)):
        taken = next((b for b in some if left is None or (b.price is not None and b.price <= left)), None)
        if taken is None:
            continue
        chosen.append(taken)
        left = left - (taken.price or 0) if left is not None else None
        if len(chosen) == limit:
            break
    return chosen


def substitutes(graph: Dataset, id_: str, limit: int = 10) -> list[str]:
    """Return the ids of what can take a product's place and is in stock: what is said to be like it, then by facts."""
    said = [b.related.id for b in beside(graph, id_, (RelationKind.SIMILAR,)) if b.available]
    by_facts = [a.id for a in alike(graph, id_, limit)]
    return list(dict.fromkeys([*said, *by_facts]))[:limit]
