"""What other products are to one: what the catalogue states and what was worked out, with method and confidence."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from rdflib import Dataset, URIRef

from assistant.product import RelationKind
from kg import vocabulary as v
from kg.store import select

STATED = "stated"
"""The method of a relation that the catalogue itself states."""


@dataclass(frozen=True)
class Related:
    """Product `id` is a `kind` of the product that was asked about, with the triple that says so."""

    id: str
    kind: RelationKind
    confidence: float
    method: str
    evidence: str
    triple: tuple[str, str, str]


@dataclass(frozen=True)
class Series:
    """A maker's series with the ids of its products."""

    name: str
    brand: str
    ids: tuple[str, ...]


_OUT = {str(predicate): kind for kind, predicate in v.RELATIONS.items()}
_BACK = {kind: inverse for inverse, kind in v.INVERSE.items()}
_PREDICATES = " ".join(f"<{predicate}>" for predicate in _OUT)
# What a triple says and what is said of it, asked for apart: the statements of one product are few, its joins are not.
_FROM = f"SELECT ?p ?other ?product WHERE {{ VALUES ?p {{ {_PREDICATES} }} ?product ?p ?other }}"
_TO = f"SELECT ?p ?other ?product WHERE {{ VALUES ?p {{ {_PREDICATES} }} ?other ?p ?product }}"
_SAID = """SELECT ?p ?other ?method ?confidence ?evidence ?product WHERE {{
  GRAPH ?method {{
    ?statement rdf:{own} ?product ; rdf:predicate ?p ; rdf:{far} ?other ; shop:confidence ?confidence ; shop:evidence ?evidence
  }} }}"""
_SAID_FROM = _SAID.format(own="subject", far="object")
_SAID_TO = _SAID.format(own="object", far="subject")


def related(graph: Dataset, id_: str, kinds: Collection[RelationKind] = tuple(RelationKind)) -> list[Related]:
    """Return what other products are to a product, the surest first; one entry for each product and kind."""
    bindings = {"product": URIRef(v.product_iri(id_))}
    best: dict[tuple[str, RelationKind], Related] = {}
    for outgoing, plain, said in ((True, _FROM, _SAID_FROM), (False, _TO, _SAID_TO)):
        worked_out: set[tuple[str, str]] = set()
        found: list[Related] = []
        for predicate, other, method, confidence, evidence, *_ in select(graph, said, bindings):
            if predicate not in _OUT:
                continue
            worked_out.add((predicate, other))
            how = v.derivation_method(method)
            found.append(_related(id_, predicate, other, outgoing, float(confidence), how, evidence))
        for predicate, other, *_ in select(graph, plain, bindings):
            if (predicate, other) not in worked_out:
                found.append(_related(id_, predicate, other, outgoing, 1.0, STATED, ""))
        for one in found:
            before = best.get((one.id, one.kind))
            if one.kind in kinds and (before is None or before.confidence < one.confidence):
                best[one.id, one.kind] = one
    return sorted(best.values(), key=lambda r: (-r.confidence, r.id, r.kind.value))


def _related(
    id_: str, predicate: str, other: str, outgoing: bool, confidence: float, method: str, evidence: str
) -> Related:
    written = _OUT[predicate]
    kind = written if outgoing else _BACK.get(written, written)
    own = v.product_iri(id_)
    triple = (own, predicate, other) if outgoing else (other, predicate, own)
    return Related(v.product_id(other), kind, confidence, method, evidence, triple)


_SERIES = """SELECT ?series ?name ?brand ?other ?product WHERE {
  { SELECT ?series ?product WHERE { ?product shop:inSeries ?series } }
  ?series schema:name ?name ; shop:seriesOf/schema:name ?brand . ?other shop:inSeries ?series }"""


def series(graph: Dataset, id_: str) -> list[Series]:
    """Return the series that a product belongs to, the narrowest first, each with all its products, itself included."""
    found: dict[str, tuple[str, str, set[str]]] = {}
    for node, name, brand, other, *_ in select(graph, _SERIES, {"product": URIRef(v.product_iri(id_))}):
        found.setdefault(node, (name, brand, set()))[2].add(v.product_id(other))
    told = [Series(name, brand, tuple(sorted(ids))) for name, brand, ids in found.values()]
    return sorted(told, key=lambda s: (len(s.ids), s.name))


_METHODS = """SELECT ?entity ?comment ?used WHERE {
  ?entity prov:wasGeneratedBy ?activity . ?activity rdfs:comment ?comment
  OPTIONAL { ?activity prov:used/rdfs:label ?used } }"""


def methods(graph: Dataset) -> dict[str, tuple[str, tuple[str, ...]]]:
    """Return how each method of derivation works, and what it read, by its name."""
    told: dict[str, str] = {}
    used: dict[str, set[str]] = {}
    for entity, comment, name in select(graph, _METHODS):
        method = v.derivation_method(entity)
        told[method] = comment
        used.setdefault(method, set()).update([name] if name else [])
    return {method: (text, tuple(sorted(used[method]))) for method, text in told.items()}
