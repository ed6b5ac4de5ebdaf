"""SHACL constraints as SPARQL that finds all nodes that fail at once, as the specification defines each of them.

https://www.w3.org/TR/shacl/#core-components. An engine that walks from node to node needs minutes for a catalogue of
some 20,000 products (pyshacl, `kg.check_pyshacl`); a query a constraint needs seconds, and copies nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence

from rdflib import SH, XSD, Literal, URIRef
from rdflib.term import Node

Constraints = Mapping[str, Sequence[Node]]
"""Parameters of a shape by their local names: `minCount`, `datatype` …"""


class ShapeError(ValueError):
    """A shape is not well-formed, or says something that is not understood."""


_CASTS = {XSD.decimal: "xsd:decimal", XSD.integer: "xsd:integer", XSD.dateTime: "xsd:dateTime"}
_KINDS = {SH.IRI: "isIRI(?value)", SH.Literal: "isLiteral(?value)", SH.BlankNode: "isBlank(?value)"}


def _compared(sign: str) -> Callable[[Sequence[Node]], str]:
    # What cannot be compared fails.
    return lambda given: f"COALESCE(?value {sign} {_term(given[0])}, false)"


def _datatype(given: Sequence[Node]) -> str:
    kind = given[0]
    test = f"COALESCE(DATATYPE(?value) = {_term(kind)}, false)"
    if cast := _CASTS.get(kind):  # type: ignore[call-overload]
        # A literal such as "cheap"^^xsd:decimal has the datatype, but no value of it.
        test += f" && COALESCE({cast}(STR(?value)) = {cast}(STR(?value)), false)"
    return test


def _one_of(given: Sequence[Node]) -> str:
    if not all(isinstance(term, URIRef) for term in given):
        raise ShapeError(f"sh:in with literals is not understood, found {given}; list IRIs, or use sh:pattern")
    return f"?value IN ({', '.join(map(_term, given))})"


_TESTS: dict[str, Callable[[Sequence[Node]], str]] = {
    "datatype": _datatype,
    "nodeKind": lambda given: _KINDS[given[0]],  # type: ignore[index]
    "minInclusive": _compared(">="),
    "maxInclusive": _compared("<="),
    "minExclusive": _compared(">"),
    "maxExclusive": _compared("<"),
    "minLength": lambda given: f"COALESCE(STRLEN(STR(?value)) >= {_number(given)}, false)",
    "pattern": lambda given: f"COALESCE(REGEX(STR(?value), {_term(given[0])}), false)",
    "in": _one_of,
    "languageIn": lambda given: "(" + " || ".join(f"LANGMATCHES(LANG(?value), {_term(tag)})" for tag in given) + ")",
}
"""SPARQL that is true of a ?value that meets a constraint."""

FEW = "VALUES ?this {}"
"""Stands in a query for the nodes that the shape's SPARQL target has found (`among`)."""
UNDERSTOOD = {*_TESTS, "class", "minCount", "maxCount", "uniqueLang", "qualified", "qualifiedMinCount"}


def _term(term: Node) -> str:
    return term.n3()


def _number(given: Sequence[Node]) -> int:
    (term,) = given
    if not isinstance(term, Literal):
        raise ShapeError(f"found {term}, expected a number")
    return int(term)


def queries(target: str, path: str, constraints: Constraints) -> Iterator[str]:
    """Yield SELECTs of every `?this` of `target` that fails, and the `?value` that it fails with where it has one.

    `target` is a graph pattern that binds ?this, `path` a property path. `qualified` has been read to a test
    (`value_test`). Raises `ShapeError` for constraints that are not understood.
    """
    if unknown := sorted(set(constraints) - UNDERSTOOD):
        raise ShapeError(
            f"sh:{', sh:'.join(unknown)} cannot be asked in SPARQL here; check with pyshacl, or write sh:sparql"
        )
    tests = {name: given for name, given in constraints.items() if name in _TESTS}
    least = _number(constraints["minCount"]) if "minCount" in constraints else 0
    if tests:
        # Those without a value are found on the way.
        wanted = f"OPTIONAL {{ ?this {path} ?value }}" if least == 1 else f"?this {path} ?value"
        fails = f"!({value_test(tests)})" + (" || !BOUND(?value)" if least == 1 else "")
        yield f"SELECT DISTINCT ?this (STR(?value) AS ?found) WHERE {{ {target} {wanted} FILTER({fails}) }}"
    if "class" in constraints:
        # Graphs of catalogues have no classes of classes: rdfs:subClassOf is not followed.
        pointed = f"SELECT DISTINCT ?value WHERE {{ ?this {path} ?value }}"
        unknown_ = f"{{ {pointed} }} FILTER NOT EXISTS {{ ?value a {_term(constraints['class'][0])} }}"
        yield (
            f"SELECT DISTINCT ?this (STR(?value) AS ?found) WHERE {{ {{ SELECT ?value WHERE {{ {unknown_} }} }} "
            f"OPTIONAL {{ ?this {path} ?value }} {target} }}"
        )
    if least > 1 or (least == 1 and not tests):
        yield _fewer(target, path, least, "true")
    if "qualifiedMinCount" in constraints:
        yield _fewer(target, path, _number(constraints["qualifiedMinCount"]), str(constraints["qualified"][0]))
    if "maxCount" in constraints:
        most = _number(constraints["maxCount"])
        yield (
            f"SELECT ?this WHERE {{ {target} ?this {path} ?value }} "
            f"GROUP BY ?this HAVING(COUNT(DISTINCT ?value) > {most})"
        )
    if "uniqueLang" in constraints:
        yield (
            f"SELECT DISTINCT ?this WHERE {{ SELECT ?this ?language WHERE {{ {target} ?this {path} ?value "
            "BIND(LCASE(LANG(?value)) AS ?language) FILTER(?language != '') } "
            "GROUP BY ?this ?language HAVING(COUNT(DISTINCT ?value) > 1) }"
        )


def among(query: str, nodes: Sequence[str]) -> str:
    """Return `query` with IRIs for `FEW`."""
    return query.replace(FEW, f"VALUES ?this {{ {' '.join(f'<{node}>' for node in nodes)} }}")


def value_test(constraints: Constraints) -> str:
    """Return SPARQL that is true of a ?value that meets all of `constraints`; `ShapeError` for those that need more."""
    if unknown := sorted(set(constraints) - _TESTS.keys()):
        raise ShapeError(
            f"sh:{', sh:'.join(unknown)} is no test of one value, expected sh:{', sh:'.join(sorted(_TESTS))}"
        )
    return " && ".join(_TESTS[name](given) for name, given in constraints.items())


def _fewer(target: str, path: str, least: int, test: str) -> str:
    wanted = f"?this {path} ?value FILTER({test})"
    if least == 1:
        return f"SELECT DISTINCT ?this WHERE {{ {target} FILTER NOT EXISTS {{ {wanted} }} }}"
    return (
        f"SELECT ?this WHERE {{ {target} OPTIONAL {{ {wanted} }} }} "
        f"GROUP BY ?this HAVING(COUNT(DISTINCT ?value) < {least})"
    )
