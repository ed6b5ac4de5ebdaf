"""The triples of one node, with the graph that each stands in, and its description as Turtle (https://www.w3.org/TR/turtle/)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from rdflib import RDF, Dataset, Graph, Literal, URIRef
from rdflib.term import Identifier

from kg import vocabulary as v
from kg.explore_nodes import NodeKind, kind_of, values_of
from kg.explore_terms import Term, term_of

OUTGOING, INCOMING = 300, 100
"""Triples from and to a node that are read; the rest is counted."""
_DESCRIBED_AT_ONCE = 200


@dataclass(frozen=True)
class Said:
    """A triple; `method` worked it out (empty: the catalogue states it), with `confidence` (0 to 1) and `evidence`."""

    subject: Term
    predicate: Term
    object: Term
    method: str = ""
    confidence: float | None = None
    evidence: str = ""


@dataclass(frozen=True)
class Triples:
    """What a node says (`outgoing`) and what is said of it (`incoming`), and how many there are of each in the graph.

    Statements about a triple (`rdf:subject`, `rdf:object`) are not listed again: they are told with the triple.
    """

    outgoing: tuple[Said, ...]
    incoming: tuple[Said, ...]
    outgoing_in_all: int
    incoming_in_all: int


_ABOUT = f"FILTER(?p NOT IN (<{RDF.subject}>, <{RDF.object}>))"
_SIDES = {"outgoing": "?node ?p ?o", "incoming": "?o ?p ?node"}
_PLAIN = "SELECT ?p ?o ?node WHERE {{ {side} {about} }} LIMIT {limit}"
_COUNT = "SELECT (COUNT(*) AS ?n) ?node WHERE {{ {side} {about} }} GROUP BY ?node"
_HOMES = "SELECT ?p ?o ?home ?node WHERE {{ {{ SELECT ?p ?o ?node WHERE {{ {side} {about} }} LIMIT {limit} }} GRAPH ?home {{ {side} }} }}"
_STATED = """SELECT ?p ?o ?home ?confidence ?evidence ?node WHERE {{ GRAPH ?home {{
  ?statement rdf:{own} ?node ; rdf:predicate ?p ; rdf:{far} ?o ; shop:confidence ?confidence ; shop:evidence ?evidence }} }}"""


def triples(graph: Dataset, iri: str) -> Triples:
    """Return the triples of a node; none when the graph has no such node. Raises `ValueError` for what is no IRI."""
    values_of([iri])
    outgoing, from_ = _one_side(graph, URIRef(iri), "outgoing", OUTGOING)
    incoming, to = _one_side(graph, URIRef(iri), "incoming", INCOMING)
    return Triples(tuple(outgoing), tuple(incoming), from_, to)


def _one_side(graph: Dataset, node: URIRef, side: str, limit: int) -> tuple[list[Said], int]:
    bound = {"node": node}
    about = _ABOUT if side == "incoming" else ""
    parts = {"side": _SIDES[side], "about": about, "limit": str(limit)}
    found = dict.fromkeys((row.p, row.o) for row in _rows(graph, _PLAIN.format(**parts), bound))
    rows = sorted(found, key=lambda pair: (str(pair[0]), isinstance(pair[1], Literal), str(pair[1])))
    count = sum(int(row.n) for row in _rows(graph, _COUNT.format(**parts), bound))
    own, far = ("subject", "object") if side == "outgoing" else ("object", "subject")
    homes = {(row.p, row.o): str(row.home) for row in _rows(graph, _HOMES.format(**parts), bound)}
    told = {
        (row.p, row.o, str(row.home)): (float(row.confidence), str(row.evidence))
        for row in _rows(graph, _STATED.format(own=own, far=far), bound)
    }
    said = []
    for predicate, other in rows:
        home = homes.get((predicate, other), "")
        confidence, evidence = told.get((predicate, other, home), (None, ""))
        ends = (node, other) if side == "outgoing" else (other, node)
        method = v.derivation_method(home) if home else ""
        said.append(Said(term_of(ends[0]), term_of(predicate), term_of(ends[1]), method, confidence, evidence))
    return said, count


def _rows(graph: Dataset, query: str, bindings: Mapping[str, Identifier] | None = None) -> Iterator[Any]:
    yield from graph.query(query, initBindings=dict(bindings or {}))


_FROM = "SELECT ?p ?o ?node WHERE { ?node ?p ?o }"
_TO = "SELECT ?s ?p ?node WHERE {{ VALUES ?p {{ {predicates} }} ?s ?p ?node }}"
_THERE = "SELECT ?s ?p ?o WHERE {{ VALUES ?s {{ {nodes} }} ?s ?p ?o }}"


def turtle(graph: Dataset, iri: str) -> str:
    """Return a node's description in Turtle; empty when the graph has no such node.

    It holds what the node says, what other products are to it, the statements with confidence and evidence about both,
    and, where it is a product, what its own nodes (offers, ratings, pictures) and the nodes that it shares with others
    (facts and what they are facts of, brand, category) say. Raises `ValueError` for what is no IRI.
    """
    values_of([iri])
    node = URIRef(iri)
    described = Graph()
    for prefix, namespace in v.PREFIXES.items():
        described.bind(prefix, namespace)
    for row in _rows(graph, _FROM, {"node": node}):
        described.add((node, row.p, row.o))
    predicates = values_of([*map(str, v.RELATIONS.values()), str(RDF.subject), str(RDF.object)])
    for row in _rows(graph, _TO.format(predicates=predicates), {"node": node}):
        described.add((row.s, row.p, node))
    seen = {iri}
    for _ in range(2 if kind_of(iri) is NodeKind.PRODUCT else 1):
        found = {str(term) for triple in described for term in triple if isinstance(term, URIRef)}
        wanted = sorted(found - seen)
        _describe(graph, described, [other for other in wanted if _belongs(other, iri)])
        seen |= found
    return described.serialize(format="turtle") if len(described) else ""


def _belongs(other: str, iri: str) -> bool:
    """Whether what a node says is part of the description of `iri`: another product is described where one walks there."""
    kind = kind_of(other)
    if kind is NodeKind.STATEMENT:
        return True
    return kind_of(iri) is NodeKind.PRODUCT and kind not in (NodeKind.TERM, NodeKind.PRODUCT, NodeKind.DERIVATION)


def _describe(graph: Dataset, described: Graph, iris: list[str]) -> None:
    for some in _parts(iris):
        for row in _rows(graph, _THERE.format(nodes=values_of(some))):
            described.add((row.s, row.p, row.o))


def _parts(iris: list[str]) -> Iterable[list[str]]:
    return (iris[start : start + _DESCRIBED_AT_ONCE] for start in range(0, len(iris), _DESCRIBED_AT_ONCE))
