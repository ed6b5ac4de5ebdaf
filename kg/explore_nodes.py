"""What a node of the graph is and how it is called: read for the few nodes that one look at the graph shows."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from enum import StrEnum
from typing import Any
from urllib.parse import unquote

from rdflib import RDFS, Dataset, URIRef

from assistant.product import Attribute, Availability, Language
from kg import vocabulary as v
from kg.bind import term_text
from kg.store import select

_BASE = "urn:shop:"


class NodeKind(StrEnum):
    """The kinds of resources that `kg/ontology.ttl` lists, in the order in which they are shown; `TERM`: of other vocabularies."""

    BRAND = "brand"
    CATEGORY = "category"
    SERIES = "series"
    GROUP = "group"
    OFFER = "offer"
    PRODUCT = "product"
    VALUE = "value"
    PROPERTY = "property"
    RATING = "rating"
    SELLER = "seller"
    REVIEW = "review"
    IMAGE = "image"
    IDENTIFIER = "identifier"
    LIST_PRICE = "list-price"
    SOURCE = "source"
    DERIVATION = "derivation"
    STATEMENT = "statement"
    TERM = "term"


_KINDS = {kind.value: kind for kind in NodeKind} | dict.fromkeys(("relation", "membership"), NodeKind.STATEMENT)
SHARED = frozenset(
    {NodeKind.BRAND, NodeKind.CATEGORY, NodeKind.VALUE, NodeKind.SERIES, NodeKind.GROUP, NodeKind.SELLER}
    | {NodeKind.PROPERTY, NodeKind.SOURCE}
)
"""Kinds of nodes that many others point to."""


@dataclass(frozen=True)
class Node:
    """One node; what its kind does not have is None.

    `names` by language, `attribute` of a value, `price` (with `currency`, ISO 4217, where it is an offer's) of a product
    or an offer, `rating` in stars (0 to 5), `shared_by`: how many nodes point to a shared one.
    """

    iri: str
    kind: NodeKind
    names: Mapping[Language, str] = field(default_factory=dict)
    attribute: Attribute | None = None
    price: Decimal | None = None
    currency: str | None = None
    availability: Availability | None = None
    rating: Decimal | None = None
    shared_by: int | None = None

    def name(self, language: Language) -> str:
        """Return the name in `language`, or in the language there is, or what the IRI says."""
        return self.names.get(language) or next(iter(self.names.values()), None) or tail(self.iri)


def kind_of(iri: str) -> NodeKind:
    """Return what a node is, by its IRI."""
    kind = iri.removeprefix(_BASE).partition(":")[0] if iri.startswith(_BASE) else ""
    return _KINDS.get(kind, NodeKind.TERM)


def tail(iri: str) -> str:
    """Return the telling end of an IRI: `canon` of `urn:shop:brand:canon`, `InStock` of `https://schema.org/InStock`."""
    if iri.startswith(_BASE):
        return unquote(iri.removeprefix(_BASE).partition(":")[2] or iri)
    return iri.rstrip("/#").replace("#", "/").rpartition("/")[2] or iri


def values_of(iris: Collection[str]) -> str:
    """Return IRIs as the data of a VALUES block; raises `ValueError` for what is no IRI."""
    return " ".join(term_text(URIRef(iri)) for iri in iris)


# The nodes are the graph's own, and they are few. What is said of them is asked for at once and told apart here.
_ABOUT = """SELECT ?node ?p ?o WHERE {{ VALUES ?node {{ {nodes} }}
  VALUES ?p {{ schema:name skos:prefLabel rdfs:label schema:headline schema:contentUrl schema:productGroupID schema:value
               schema:unitText schema:price schema:priceCurrency schema:availability shop:price shop:availability
               schema:ratingValue schema:propertyID }}
  ?node ?p ?o }}"""
_SELLERS = """SELECT ?node ?name WHERE {{ VALUES ?node {{ {nodes} }} ?node schema:seller/schema:name ?name }}"""
# Naming the predicates here makes the engine read all that they say: 825 ms for 2 ms of 19,406 products.
_USES = "SELECT ?node ?p (COUNT(?s) AS ?uses) WHERE {{ VALUES ?node {{ {nodes} }} ?s ?p ?node }} GROUP BY ?node ?p"
_SHARING = frozenset(
    str(predicate)
    for predicate in (
        v.SCHEMA.brand, v.SCHEMA.category, v.SCHEMA.additionalProperty, v.SCHEMA.isVariantOf, v.SHOP.inSeries,
        v.SCHEMA.seller, v.SCHEMA.propertyID, v.PROV.wasDerivedFrom,
    )
)  # fmt: skip
_NAMES = tuple(
    str(predicate)
    for predicate in (
        v.SKOS.prefLabel, v.SCHEMA.name, v.SCHEMA.headline, RDFS.label, v.SCHEMA.contentUrl, v.SCHEMA.productGroupID,
    )
)  # fmt: skip
"""Predicates that name a node, the best first."""
_AVAILABILITY = {str(iri): kind for kind, iri in v.AVAILABILITY.items()}


def nodes(graph: Dataset, iris: Collection[str]) -> dict[str, Node]:
    """Return the nodes of `iris`, those that nothing is known of too (by their IRI alone).

    Raises `ValueError` for what is no IRI.
    """
    if not iris:
        return {}
    listed = values_of(iris)
    said: dict[str, dict[str, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for row in graph.query(_ABOUT.format(nodes=listed)):
        said[str(row.node)][str(row.p)].append(row.o)  # type: ignore[union-attr]
    for row in graph.query(_SELLERS.format(nodes=listed)) if any(kind_of(i) is NodeKind.OFFER for i in iris) else ():
        said[str(row.node)][str(v.SCHEMA.name)].append(row.name)  # type: ignore[union-attr]
    shared = [iri for iri in iris if kind_of(iri) in SHARED]
    uses: Counter[str] = Counter()
    for node, predicate, count in select(graph, _USES.format(nodes=values_of(shared))) if shared else ():
        uses[node] += count if predicate in _SHARING else 0
    return {iri: _node(iri, said[iri], uses[iri]) for iri in iris}


def _node(iri: str, said: Mapping[str, list[Any]], uses: int) -> Node:
    kind = kind_of(iri)

    def first(*predicates: Any) -> Any:  # noqa: ANN401 (RDF terms)
        return next((said[str(p)][0] for p in predicates if said.get(str(p))), None)

    names: dict[Language, str] = {}
    for predicate in _NAMES:
        for text in said.get(predicate, ()):
            names.setdefault("zh" if getattr(text, "language", None) == "zh" else "en", str(text))
    price, code = first(v.SHOP.price, v.SCHEMA.price), first(v.SCHEMA.priceCurrency)
    rating = first(v.SCHEMA.ratingValue)
    return Node(
        iri,
        kind,
        names,
        attribute=_attribute(iri, first(v.SCHEMA.value), first(v.SCHEMA.unitText)) if kind is NodeKind.VALUE else None,
        price=None if price is None else Decimal(str(price)),
        currency=None if code is None else str(code),
        availability=_AVAILABILITY.get(str(first(v.SHOP.availability, v.SCHEMA.availability))),
        rating=None if rating is None else Decimal(str(rating)),
        shared_by=uses if kind in SHARED else None,
    )


def _attribute(iri: str, value: Any, unit: Any) -> Attribute | None:  # noqa: ANN401 (RDF terms)
    if value is None:
        return None
    return Attribute(name=v.value_key(iri), value=value.toPython(), unit=None if unit is None else str(unit))
