"""One look at the graph: a node, what it leads to and what leads to it, few enough to be drawn."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from rdflib import RDF, Dataset, URIRef

from assistant.product import RelationKind
from kg import vocabulary as v
from kg.bind import term_text
from kg.explore_nodes import Node, NodeKind, kind_of, nodes
from kg.related import related
from kg.store import select

FEW: Mapping[NodeKind, int] = {
    NodeKind.PRODUCT: 12,
    NodeKind.VALUE: 8,
    NodeKind.CATEGORY: 8,
    NodeKind.OFFER: 3,
    NodeKind.SELLER: 3,
    NodeKind.REVIEW: 0,
    NodeKind.IMAGE: 0,
    NodeKind.IDENTIFIER: 0,
    NodeKind.STATEMENT: 0,
    NodeKind.DERIVATION: 0,
}
"""Neighbours of a kind that are shown, where there are more than `_OTHERS`; the rest is counted."""
_OTHERS = 3
MANY = 60
"""Neighbours of a kind that are shown once it is opened."""


@dataclass(frozen=True)
class Link:
    """Why two nodes are neighbours: by `predicate`, from the one in the middle (`outgoing`) or to it.

    `relation` is what the neighbour is to the product in the middle, with its confidence (0 to 1), the method that worked
    it out (`kg.related.STATED`: the catalogue says so) and the evidence.
    """

    predicate: str
    outgoing: bool
    relation: RelationKind | None = None
    confidence: float = 1.0
    method: str = ""
    evidence: str = ""


@dataclass(frozen=True)
class Neighbour:
    """A node beside the one in the middle, with all that links the two."""

    node: Node
    links: tuple[Link, ...]


@dataclass(frozen=True)
class Neighbourhood:
    """`centre`, its `neighbours` by kind in the order of `NodeKind`, and how many more of a kind there are (`folded`)."""

    centre: Node
    neighbours: tuple[Neighbour, ...]
    folded: Mapping[NodeKind, int]


_OUT = "SELECT ?p ?o ?node WHERE { ?node ?p ?o FILTER(ISIRI(?o)) }"
_IN = "SELECT ?p (COUNT(?s) AS ?n) ?node WHERE { ?s ?p ?node } GROUP BY ?p ?node"
# The predicate is one that the graph itself has just named. Sorting those who share a colour takes 300 times as long.
_FROM = "SELECT ?s ?node WHERE {{ ?s {predicate} ?node }} LIMIT {limit}"
_USES = """SELECT ?fact (COUNT(?any) AS ?uses) ?node WHERE {
  { SELECT ?fact ?node WHERE { ?node schema:additionalProperty ?fact } } ?any schema:additionalProperty ?fact
} GROUP BY ?fact ?node"""
_RELATIONS = frozenset(str(predicate) for predicate in v.RELATIONS.values())
# A statement about a triple is told with the triple itself.
_ABOUT_TRIPLES = frozenset(str(term) for term in (RDF.subject, RDF.predicate, RDF.object))


def neighbourhood(graph: Dataset, iri: str, opened: Iterable[NodeKind] = ()) -> Neighbourhood | None:
    """Return what surrounds a node, or None when the graph says nothing of it.

    Of the kinds in `opened` up to `MANY` are shown. Of a product's facts those that the fewest other products share come
    first, those that none shares last; related products come surest first, what points to a shared node in no order.
    Raises `ValueError` for what is no IRI.
    """
    term_text(URIRef(iri))
    limits = defaultdict(lambda: _OTHERS, FEW) | dict.fromkeys(opened, MANY)
    links: dict[str, list[Link]] = defaultdict(list)
    for predicate, other, *_ in select(graph, _OUT, {"node": URIRef(iri)}):
        if predicate not in _RELATIONS and kind_of(other) is not NodeKind.TERM:
            links[other].append(Link(predicate, outgoing=True))
    if kind_of(iri) is NodeKind.PRODUCT:
        for one in related(graph, v.product_id(iri)):
            link = Link(one.triple[1], one.triple[0] == iri, one.kind, one.confidence, one.method, one.evidence)
            links[v.product_iri(one.id)].append(link)
    unread = _incoming(graph, iri, links)
    if not links and not list(select(graph, "SELECT ?p ?node WHERE { ?node ?p ?o } LIMIT 1", {"node": URIRef(iri)})):
        return None
    shown = _shown(graph, iri, links, limits)
    told = nodes(graph, [iri, *shown])
    neighbours = tuple(Neighbour(told[other], tuple(links[other])) for other in shown)
    left = Counter(kind_of(other) for other in links if other != iri) + unread - Counter(kind_of(o) for o in shown)
    return Neighbourhood(told[iri], neighbours, {kind: left[kind] for kind in NodeKind if left[kind] > 0})


def _incoming(graph: Dataset, iri: str, links: dict[str, list[Link]]) -> Counter[NodeKind]:
    """Add up to `MANY` of each predicate that points to a node; returns how many more there are of each kind."""
    unread: Counter[NodeKind] = Counter()
    bound = {"node": URIRef(iri)}
    for predicate, count, *_ in list(select(graph, _IN, bound)):
        if predicate in _ABOUT_TRIPLES or predicate in _RELATIONS:
            continue
        query = _FROM.format(predicate=term_text(URIRef(predicate)), limit=MANY)
        others = [str(other) for other, *_ in select(graph, query, bound)]
        for other in others:
            links[other].append(Link(predicate, outgoing=False))
        # A predicate leads from nodes of one kind, but for sources (of products and of offers).
        for kind, _ in Counter(kind_of(other) for other in others).most_common(1):
            unread[kind] += count - len(others)
    return unread


def _shown(graph: Dataset, iri: str, links: Mapping[str, list[Link]], limits: Mapping[NodeKind, int]) -> list[str]:
    by_kind: dict[NodeKind, list[str]] = defaultdict(list)
    for other in links:
        if other != iri:
            by_kind[kind_of(other)].append(other)
    if kind_of(iri) is NodeKind.PRODUCT and len(by_kind[NodeKind.VALUE]) > limits[NodeKind.VALUE]:
        uses = {str(fact): int(count) for fact, count, *_ in select(graph, _USES, {"node": URIRef(iri)})}
        by_kind[NodeKind.VALUE].sort(key=lambda fact: (uses.get(fact, 0) < 2, uses.get(fact, 0), fact))
    return [other for kind in NodeKind for other in by_kind[kind][: limits[kind]]]
