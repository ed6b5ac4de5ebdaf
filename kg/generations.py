"""Graphs in a SPARQL endpoint: written whole beside those that are read, and dropped when nobody reads them any more.

An endpoint has one default graph for everybody, so each generation of a catalogue has named graphs of its own:

    urn:shop:generation:NAME                     what a store on disk has in its default graph
    urn:shop:generation:NAME:derivation:METHOD   what a method worked out, on disk urn:shop:derivation:METHOD
    urn:shop:generations                         which graphs belong to which generation, in VoID; how many triples it
                                                 has is written last, and nothing without that is read

A query names those of one generation as its dataset (https://www.w3.org/TR/sparql11-protocol/#dataset), which the
server merges. In Oxigraph's merge a triple that stands in two graphs counts twice, so none should.
"""

from __future__ import annotations

import io
from collections.abc import Iterable, Iterator
from contextlib import suppress
from typing import IO, Any, cast
from urllib.parse import quote

import httpx
import pyoxigraph as ox

from kg import vocabulary
from kg.bind import unmistakable
from kg.endpoint import Connection, Endpoint, EndpointError
from kg.remote import EndpointStore, renamed

_INDEX = "urn:shop:generations"
_VOID = "http://rdfs.org/ns/void#"
_DERIVATION = vocabulary.derivation_iri("")
_AT_ONCE = 20_000
"""Triples of one INSERT DATA: some 2 MB."""


def opened(endpoint: Endpoint) -> EndpointStore:
    """Return the store of the generation that `endpoint` names, or of all that the server offers when it names none.

    Raises `EndpointError` when the server does not answer or has no such generation.
    """
    connection = Connection(endpoint)
    if not endpoint.generation:
        connection.query("ASK {}")
        return EndpointStore(connection)
    graphs = _complete(connection)
    named = [graph for graph in graphs if graph != _node(endpoint)]
    return EndpointStore(connection, graphs, named, _derivations(endpoint))


def upload(endpoint: Endpoint, batches: Iterable[list[ox.Quad]]) -> int:
    """Write a generation; returns its number of triples. What was written of it is dropped when that fails.

    Raises `EndpointError`, and `ValueError` for blank nodes and for named graphs that are no derivation's.
    """
    if not endpoint.generation:
        raise ValueError(f"which generation is written to {endpoint.query}? An address has to end with #NAME")
    drop(endpoint)
    connection = Connection(endpoint)
    try:
        graphs: set[str] = set()
        for batch in batches:
            for graph, triples in _by_graph(endpoint, batch).items():
                if graph not in graphs:
                    graphs.add(graph)
                    # Before the first triple: what is broken off can then be found and dropped.
                    connection.update(_index(endpoint, f"<{_VOID}subset> <{graph}>"))
                for start in range(0, len(triples), _AT_ONCE):
                    text = unmistakable("".join(triples[start : start + _AT_ONCE]))
                    connection.update(f"INSERT DATA {{ GRAPH <{graph}> {{\n{text}}} }}")
        count = sum(_size(connection, graph) for graph in graphs)
        connection.update(_index(endpoint, f"<{_VOID}triples> {count}"))
    except BaseException:
        with suppress(EndpointError):
            drop(endpoint)
        raise
    finally:
        connection.close()
    return count


def drop(endpoint: Endpoint) -> None:
    """Drop a generation, complete or not; does nothing when there is none. Raises `EndpointError`."""
    connection = Connection(endpoint)
    node = _node(endpoint)
    try:
        # One by one: from the first on nobody opens it, and what is left of a drop that breaks off can still be found.
        connection.update(f"DELETE WHERE {{ GRAPH <{_INDEX}> {{ <{node}> <{_VOID}triples> ?n }} }}")
        for graph in _graphs(connection):
            connection.update(f"DROP SILENT GRAPH <{graph}>")
        connection.update(f"DELETE WHERE {{ GRAPH <{_INDEX}> {{ <{node}> ?p ?o }} }}")
    finally:
        connection.close()


def quads(endpoint: Endpoint) -> Iterator[ox.Quad]:
    """Yield what the graph of `endpoint` says as a store on disk would, without holding it. Raises `EndpointError`."""
    connection = Connection(endpoint)
    if endpoint.generation:
        homes: list[str | None] = [*_complete(connection)]
    else:
        homes = [None, *(row[0].value for row in connection.rows("SELECT DISTINCT ?g WHERE { GRAPH ?g {} }"))]
    for home in homes:
        pattern = f"GRAPH <{home}> {{ ?s ?p ?o }}" if home else "?s ?p ?o"
        graph = ox.NamedNode(_outside(endpoint, home)) if home and home != _node(endpoint) else ox.DefaultGraph()
        with connection.stream(f"CONSTRUCT {{ ?s ?p ?o }} WHERE {{ {pattern} }}") as answer:
            for triple in ox.parse(cast(IO[bytes], _Reader(answer)), ox.RdfFormat.N_TRIPLES):
                yield ox.Quad(_read(endpoint, triple.subject), triple.predicate, _read(endpoint, triple.object), graph)
    connection.close()


def _node(endpoint: Endpoint) -> str:
    return f"urn:shop:generation:{quote(endpoint.generation, safe='')}"


def _derivations(endpoint: Endpoint) -> str:
    return f"{_node(endpoint)}:derivation:"


def _outside(endpoint: Endpoint, iri: str) -> str:
    return renamed(iri, _derivations(endpoint), _DERIVATION) if endpoint.generation else iri


def _read(endpoint: Endpoint, term: Any) -> Any:  # noqa: ANN401 (Oxigraph's terms)
    return ox.NamedNode(_outside(endpoint, term.value)) if isinstance(term, ox.NamedNode) else term


def _index(endpoint: Endpoint, said: str) -> str:
    return f"INSERT DATA {{ GRAPH <{_INDEX}> {{ <{_node(endpoint)}> {said} }} }}"


def _graphs(connection: Connection) -> list[str]:
    """Return the named graphs of a generation, complete or not."""
    node = _node(connection.endpoint)
    rows = connection.rows(f"SELECT ?graph WHERE {{ GRAPH <{_INDEX}> {{ <{node}> <{_VOID}subset> ?graph }} }}")
    return sorted(row[0].value for row in rows)


def _complete(connection: Connection) -> list[str]:
    """Return the named graphs of a generation; raises `EndpointError` when it is not there or not complete."""
    endpoint = connection.endpoint
    rows = connection.rows(f"SELECT ?n WHERE {{ GRAPH <{_INDEX}> {{ <{_node(endpoint)}> <{_VOID}triples> ?n }} }}")
    if next(rows, None) is None:
        raise EndpointError(
            f"the SPARQL endpoint {endpoint.query} has no complete graph of {endpoint.generation}; "
            "read the catalogue again (python -m assistant ingest), or correct the address"
        )
    return _graphs(connection)


def _size(connection: Connection, graph: str) -> int:
    row = next(connection.rows(f"SELECT (COUNT(*) AS ?n) WHERE {{ GRAPH <{graph}> {{ ?s ?p ?o }} }}"))
    return int(row[0].value)


def _by_graph(endpoint: Endpoint, batch: list[ox.Quad]) -> dict[str, list[str]]:
    """Return the triples of a batch as N-Triples by the graph that they go to."""
    found: dict[str, list[str]] = {}
    own, derivations = _node(endpoint), _derivations(endpoint)
    for quad in batch:
        graph = quad.graph_name
        if isinstance(graph, ox.DefaultGraph):
            home = own
        elif isinstance(graph, ox.NamedNode) and graph.value.startswith(_DERIVATION):
            home = renamed(graph.value, _DERIVATION, derivations)
        else:
            raise ValueError(
                f"the graph {graph} is no derivation's ({_DERIVATION}…), so it has no place in an endpoint"
            )
        terms = []
        for term in (quad.subject, quad.predicate, quad.object):
            if isinstance(term, ox.BlankNode):
                raise ValueError(f"{quad} has a blank node, which has no name in an endpoint; give it an IRI")
            if isinstance(term, ox.NamedNode) and term.value.startswith(_DERIVATION):
                terms.append(f"<{renamed(term.value, _DERIVATION, derivations)}>")
            else:
                terms.append(str(term))
        found.setdefault(home, []).append(" ".join(terms) + " .\n")
    return found


class _Reader(io.BufferedIOBase):
    """The bytes of an answer as a file."""

    def __init__(self, answer: httpx.Response) -> None:
        self._chunks = answer.iter_bytes()
        self._left = b""

    def read(self, size: int | None = -1) -> bytes:
        """Return the next bytes, fewer than `size` where fewer have come; none at the end."""
        self._left = self._left or next(self._chunks, b"")
        taken, self._left = (self._left, b"") if size is None or size < 0 else (self._left[:size], self._left[size:])
        return taken
