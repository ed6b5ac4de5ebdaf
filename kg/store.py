"""The store: rdflib's API over Oxigraph on disk, or over a SPARQL endpoint. A built graph is immutable and only read."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterable, Iterator, Mapping
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyoxigraph as ox
from oxrdflib import OxigraphStore
from oxrdflib._converter import to_ox
from rdflib import XSD, Dataset
from rdflib.term import Identifier

from assistant.product import Product
from kg import generations, vocabulary
from kg.derivations import Derivation, quads
from kg.endpoint import Endpoint
from kg.remote import EndpointStore
from kg.triples import Glossary, TripleMaker

_BULK = 200_000
"""Quads that are held in memory at once."""

Location = Path | str | Endpoint
"""A folder, or a SPARQL endpoint: as a value, or as its URL (`http://localhost:7878/query#GENERATION`)."""


def build(
    location: Location,
    products: Iterable[Product],
    glossary: Glossary,
    progress: Callable[[int], None],
    derivations: Iterable[Derivation] = (),
) -> int:
    """Write the graph of `products`, and what was worked out about them, to an empty `location`; returns its triples.

    Calls `progress(done)` with the number of products that were loaded since the last call. Raises
    `kg.endpoint.EndpointError` when an endpoint fails; nothing of the graph is left there then.
    """
    batches = _batches(products, glossary, progress, derivations)
    where = place(location)
    if isinstance(where, Endpoint):
        return generations.upload(where, batches)
    store = ox.Store(str(where))
    for batch in batches:
        store.bulk_extend(batch)
    store.optimize()
    store.flush()
    return len(store)


def _batches(
    products: Iterable[Product], glossary: Glossary, progress: Callable[[int], None], derivations: Iterable[Derivation]
) -> Iterator[list[ox.Quad]]:
    maker = TripleMaker(glossary)
    batch: list[ox.Quad] = []
    waiting = 0
    for product in products:
        batch.extend(maker.product(product))
        waiting += 1
        if len(batch) >= _BULK:
            yield batch
            progress(waiting)
            batch, waiting = [], 0
    yield batch
    progress(waiting)
    for derivation in derivations:
        yield from batched(quads(derivation))


def batched(quads: Iterable[ox.Quad]) -> Iterator[list[ox.Quad]]:
    """Yield `quads` in lists of a size that fits into memory."""
    batch: list[ox.Quad] = []
    for quad in quads:
        batch.append(quad)
        if len(batch) >= _BULK:
            yield batch
            batch = []
    if batch:
        yield batch


def drop(location: Location) -> None:
    """Remove a graph that nobody reads any more; does nothing when there is none."""
    where = place(location)
    if isinstance(where, Endpoint):
        generations.drop(where)
    else:
        shutil.rmtree(where, ignore_errors=True)


def select(graph: Dataset, query: str, bindings: Mapping[str, Identifier] | None = None) -> Iterator[tuple[Any, ...]]:
    """Yield the rows of a SELECT as plain Python values, IRIs as text.

    It goes past rdflib's terms: making them costs ten times the query where thousands of ids come back.
    """
    if isinstance(graph.store, EndpointStore):
        for row in graph.store.solutions(query, bindings):
            yield tuple(_plain(term) for term in row)
        return
    inner = getattr(graph.store, "_inner", None)
    if inner is None:
        rows: Iterable[Any] = graph.query(query, initBindings=dict(bindings or {}))
        for row in rows:
            yield tuple(None if term is None else term.toPython() for term in row)
        return
    bound = {ox.Variable(name): to_ox(term) for name, term in (bindings or {}).items()}
    solutions = inner.query(query, prefixes=_PREFIXES, substitutions=bound, use_default_graph_as_union=True)
    # What is bound is the same in every row, and each term that is taken out of a row costs.
    row_of_all: list[Any] = [_plain(bound.get(variable)) for variable in solutions.variables]  # type: ignore[arg-type]
    places = [place for place, variable in enumerate(solutions.variables) if variable not in bound]
    for solution in solutions:
        plain = row_of_all.copy()
        for place in places:
            plain[place] = _plain(solution[place])
        yield tuple(plain)


_PREFIXES = {name: str(namespace) for name, namespace in vocabulary.PREFIXES.items()}
_TYPES: dict[str, Callable[[str], Any]] = {
    str(XSD.decimal): Decimal,
    str(XSD.integer): int,
    str(XSD.boolean): "true".__eq__,
}


def _plain(term: ox.NamedNode | ox.BlankNode | ox.Literal | None) -> Any:  # noqa: ANN401 (any XSD type)
    if isinstance(term, ox.Literal):
        return _TYPES.get(term.datatype.value, str)(term.value)
    return None if term is None else term.value


def open_graph(location: Location) -> Dataset:
    """Open a built graph for reading; several processes may do so at once.

    Raises `kg.endpoint.EndpointError` when an endpoint does not answer or does not have the graph, `ValueError` for a URL
    that is none, and `OSError` for a folder without a graph.
    """
    where = place(location)
    if isinstance(where, Endpoint):
        graph = Dataset(store=generations.opened(where), default_union=True)
    else:
        graph = Dataset(store=OxigraphStore(store=ox.Store.read_only(str(where))), default_union=True)
    for prefix, namespace in vocabulary.PREFIXES.items():
        graph.bind(prefix, namespace)
    return graph


def place(location: Location) -> Path | Endpoint:
    """Return `location` as a value; raises `ValueError` for a URL that is none."""
    if isinstance(location, str):
        return Endpoint.at(location) if location.startswith(("http:", "https:")) else Path(location)
    return location
