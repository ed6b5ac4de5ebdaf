"""Reads SHACL shapes from Turtle: what each says to people, and the SPARQL that finds what fails."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from pathlib import Path

from rdflib import RDF, RDFS, SH, BNode, Graph, Literal, URIRef
from rdflib.collection import Collection
from rdflib.extras.shacl import parse_shacl_path
from rdflib.plugins.parsers.notation3 import BadSyntax
from rdflib.term import IdentifiedNode, Node

from assistant.product import LocalText
from kg import vocabulary
from kg.check_queries import FEW, ShapeError, queries, value_test

BUNDLED = Path(__file__).parent / "shapes.ttl"
SHAPE = "urn:shop:shape:"


class Severity(StrEnum):
    """How bad a finding is, the worst first; https://www.w3.org/TR/shacl/#severity."""

    VIOLATION = "violation"
    WARNING = "warning"
    INFO = "info"

    @property
    def rank(self) -> int:
        """0 for the worst."""
        return list(Severity).index(self)


@dataclass(frozen=True)
class Shape:
    """One condition. `queries` select the nodes that fail as `?this`, with `?value` where one value is to blame.

    With a `target`, a SELECT, what that finds is written into them first (`kg.check_queries.among`).
    """

    iri: str
    severity: Severity
    names: LocalText
    descriptions: LocalText
    messages: LocalText
    path: str
    target: str | None
    queries: tuple[str, ...]
    of_statements: bool
    """Whether it is about what methods wrote (`kg.derivations`), not about what a shop says."""

    @property
    def id(self) -> str:
        """The last part of the IRI."""
        return self.iri.removeprefix(SHAPE)


_TOLD = {
    *(RDF.type, RDFS.label, SH.name, SH.description, SH.message, SH.severity, SH.path, SH.property, SH.sparql),
    *(SH.order, SH.group, SH.target, SH.targetClass, SH.targetSubjectsOf, SH.prefixes, SH.select),
}
_LISTS = (SH["in"], SH.languageIn)


def read_shapes(files: Sequence[Path] = (BUNDLED,)) -> list[Shape]:
    """Return the conditions of `files`, in no particular order.

    Raises `ShapeError` with the shape for what is missing or not understood, and with the file for what is no Turtle.
    """
    graph = Graph()
    for file in files:
        try:
            graph.parse(file, format="turtle")
        except (OSError, BadSyntax) as error:
            raise ShapeError(f"{file}: {error}") from error
    reader = _Reader(graph)
    found = []
    for node in sorted(_conditions(graph), key=str):
        try:
            found.append(reader.shape(node))
        except ShapeError as error:
            raise ShapeError(f"{node}: {error}") from error
    return found


def _conditions(graph: Graph) -> Iterator[Node]:
    """Yield every shape that demands something; those that only list others do not."""
    shapes = {node for kind in (SH.NodeShape, SH.PropertyShape) for node in graph.subjects(RDF.type, kind)}
    shapes |= {node for mark in (SH.severity, SH.path, SH.sparql) for node in graph.subjects(mark)}
    for node in shapes:
        said = set(graph.predicates(node))
        if said & {SH.severity, SH.path, SH.sparql} or said - _TOLD:
            yield node


@cache
def bundled() -> tuple[Shape, ...]:
    """Return the conditions of `kg/shapes.ttl`."""
    return tuple(read_shapes())


class _Reader:
    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        for prefix, namespace in vocabulary.PREFIXES.items():
            graph.bind(prefix, namespace, replace=True)

    def shape(self, node: Node) -> Shape:
        if isinstance(node, BNode):
            raise ShapeError("found no IRI, expected one by which findings are counted")
        constraint = self._only(node, SH.sparql)
        path = self._graph.value(node, SH.path)
        target = self._target(node)
        said = constraint if constraint is not None and (constraint, SH.message, None) in self._graph else node
        if constraint is not None:
            if others := sorted(self._constraints(node)):
                raise ShapeError(f"found sh:{', sh:'.join(others)} beside sh:sparql, expected a shape for each")
            asked: Iterator[str] = iter([self._sparql(target, constraint)])
        elif isinstance(path, IdentifiedNode):
            asked = queries(target, f"({self._path(path)})", self._constraints(node))
        else:
            raise ShapeError("found neither sh:path nor sh:sparql, expected one of the two")
        return Shape(
            str(node),
            self._severity(node),
            self._texts(node, SH.name),
            self._texts(node, SH.description),
            self._texts(said, SH.message),
            self._path(path, short=True) if isinstance(path, IdentifiedNode) else "",
            self._prologue + found if (found := self._found(node)) else None,
            tuple(self._prologue + text for text in asked),
            any((owner, SH.targetClass, RDF.Statement) in self._graph for owner in self._owners(node)),
        )

    @property
    def _prologue(self) -> str:
        lines = (
            f"PREFIX {self._graph.value(one, SH.prefix)}: <{self._graph.value(one, SH.namespace)}>\n"
            for one in self._graph.objects(None, SH.declare)
        )
        return "".join(sorted(set(lines)))

    def _severity(self, node: Node) -> Severity:
        # Where none is given it would be a violation; whoever writes a shape has to think about it.
        said = str(self._graph.value(node, SH.severity)).removeprefix(str(SH)).lower()
        if said not in list(Severity):
            raise ShapeError(f"severity {said}, expected sh:Violation, sh:Warning or sh:Info")
        return Severity(said)

    def _texts(self, node: Node, predicate: URIRef) -> LocalText:
        texts = [text for text in self._graph.objects(node, predicate) if isinstance(text, Literal)]
        found: LocalText = {"en": "", "zh": ""}
        for text in texts:
            if text.language in found:
                found[text.language] = str(text)  # type: ignore[index]
        if not all(found.values()):
            raise ShapeError(f"sh:{predicate.fragment} in {[t.language for t in texts]}, expected en and zh")
        return found

    def _path(self, path: IdentifiedNode, *, short: bool = False) -> str:
        parsed = parse_shacl_path(self._graph, path)
        return parsed.n3(self._graph.namespace_manager) if short else parsed.n3()

    def _target(self, node: Node) -> str:
        found = [pattern for owner in self._owners(node) for pattern in self._targets(owner)]
        if self._found(node):
            found.append(FEW)
        if not found:
            raise ShapeError("found no target, expected sh:targetClass, sh:targetSubjectsOf or sh:target")
        return found[0] if len(found) == 1 else " UNION ".join(f"{{ {pattern} }}" for pattern in found)

    def _owners(self, node: Node) -> list[Node]:
        owners = list(self._graph.subjects(SH.property, node))
        if any((owner, SH.path, None) in self._graph for owner in owners):
            raise ShapeError(
                "found sh:property inside a property shape, expected one path, such as ( schema:brand schema:name )"
            )
        return [node, *owners]

    def _only(self, node: Node, predicate: URIRef) -> Node | None:
        found = list(self._graph.objects(node, predicate))
        if len(found) > 1:
            raise ShapeError(f"found {len(found)} times sh:{predicate.fragment}, expected one; make a shape for each")
        return found[0] if found else None

    def _targets(self, node: Node) -> Iterator[str]:
        for kind in self._graph.objects(node, SH.targetClass):
            yield f"?this a {kind.n3()} ."
        for predicate in self._graph.objects(node, SH.targetSubjectsOf):
            yield f"?this {predicate.n3()} ?_of ."

    def _found(self, node: Node) -> str | None:
        targets = [target for owner in self._owners(node) for target in self._graph.objects(owner, SH.target)]
        if len(targets) > 1:
            raise ShapeError(f"found {len(targets)} SPARQL targets, expected one at most")
        return self._select(targets[0]) if targets else None

    def _sparql(self, target: str, constraint: Node) -> str:
        select = self._select(constraint)
        if target == FEW:
            # Every sub-SELECT has to project $this (SHACL, 5.3.1), so each may be told what it is.
            return f"SELECT DISTINCT ?this (STR(?value) AS ?found) WHERE {{ {{ {select.replace('WHERE {', f'WHERE {{ {FEW} ')} }} }}"
        # $this is joined, not bound beforehand: the constraint's own patterns have to bind it.
        return f"SELECT DISTINCT ?this (STR(?value) AS ?found) WHERE {{ {target} {{ {select} }} }}"

    def _select(self, node: Node) -> str:
        text = self._graph.value(node, SH.select)
        if not isinstance(text, Literal):
            raise ShapeError("found no sh:select, expected a SPARQL SELECT")
        if special := re.search(r"[$?](PATH|shapesGraph|currentShape)\b", text):
            raise ShapeError(f"{special[0]} is not understood in sh:select; write out what it stands for")
        return str(text)

    def _constraints(self, node: Node) -> Mapping[str, Sequence[Node]]:
        found: dict[str, Sequence[Node]] = {}
        for predicate in sorted(set(self._graph.predicates(node)) - _TOLD, key=str):
            given = self._only(node, URIRef(str(predicate)))
            name = str(predicate).removeprefix(str(SH))
            if given is None:
                continue
            if predicate == SH.qualifiedValueShape:
                found["qualified"] = [Literal(value_test(self._constraints(given)))]
            else:
                found[name] = list(Collection(self._graph, given)) if predicate in _LISTS else [given]
        return found
