"""A SPARQL endpoint as an rdflib store. What the graph of a generation consists of there is said in `kg.generations`."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

import pyoxigraph as ox
from oxrdflib._converter import from_ox
from rdflib import Graph, URIRef, Variable
from rdflib.graph import DATASET_DEFAULT_GRAPH_ID
from rdflib.plugins.stores.sparqlstore import SPARQLStore
from rdflib.query import Result
from rdflib.term import Identifier

from kg import vocabulary
from kg.bind import bound
from kg.endpoint import Connection, Params


class EndpointStore(SPARQLStore):
    """rdflib's store over a SPARQL endpoint, reading only.

    `graphs` are read as one default graph, those in `named` can be named by GRAPH; both empty: what the server offers.
    IRIs that begin with `urn:shop:derivation:` are written with `prefix` there instead (`""`: as they are).
    """

    def __init__(
        self, connection: Connection, graphs: Iterable[str] = (), named: Iterable[str] = (), prefix: str = ""
    ) -> None:
        """Nothing is asked yet."""
        super().__init__(query_endpoint=connection.endpoint.query)
        self.connection = connection
        self._dataset: Params = [("default-graph-uri", iri) for iri in graphs]
        self._dataset += [("named-graph-uri", iri) for iri in named]
        self._own = prefix
        self._prologue = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in vocabulary.PREFIXES.items())

    def solutions(self, query: str, bindings: Mapping[str, Identifier] | None = None) -> Iterator[list[Any]]:
        """Yield the rows of a SELECT as Oxigraph's terms.

        Raises `EndpointError`, and `ValueError` for bindings that cannot be written into the query.
        """
        text = self._prologue + self._written(query, bindings or {})
        for row in self.connection.rows(text, self._dataset):
            yield [self._read(term) for term in row]

    def query(  # type: ignore[override]
        self,
        query: str,
        initNs: Mapping[str, Any] | None = None,
        initBindings: Mapping[str, Identifier] | None = None,
        queryGraph: str | None = None,
        **unsupported: object,
    ) -> Result:
        """Ask anything; bindings are written into the query (`kg.bind`)."""
        if unsupported:
            raise ValueError(f"a SPARQL endpoint takes no {', '.join(sorted(unsupported))}")
        prefixes = "".join(f"PREFIX {name}: <{iri}>\n" for name, iri in (initNs or {}).items())
        text = prefixes + self._written(str(query), initBindings or {})
        return self._query(text, default_graph=queryGraph if self._is_contextual(queryGraph) else None)  # type: ignore[arg-type]

    def _query(self, query: str, default_graph: str | None = None) -> Result:  # type: ignore[override]
        one: Params = [("default-graph-uri", self._inside(str(default_graph)))]
        dataset = self._dataset if default_graph is None else one
        answer = self.connection.answer(query, dataset)
        if isinstance(answer, ox.QueryBoolean):
            told = Result("ASK")
            told.askAnswer = bool(answer)
        elif isinstance(answer, ox.QuerySolutions):
            told = Result("SELECT")
            told.vars = names = [Variable(variable.value) for variable in answer.variables]
            rows = ([from_ox(self._read(term)) for term in row] for row in answer)
            told.bindings = [{n: term for n, term in zip(names, row, strict=True) if term is not None} for row in rows]  # type: ignore[misc]
        else:
            told = Result("CONSTRUCT")
            told.graph = Graph()
            for quad in answer:
                told.graph.add(tuple(from_ox(self._read(term)) for term in (quad.subject, quad.predicate, quad.object)))  # type: ignore[arg-type]
        return told

    def triples(self, spo: Any, context: Any = None) -> Iterator[Any]:  # noqa: ANN401 (rdflib's types)
        """Yield matching triples, each with the graph that was asked."""
        asked = Graph(store=self, identifier=getattr(context, "identifier", None) or DATASET_DEFAULT_GRAPH_ID)
        pattern = tuple(URIRef(self._inside(str(term))) if isinstance(term, URIRef) else term for term in spo)
        for triple, _ in super().triples(pattern, context):  # type: ignore[arg-type]
            # rdflib gives back the terms it was asked with.
            yield tuple(URIRef(self._outside(str(t))) if isinstance(t, URIRef) else t for t in triple), iter((asked,))

    def __len__(self, context: Any = None) -> int:  # noqa: ANN401 (rdflib's types)
        """Return the number of triples; one that stands in two graphs counts once."""
        one = context.identifier if self._is_contextual(context) else None
        told = self._query("SELECT (COUNT(*) AS ?n) WHERE { SELECT DISTINCT ?s ?p ?o WHERE { ?s ?p ?o } }", one)
        return int(next(iter(told)).n)  # type: ignore[union-attr]

    def _written(self, query: str, bindings: Mapping[str, Identifier]) -> str:
        if self._own:
            query = query.replace(f"<{vocabulary.derivation_iri('')}", f"<{self._own}")
            bindings = {n: URIRef(self._inside(t)) if isinstance(t, URIRef) else t for n, t in bindings.items()}
        return bound(query, bindings)

    def _inside(self, iri: str) -> str:
        return renamed(iri, vocabulary.derivation_iri(""), self._own) if self._own else iri

    def _outside(self, iri: str) -> str:
        return renamed(iri, self._own, vocabulary.derivation_iri("")) if self._own else iri

    def _read(self, term: Any) -> Any:  # noqa: ANN401 (Oxigraph's terms)
        if self._own and isinstance(term, ox.NamedNode) and term.value.startswith(self._own):
            return ox.NamedNode(self._outside(term.value))
        return term


def renamed(iri: str, before: str, after: str) -> str:
    """Return `iri` with `after` for `before` at its beginning."""
    return after + iri.removeprefix(before) if iri.startswith(before) else iri
