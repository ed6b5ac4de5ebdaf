"""What was worked out about products, as values and as triples: each method has a named graph and a PROV activity.

A relation is a plain triple, so that queries need not know how it came about, and beside it an `rdf:Statement` with
confidence and evidence (RDF 1.1 Semantics, appendix D.1; https://www.w3.org/TR/prov-o/).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import UTC, datetime

import pyoxigraph as ox
from rdflib.namespace import RDF, RDFS, XSD, Namespace

from assistant.product import RelationKind
from kg import vocabulary as v
from kg.triples import relation_triple


@dataclass(frozen=True)
class Derived:
    """Product `other` is a `kind` of product `id`, with `confidence` (0 to 1) because of `evidence`, in plain words."""

    id: str
    kind: RelationKind
    other: str
    confidence: float
    evidence: str


@dataclass(frozen=True)
class InSeries:
    """Product `id` belongs to the series `series` of the maker `brand`."""

    id: str
    brand: str
    series: str
    confidence: float
    evidence: str


@dataclass(frozen=True)
class Derivation:
    """What one method worked out.

    `method` is its short name (`compatibility`), `description` says in a sentence how it works, `used` names what it
    read: attribute keys, files, models.
    """

    method: str
    description: str
    used: tuple[str, ...]
    relations: tuple[Derived, ...] = ()
    series: tuple[InSeries, ...] = ()


def _name(namespace: Namespace | type, name: str) -> ox.NamedNode:
    return ox.NamedNode(str(getattr(namespace, name)))


_TYPE = _name(RDF, "type")
_STATEMENT, _SUBJECT, _PREDICATE, _OBJECT = (_name(RDF, n) for n in ("Statement", "subject", "predicate", "object"))
_CONFIDENCE, _EVIDENCE = _name(v.SHOP, "confidence"), _name(v.SHOP, "evidence")
_SERIES, _IN_SERIES = _name(v.SHOP, "Series"), _name(v.SHOP, "inSeries")
_DECIMAL = _name(XSD, "decimal")


def quads(derivation: Derivation) -> Iterator[ox.Quad]:
    """Yield what `derivation` says, in its named graph, and in the default graph how it came about.

    Raises `ValueError` for a confidence outside 0 to 1.
    """
    home = ox.NamedNode(v.derivation_iri(derivation.method))
    yield from _activity(derivation, home)
    for found in derivation.relations:
        statement = v.relation_iri(derivation.method, found.kind, found.id, found.other)
        yield from _said(home, statement, relation_triple(found.id, found.kind, found.other), found)
    described: set[str] = set()
    for member in derivation.series:
        series = ox.NamedNode(v.series_iri(member.brand, member.series))
        node = ox.NamedNode(v.product_iri(member.id))
        yield from _said(
            home, v.membership_iri(derivation.method, member.id, series.value), (node, _IN_SERIES, series), member
        )
        if series.value not in described:
            described.add(series.value)
            yield ox.Quad(series, _TYPE, _SERIES, home)
            yield ox.Quad(series, _name(v.SCHEMA, "name"), ox.Literal(member.series), home)
            yield ox.Quad(series, _name(v.SHOP, "seriesOf"), ox.NamedNode(v.brand_iri(member.brand)), home)


def _activity(derivation: Derivation, home: ox.NamedNode) -> Iterator[ox.Quad]:
    activity = ox.NamedNode(f"{home.value}:activity")
    yield ox.Quad(home, _TYPE, _name(v.PROV, "Entity"))
    yield ox.Quad(home, _name(v.PROV, "wasGeneratedBy"), activity)
    yield ox.Quad(activity, _TYPE, _name(v.PROV, "Activity"))
    yield ox.Quad(activity, _name(RDFS, "label"), ox.Literal(derivation.method))
    yield ox.Quad(activity, _name(RDFS, "comment"), ox.Literal(derivation.description))
    now = datetime.now(UTC).isoformat(timespec="seconds")
    yield ox.Quad(activity, _name(v.PROV, "endedAtTime"), ox.Literal(now, datatype=_name(XSD, "dateTime")))
    for name in derivation.used:
        source = ox.NamedNode(v.source_iri(name))
        yield ox.Quad(activity, _name(v.PROV, "used"), source)
        yield ox.Quad(source, _TYPE, _name(v.PROV, "Entity"))
        yield ox.Quad(source, _name(RDFS, "label"), ox.Literal(name))


def _said(
    home: ox.NamedNode,
    statement: str,
    triple: tuple[ox.NamedNode, ox.NamedNode, ox.NamedNode],
    found: Derived | InSeries,
) -> Iterator[ox.Quad]:
    if not 0 <= found.confidence <= 1:
        raise ValueError(f"confidence {found.confidence} of {statement} is not between 0 and 1")
    node = ox.NamedNode(statement)
    yield ox.Quad(*triple, home)
    yield ox.Quad(node, _TYPE, _STATEMENT, home)
    for predicate, term in zip((_SUBJECT, _PREDICATE, _OBJECT), triple, strict=True):
        yield ox.Quad(node, predicate, term, home)
    yield ox.Quad(node, _CONFIDENCE, ox.Literal(f"{found.confidence:.4f}", datatype=_DECIMAL), home)
    yield ox.Quad(node, _EVIDENCE, ox.Literal(found.evidence), home)


def unstated(derivations: Iterable[Derivation], stated: Iterable[tuple[str, str, str]]) -> Iterator[Derivation]:
    """Yield `derivations` less the relations that the catalogue states (`stated`, triples as texts) or an earlier one says.

    Named graphs are read as one: a triple that stands in two of them would count twice.
    """
    said = set(stated)
    for derivation in derivations:
        kept = []
        for found in derivation.relations:
            triple = as_text(found.id, found.kind, found.other)
            if triple not in said:
                said.add(triple)
                kept.append(found)
        yield replace(derivation, relations=tuple(kept))


def as_text(id_: str, kind: RelationKind, other: str) -> tuple[str, str, str]:
    """Return the triple of a relation as IRIs."""
    subject, predicate, thing = relation_triple(id_, kind, other)
    return subject.value, predicate.value, thing.value
